"""XLSForm in and out, codebook, lines of typed text, the rehearsal, beginnings."""

from __future__ import annotations

import pytest

from dialer.errors import BadInput
from dialer.scripting import checking, rehearsal, starting
from scripts import parse_text, xlsform
from scripts.errors import ScriptError
from scripts.exports import codebook
from scripts.lines import typed_line, typed_lines
from scripts.lint import lint_text
from scripts.text import normalise
from scripts.xlsform.expressions import Asked, from_xpath, to_xpath
from tests.conftest import NOON
from tests.support.floor import SCRIPT

SHEETS = {
    "survey": [
        ["type", "name", "label::Русский (ru)", "label::English (en)", "required", "relevant", "constraint"],
        ["select_one yn", "owns", "Есть ли у вас машина?", "Do you own a car?", "yes", "", ""],
        ["integer", "age", "Сколько ей лет?", "How old is it?", "yes", "${owns} = 'yes'", ". >= 0 and . < 60"],
        ["begin group", "brands", "Марки", "Makes", "", "", ""],
        ["select_multiple br", "Brand", "Какие знаете?", "Which do you know?", "", "", ""],
        ["text", "why", "Почему {{7*7}}?", "Why {{7*7}} / ${age}?", "", "selected(${Brand}, 'other')", ""],
        ["end group", "", "", "", "", "", ""],
        ["image", "pic", "Фото", "Photo", "", "", ""],
    ],
    "choices": [
        ["list_name", "name", "label::Русский (ru)", "label::English (en)"],
        ["yn", "yes", "Да", "Yes"],
        ["yn", "no", "Нет / не имею", "No"],
        ["br", "lada", "Лада", "Lada"],
        ["br", "other", "Другая", "Other"],
        ["br", "dk", "Не знаю", "Don't know"],
    ],
    "settings": [["form_id", "default_language"], ["cars", "Русский (ru)"]],
}
CODES = {
    "sex": Asked("sex", "single", {"m": 1, "f": 2}),
    "b": Asked("b", "multi", {"x": 1}),
    "n": Asked("n", "number", {}),
}


def test_a_questionnaire_becomes_a_script_that_passes_lint() -> None:
    made = xlsform.read(xlsform.from_xlsx(xlsform.to_xlsx(SHEETS)))
    assert lint_text(made.text) == []
    script = parse_text(made.text)
    assert (script.name, script.languages) == ("cars", ("ru", "en"))
    assert [node.id for node in script.nodes] == ["intro", "owns", "age", "brand", "why", "thanks", "o_stop"]
    fields = script.fields
    assert (fields["age"].min, fields["age"].max) == (0, 59)
    assert (fields["brand"].type, fields["brand"].dk, fields["brand"].options[-1].open) == ("multi", 3, True)
    assert [str(b.condition) for b in script.by_id["owns"].branches] == ["owns == 1", "None"]
    assert script.by_id["why"].stage == "brands"
    assert any("pic" in note for note in made.notes) and any("owns" in note for note in made.notes)


def test_a_plain_questionnaire_survives_the_way_out_and_in() -> None:
    first = parse_text(xlsform.read(SHEETS).text)
    out = xlsform.write(first)
    again = parse_text(xlsform.read(xlsform.from_xlsx(xlsform.to_xlsx(out.sheets))).text)
    assert [(f.id, f.type, f.labels, f.min, f.max, f.dk) for f in first.fields.values()] == [
        (f.id, f.type, f.labels, f.min, f.max, f.dk) for f in again.fields.values() if f.id in first.fields
    ]


def test_every_script_of_the_library_goes_out_as_a_questionnaire() -> None:
    for name in starting.library():
        script = parse_text(starting.from_library(name))
        made = xlsform.write(script)
        rows = made.sheets["survey"]
        names = [row[1] for row in rows[1:] if row[1]]
        assert len(names) == len(set(names)), name
        assert "{{" not in str(rows) and rows[0][:2] == ["type", "name"]
        assert all(f"objection {node.id} " in str(made.notes) for node in script.objections)


@pytest.mark.parametrize(
    ("xpath", "ours"),
    [
        ("${sex} = 'f'", "sex == 2"),
        ("selected(${b}, 'x') and ${n} >= 18", "1 in b and n >= 18"),
        ("not(${sex} = 'm') or ${n} != ''", "(not (sex == 1) or n is answered)"),
    ],
)
def test_conditions_are_put_into_the_call_language(xpath: str, ours: str) -> None:
    assert from_xpath(xpath, CODES).strip("()") == ours.strip("()")


@pytest.mark.parametrize(
    "xpath", ["count-selected(${b}) > 1", "${sex} = 'q'", "today() > 1", "${gone} = 1", "${n} >", ")(", "(" * 50]
)
def test_a_condition_without_a_counterpart_is_refused(xpath: str) -> None:
    with pytest.raises(ScriptError):
        from_xpath(xpath, CODES)


