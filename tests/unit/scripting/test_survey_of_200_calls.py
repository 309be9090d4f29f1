"""A survey of 200 pretend calls with quotas: counts, rates and files equal those worked out by hand."""

from __future__ import annotations

import csv
import io
import json
import sys
import tempfile
import zipfile
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree

import pyreadstat
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from dialer.cli import export as export_command
from dialer.cli import report as report_command
from dialer.errors import BadInput
from dialer.scripting import cases, files, quotas
from dialer.store import Database
from dialer.store.projects import Campaign
from dialer.store.scripts import ScriptStep
from scripts import aapor
from scripts.exports.crosstab import crosstab
from tests.conftest import NOON, make_database
from tests.support import pretend_calls
from tests.support.pretend_calls import Respondent
from tests.unit.scripting.conftest import Room, furnish

TALKS = {
    "consent": True, "tools": [1], "content": 7, "lost": 3, "change": 3, "must": [1, 97], "send": False,
}  # fmt: skip
OTHER = {"value": [1, 97], "open": "=cmd()"}


def respondent(size: int, **changes: object) -> Respondent:
    return Respondent(answers={**TALKS, "must": OTHER, "size": size}, **changes)  # type: ignore[arg-type]


# What 200 cases come to, in this order. The small cell (size 1 or 2) has a target of 50 interviews.
PLAN = [
    ("talk", respondent(1), 60),  # 50 complete, then the cell is full: 10 not eligible (4.80)
    ("talk", respondent(3), 30),  # complete
    ("talk", respondent(4, gone_at="needs_must"), 10),  # 6 of 8 required questions: partial
    ("talk", respondent(3, gone_at="state_lost"), 12),  # 4 of 8: partial
    ("talk", respondent(3, gone_at="state_size"), 8),  # 1 of 8: break-off
    ("talk", Respondent(answers={"consent": False}, buttons={"refused": "no"}), 25),  # refused
    ("contact_away", None, 5),  # non-contact
    ("language", None, 2),  # other
    ("no_answer", None, 20),  # unknown household
    ("unknown", None, 3),  # unknown, other
    ("bad_number", None, 15),  # not eligible
    ("", None, 10),  # never tried
]
BY_HAND = aapor.Counts(I=80, P=22, R=33, NC=5, O=2, UH=30, UO=3, NE=25)


def work(db: Database, room: Room) -> None:
    number = 0
    with db.write() as s:
        campaign = s.get_one(Campaign, room.campaign)
        quotas.add(s, campaign, "small", "size in [1, 2]", 50, "end")
        quotas.add(s, campaign, "large", "size == 3 or size == 4", 1000, "watch")
    for kind, who, times in PLAN:
        for _ in range(times):
            number += 1
            at = NOON + timedelta(minutes=number)
            with db.write() as s:
                contact = pretend_calls.add_contact(s, room.campaign, f"+7916{number:07}", NOON)
                if kind == "":
                    continue
                attempt = pretend_calls.place(s, contact, f"a{number}", room.anna, at)
                outcome = kind
                if who is not None:
                    outcome, at = pretend_calls.talk(s, attempt, who, at)
                pretend_calls.close(s, attempt, outcome, at)


