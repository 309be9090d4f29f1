"""Every hostile list of the corpus, each against its oracle; and that nothing of a list is lost or made up."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dialer.lists.importing import import_file
from dialer.lists.reasons import REASONS
from dialer.store import Database
from dialer.store.contacts import Contact, ZoneSet
from tests.support.lists import a_campaign, contacts, report_of

CORPUS = Path(__file__).parent.parent / "corpus" / "lists"
ORACLE: dict[str, dict[str, Any]] = json.loads((CORPUS / "oracle.json").read_text(encoding="utf-8"))


def test_every_file_has_an_oracle() -> None:
    assert {path.name for path in CORPUS.glob("*.csv")} == set(ORACLE)


@pytest.mark.parametrize("name", sorted(ORACLE))
def test_a_hostile_list_becomes_what_its_oracle_says(lite: Database, tmp_path: Path, name: str) -> None:
    expected, campaign_id = ORACLE[name], a_campaign(lite)
    result = import_file(lite, CORPUS / name, campaign_id, data=tmp_path)
    assert {k: getattr(result, k) for k in ("accepted", "merged", "rejected")} == {
        k: expected[k] for k in ("accepted", "merged", "rejected")
    }
    assert result.rows == result.accepted + result.merged + result.rejected
    reported = {row[0]: row[2] for row in report_of(result, tmp_path)}
    assert reported == {line: REASONS[code][0].format("name") for line, code in expected["reasons"].items()}
    if "contacts" in expected:
        assert [list(c) for c in contacts(lite, campaign_id)] == expected["contacts"]


def test_texts_stay_texts(lite: Database, tmp_path: Path) -> None:
    campaign_id = a_campaign(lite)
    import_file(lite, CORPUS / "fields.csv", campaign_id, data=tmp_path)
    with lite.read() as s:
        found = s.scalars(select(Contact).order_by(Contact.id)).all()
    assert [(c.name[:40], c.company, c.fields.get("comment")) for c in found] == [
        ("${SHELL(id)}", "<script>alert(1)</script>", "{{7*7}}"),
        ("Пётр Action: Command", "ab", "dlrow"),
        ("'; DROP TABLE contact; --", "../../etc/passwd", "{% for x in y %}"),
        ("=cmd|calc", "@SUM(A1)", "-2+3"),
        ("Я" * 40, "x", "y"),
        ('O"Brien', "javascript:alert(1)", None),
    ]
    assert all(text.isprintable() for c in found for text in (c.name, c.company, *c.fields.values()))
    assert len(found[4].name) == 200 and found[4].name.endswith("…")


def test_zones_come_from_the_row_before_they_come_from_the_number(lite: Database, tmp_path: Path) -> None:
    import_file(lite, CORPUS / "zones.csv", a_campaign(lite), data=tmp_path)
    with lite.read() as s:
        found = {n: z for n, z in s.execute(select(Contact.name, ZoneSet.names).join(ZoneSet))}
    assert found.pop("f").count("|") > 8
    assert found == {
        "a": "Asia/Yekaterinburg", "b": "Etc/GMT-3", "d": "Europe/Samara", "g": "Europe/Moscow",
        "h": "America/New_York", "e": "Asia/Srednekolymsk|Asia/Vladivostok|Asia/Yakutsk", "i": "Europe/Samara",
    }  # fmt: skip


def test_the_report_opens_safely_in_a_spreadsheet(lite: Database, tmp_path: Path) -> None:
    result = import_file(lite, CORPUS / "dial_strings.csv", a_campaign(lite), data=tmp_path)
    path = tmp_path / result.report
    assert path.stat().st_mode & 0o077 == 0
    cells = [cell for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines()) for cell in row]
    assert "'=HYPERLINK(1)" in cells and not [cell for cell in cells if cell[:1] in "=+-@\t\r" and cell]


def test_a_report_can_be_put_right_and_imported(lite: Database, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text("phone,name,Оборот\n12,=Анна,5\n", encoding="utf-8")
    campaign_id = a_campaign(lite)
    first = import_file(lite, path, campaign_id, data=tmp_path, language="ru")
    report = tmp_path / first.report
    text = report.read_text(encoding="utf-8-sig")
    assert "такого номера" in text
    report.write_text(text.replace(",12,", ",89160000001,"), encoding="utf-8")
    assert import_file(lite, report, campaign_id, data=tmp_path).accepted == 1
    with lite.read() as s:
        contact = s.scalars(select(Contact)).one()
    assert (contact.name, contact.fields) == ("=Анна", {"oborot": "5"})


@pytest.mark.parametrize("seed", range(12))
def test_rows_in_are_rows_out_whatever_is_in_the_file(lite: Database, tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    alphabet = (*'12",;\n\tЯ\ufffd(=\u202ea', "8916000", "\r\n", "+7")
    body = "\0".join("".join(dice.choice(alphabet) for _ in range(1000)) for _ in range(6))
    path = tmp_path / "list.csv"
    path.write_text("phone,name,email\n" + body, encoding="utf-8", newline="")
    campaign_id = a_campaign(lite)
    result = import_file(lite, path, campaign_id, data=tmp_path)
    assert result.rows == result.accepted + result.merged + result.rejected > 10
    found = contacts(lite, campaign_id)
    assert len(found) == result.accepted
    numbers = [n for _, own in found for n in own]
    assert len(numbers) == len(set(numbers))
    again = import_file(lite, path, campaign_id, data=tmp_path)
    assert again.repeated and contacts(lite, campaign_id) == found