def test_conditions_go_out_as_xpath() -> None:
    fields = parse_text(SCRIPT).fields
    assert to_xpath("stock in [1, 2] and 97 in channels", fields) == (
        "((${stock} = '1' or ${stock} = '2') and selected(${channels}, '97'))"
    )
    with pytest.raises(ScriptError):
        to_xpath("contact.city == 'x'", fields)


@pytest.mark.parametrize(
    ("sheets", "told"),
    [
        ({"choices": [[]]}, "no sheet named survey"),
        ({"survey": [["type", "name", "label"], ["begin repeat", "r", "R"]]}, "repeated groups"),
        ({"survey": [["type", "name", "label"], ["image", "p", "Photo"]]}, "no question"),
        ({"survey": [["type", "name"], ["text", "p"]]}, "no column named label"),
        ({"survey": [["type", "name", "label::Klingon"], ["text", "p", "x"]]}, "Which language"),
    ],
)
def test_what_is_no_plain_questionnaire_is_refused_in_one_sentence(
    sheets: dict[str, list[list[str]]], told: str
) -> None:
    with pytest.raises(ScriptError, match=told):
        xlsform.read(sheets)


def test_a_file_that_is_no_workbook_is_refused_in_one_sentence() -> None:
    with pytest.raises(BadInput, match="workbook"):
        starting.from_questionnaire(b"PK\x03\x04 nonsense", "x.xlsx")


def test_the_outline_lacks_nothing_but_what_its_writer_will_ask() -> None:
    found = checking.check(starting.OUTLINE, "en")
    assert found.drawing and {problem.code for problem in found.problems} == {"bant-uncovered"}
    with pytest.raises(BadInput):
        starting.from_library("../../etc/passwd")


def test_findings_stand_at_the_line_that_was_typed() -> None:
    text = "\n\n" + SCRIPT.replace("=== intro", "\n\n\n\n=== intro").replace("-> END:dnc", "-> nowhere")
    typed = text.split("\n")
    dangling = next(p for p in checking.check(text, "en").problems if p.code == "dangling")
    assert typed[dangling.line - 1] == "-> nowhere"
    lines = typed_lines(text)
    assert [typed[n - 1].rstrip() for n in lines][:40] == normalise(text).split("\n")[:40]
    assert typed_line(lines, 10**6) == lines[-1] and typed_line([], 3) == 1


def test_a_text_that_cannot_be_read_still_has_steps_and_one_finding() -> None:
    found = checking.check(SCRIPT + "\nnonsense\n", "en")
    assert found.errors == 1 and found.drawing == "" and found.steps[0]["id"] == "gate"
    assert checking.check("", "en").errors == 1 and checking.check("\x01", "en").errors == 1


def play(moves: list[dict[str, object]], **more: object) -> rehearsal.Played:
    return rehearsal.play(SCRIPT, moves, language="en", now=NOON, **more)  # type: ignore[arg-type]


def test_a_rehearsal_plays_as_the_desk_would() -> None:
    played = play([{"kind": "choose", "value": "dm"}, {"kind": "choose", "value": "yes"}], contact={"person": "Ann"})
    assert (played.screen.node, played.kept) == ("state", 2)
    stuck = play(
        [{"kind": "choose", "value": "dm"}, {"kind": "choose", "value": "yes"}, {"kind": "choose", "value": "next"}]
    )
    assert (stuck.screen.node, stuck.kept) == ("state", 2) and "en" in stuck.refused and "stock" in stuck.errors
    spoken = play([], contact={"person": "Ann"}, project={"client": "Vector"}, operator="Bob").screen.spoken[0].text
    assert "Bob of Vector" in spoken and "Ann" in spoken


def test_a_rehearsal_may_begin_at_any_step_and_stops_where_the_text_no_longer_goes() -> None:
    assert play([], node="plans").screen.node == "plans"
    gone = play([{"kind": "choose", "value": "nobody"}, {"kind": "back"}])
    assert (gone.kept, gone.screen.node) == (0, "gate")


@pytest.mark.parametrize("moves", [[{"kind": "explode"}], [{"kind": "choose", "answers": 3}], [{}] * 301])
def test_moves_that_are_none_are_refused_in_one_sentence(moves: list[dict[str, object]]) -> None:
    with pytest.raises(BadInput):
        play(moves)


def test_the_codebook_explains_every_column() -> None:
    rows = {row["column"]: row for row in codebook.rows(parse_text(SCRIPT), "en")}
    assert rows["stock"]["codes"].startswith("1 = Excel; 2 = legacy system") and rows["stock"]["missing"] == "98"
    assert rows["channels_97_text"]["type"] == "multi" and rows["pain"]["asked_if"] == "stock in [1, 2]"
    assert rows["start_by_state"]["codes"] == "0 = answered; 1 = does not know"
    assert rows["pain"]["range"] == "0..10" and rows["role"]["required"] == "yes"
    assert isinstance(codebook.labels(parse_text(SCRIPT), "ru"), list)