@pytest.fixture(scope="module")
def survey_db(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> tuple[Database, Room]:
    db = make_database("sqlite", tmp_path_factory.mktemp("survey"), request)
    room = furnish(db)
    work(db, room)
    request.addfinalizer(db.close)
    return db, room


def survey_of(given: tuple[Database, Room]) -> cases.Survey:
    db, room = given
    with db.read() as s:
        found = cases.of_campaign(s, s.get_one(Campaign, room.campaign))
    assert found is not None
    return found


def test_the_plan_has_200_cases() -> None:
    assert sum(times for _, _, times in PLAN) == 200 == BY_HAND.total


def test_every_case_gets_its_class(survey_db: tuple[Database, Room]) -> None:
    assert survey_of(survey_db).counts == BY_HAND


def test_the_rates_are_those_worked_out_by_hand(survey_db: tuple[Database, Room]) -> None:
    # I 80, P 22, R 33, NC 5, O 2: K = 142. UH 30, UO 3: U = 33. NE 25: e = 142 / 167 = 0.850299, e U = 28.059880.
    # K + U = 175, K + e U = 170.059880, contacted I + P + R + O = 137, asked I + P + R = 135.
    by_hand = {
        "RR1": 0.457143, "RR2": 0.582857, "RR3": 0.470422, "RR4": 0.599789, "RR5": 0.563380, "RR6": 0.718310,
        "COOP1": 0.583942, "COOP2": 0.744526, "COOP3": 0.592593, "COOP4": 0.755556,
        "REF1": 0.188571, "REF2": 0.194049, "REF3": 0.232394,
        "CON1": 0.782857, "CON2": 0.805599, "CON3": 0.964789,
    }  # fmt: skip
    assert aapor.rates(survey_of(survey_db).counts) == pytest.approx(by_hand, abs=1e-6)


def test_an_e_for_each_class_changes_the_rates_that_estimate(survey_db: tuple[Database, Room]) -> None:
    found = aapor.rates(survey_of(survey_db).counts, {"UH": 0.5, "UO": 1})  # 30 * 0.5 + 3 = 18
    assert (found["RR3"], found["CON2"]) == (pytest.approx(80 / 160), pytest.approx(137 / 160))
    assert found["RR1"] == pytest.approx(80 / 175)


def test_a_full_cell_ends_the_call_and_a_watched_one_only_counts(survey_db: tuple[Database, Room]) -> None:
    db, room = survey_db
    with db.read() as s:
        small, large = quotas.cells(s, s.get_one(Campaign, room.campaign))
        ended = [entry for entry in s.scalars(select(ScriptStep.entry)) if entry["event"] == "ended"]
    assert (small.count, small.full, small.rate) == (50, True, 1.0)
    assert (large.count, large.full) == (30, False)
    by_quota = [entry for entry in ended if entry["via"] == "quota"]
    assert len(by_quota) == 10 and {entry["code"] for entry in by_quota} == {"quota_full"}


def test_the_share_of_required_questions_decides_complete_or_partial(survey_db: tuple[Database, Room]) -> None:
    found = survey_of(survey_db)
    assert {case.share for case in found.cases if case.code == "1.2"} == {6 / 8, 4 / 8}
    assert {case.share for case in found.cases if case.code == "2.12"} == {1 / 8}
    assert {case.share for case in found.cases if case.code == "1.1"} == {1.0}


def test_a_cross_table_has_counts_and_percent_of_each_column(survey_db: tuple[Database, Room]) -> None:
    found = survey_of(survey_db)
    fields = found.script.fields
    tab = crosstab(fields["change"], fields["size"], cases.answers_of(found.interviewed), "en")
    assert (tab.bases[1], tab.cells[3][1], tab.percent(3, 1)) == (50, 50, 1.0)
    assert tab.bases[3] == 30 and tab.percent(1, 2) is None


def test_the_csv_has_a_row_a_case_and_nothing_that_a_spreadsheet_would_run(survey_db: tuple[Database, Room]) -> None:
    file = files.answers(survey_of(survey_db), "csv", "en")
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert len(rows) == 145  # everybody who talked, the refused and those of the full cell too
    first = rows[0]
    assert (first["size"], first["tools_1"], first["tools_2"], first["content"]) == ("1", "1", "0", "7")
    assert (first["must_97"], first["must_97_text"], first["change_by"]) == ("1", "'=cmd()", "")
    assert "+7916" not in file.content.decode() and first["aapor"] == "1.1"


def test_triple_s_describes_every_column_of_its_data(survey_db: tuple[Database, Room]) -> None:
    file = files.answers(survey_of(survey_db), "triple-s", "en")
    with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
        names = archive.namelist()
        root = ElementTree.fromstring(archive.read(names[0]))
        data = list(csv.reader(io.StringIO(archive.read(names[1]).decode())))
    record = root.find("survey/record")
    assert root.get("version") == "2.0" and record is not None and record.get("href") == names[1]
    variables = {v.findtext("name"): v for v in record.iter("variable")}
    assert list(variables) == data[0]
    assert variables["tools"].get("type") == "multiple" and variables["size"].get("type") == "single"
    at = data[0].index("tools")
    assert data[1][at] == "1000000"  # six options and don't know
    codes = {value.get("code") for value in variables["size"].iter("value")}
    assert codes == {"1", "2", "3", "4", "98", "99"}
    position = variables["tools"].find("position")
    assert position is not None and position.get("start") == str(at + 1)


def test_the_commands_say_the_same(
    survey_db: tuple[Database, Room], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    db, _room = survey_db
    monkeypatch.setenv("DIALER_DATABASE_URL", db.engine.url.render_as_string(hide_password=False))
    told = CliRunner().invoke(report_command.group, ["survey", "--campaign", "March", "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.output)["cases"] == BY_HAND.as_dict()
    script = CliRunner().invoke(report_command.group, ["script", "Survey", "--days", "0", "--json"])
    assert json.loads(script.output)["calls"] == 145
    out = tmp_path_factory.mktemp("out") / "answers.xlsx"
    made = CliRunner().invoke(
        export_command.group, ["answers", "--campaign", "March", "--format", "xlsx", "--out", str(out)]
    )
    assert made.exit_code == 0 and out.read_bytes()[:2] == b"PK"


def test_an_spss_file_comes_back_with_its_labels_and_missing_values(survey_db: tuple[Database, Room]) -> None:
    file = files.answers(survey_of(survey_db), "sav", "en")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.sav"
        path.write_bytes(file.content)
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    assert len(frame) == 145 and meta.variable_value_labels["size"][98.0] == "does not know"
    assert meta.column_names_to_labels["content"] == "Content from 0 to 10"
    assert {(gap["lo"], gap["hi"]) for gap in meta.missing_ranges["size"]} == {(98.0, 98.0), (99.0, 99.0)}
    assert (meta.variable_measure["content"], meta.variable_measure["size"]) == ("scale", "nominal")
    # Who refused at the first question was not asked the rest: empty, which is neither 98 nor 99.
    refused = frame[frame["consent"] == 0]
    assert len(refused) == 25 and refused["size"].isna().all()
    assert frame.loc[0, ["size", "content", "must_97_text"]].tolist() == [1.0, 7.0, "=cmd()"]


def test_without_the_package_the_spss_export_is_one_sentence(
    survey_db: tuple[Database, Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyreadstat", None)
    with pytest.raises(BadInput, match="warmline\\[spss\\]"):
        files.answers(survey_of(survey_db), "sav", "en")
