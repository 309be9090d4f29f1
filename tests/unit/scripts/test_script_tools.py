"""Paths, semantic diff, drawing, script tests and the terminal walk."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from script_fixtures import SHAPE

from scripts import ScriptError, parse_text
from scripts.calltest import run_text
from scripts.diff import diff
from scripts.graph import layout, svg
from scripts.lint.graph import Graph
from scripts.paths import outcomes, paths
from scripts.preview import Preview, read_columns, read_contact, sample_context

NOW = "2026-03-02T07:00+00:00"


def changed(*edits: tuple[str, str]) -> list[tuple[str, str]]:
    text = SHAPE.text
    for old, new in edits:
        assert old in text
        text = text.replace(old, new, 1)
    return [(change.kind, change.what) for change in diff(SHAPE, parse_text(text))]


def test_paths_go_from_the_start_to_every_end() -> None:
    found = [str(path) for path in paths(SHAPE)]
    assert "door[here] > hello[busy] > ring[next] > END:callback" in found
    assert any("who[next] > who_else[next] > who[next] > letter[next]" in path for path in found)
    assert set(outcomes(SHAPE)) == {
        "appointment", "callback", "gatekeeper_refusal", "info_sent", "no_need", "wrong_person",
    }  # fmt: skip
    assert len(paths(SHAPE, limit=3)) == 3


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([("ru> Решать будете вы?", "ru> Кто решает?")], [("reworded", "step who, ru")]),
        ([("* [busy] Занят / Busy", "* [busy] Спешу / In a hurry")], [("reworded", "step hello, answer busy")]),
        ([("Busy -> ring", "Busy -> o_stop")], [("rerouted", "step hello, answer busy")]),
        ([("=> door_what ^2", "=> door_what ^3")], [("changed", "step door, answer what")]),
        ([("* [busy] Занят / Busy -> ring\n", "")], [("removed", "step hello, answer busy")]),
        ([("~ if bant.met -> meet\n", "")], [("rerouted", "step who, branches")]),
        ([("? dream\n-> who", "? dream!\n-> who")], [("changed", "step later, question dream")]),
        ([("? sells\n", "")], [("removed", "step today, question sells")]),
        (
            [("1: [тетрадь / notebook, 3]", "1: [тетрадь / notebook, 2]")],
            [("changed", "field books, option 1, points")],
        ),
        ([("3: [не я / not me, 0]", "3: [не я / nobody, 0]")], [("reworded", "field part, option 3")]),
        ([("max: 300", "max: 200")], [("changed", "field dream, max")]),
        ([("start: door", "start: hello")], [("rerouted", "head, start")]),
        ([("note> Дежурному", "note> Вахтёру")], [("reworded", "step door, note 1")]),
        ([("=== letter stage=nurture", "=== letter stage=close")], [("changed", "step letter")]),
        ([("=== o_stop", "=== extra\nru> А\nen> A\n-> END:callback\n=== o_stop")], [("added", "step extra")]),
        ([("\n# The shape", "\n# Another comment: the shape")], []),
    ],
)
def test_a_diff_speaks_of_steps_answers_and_ways(edits: list[tuple[str, str]], expected: list[tuple[str, str]]) -> None:
    assert changed(*edits) == expected


def test_what_came_or_went_is_told_in_words() -> None:
    text = SHAPE.text.replace("* [busy] Занят / Busy -> ring\n", "").replace(
        "=== o_stop", "=== extra\nru> Пришлю\nru> письмо.\nen> A letter.\n+ [ok] Да / Yes -> END:callback\n=== o_stop"
    )
    told = {change.what: (change.before, change.after) for change in diff(SHAPE, parse_text(text))}
    assert told["step hello, answer busy"] == ("Занят / Busy -> ring", "")
    assert told["step extra"] == ("", "Пришлю письмо.")


def test_a_removed_step_and_field_are_told() -> None:
    text = SHAPE.text.replace("  dream: {type: text, max: 300}\n", "").replace("? dream\n", "")
    start = text.index("=== o_other")
    text = text[:start] + text[text.index("=== o_stop") :]
    found = [str(change) for change in diff(SHAPE, parse_text(text))]
    assert "removed field dream: text" in found and any(one.startswith("removed step o_other: ") for one in found)
    assert diff(SHAPE, SHAPE) == []


def test_the_drawing_is_xml_with_a_link_and_a_box_for_every_step() -> None:
    picture = svg(SHAPE, language="en", href=lambda node: f"/x?a=1&b={node}", badges={"today": "57 %"})
    root = ElementTree.fromstring(picture)
    space = "{http://www.w3.org/2000/svg}"
    links = {link.get("href") for link in root.iter(f"{space}a")}
    assert links == {f"/x?a=1&b={node.id}" for node in SHAPE.nodes}
    assert "57 %" in picture and "END" not in picture and "■ appointment" in picture
    curves = [path for path in root.iter(f"{space}path") if path.get("class")]
    assert len(curves) == sum(edge.leads_to is not None for edge in Graph(SHAPE).edges)


def test_no_two_boxes_of_a_drawing_overlap() -> None:
    places = list(layout(Graph(SHAPE)).values())
    assert len({(place.x, place.y) for place in places}) == len(places) == 14
    assert min(abs(a.x - b.x) for a in places for b in places if a is not b and a.y == b.y) > 168


CALLTEST = """
contact.person: Пётр
project.client: Счёт
operator.name: Анна
=== good
> here
> yes
books = 1
expect books == 1 and N == 1
"""


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ("> here\n> yes\nbooks = 1\nexpect books == 1", ""),
        ("expect at door\nexpect says Позовите Пётр\nexpect button here\nexpect no-button next", ""),
        ("! o_stop\n> next\nexpect END dnc", ""),
        ("> here\n< back\n< said кто это\n< end hung_up\nexpect END hung_up_intro", ""),
        ("> here\n> yes\nbooks = 7\nexpect refused books", ""),
        ("> nothing\nexpect refused", ""),
        ("> here\n> yes\nsells = [1, 97 с рук]\nexpect 97 in sells", ""),
        ("expect END dnc", "it ended with None"),
        ("expect at hello", "it is at door"),
        ("expect says Привет", "it says"),
        ("expect button next", "the buttons are"),
        ("expect touch == 2", "touch is 1"),
        ("expect refused", "nothing was refused"),
        ("> nothing", "the last line was refused"),
        ("> nothing\n> here", "the line before was refused"),
        ("< fly", "this move is not understood"),
        ("< back now", "more word"),
        ("hello", "not understood"),
        ("expect (", "Not a valid expression"),
    ],
)
def test_script_tests_pass_and_fail_as_they_say(lines: str, fault: str) -> None:
    text = f"contact.person: Пётр\noperator.name: Анна\n=== one\n{lines}\n"
    (result,) = run_text(SHAPE, text, "x.calltest")
    assert bool(result.fault) == bool(fault) and fault in result.fault
    if fault and "last line" not in fault:
        assert result.line == 3 + len(lines.split("\n"))


@pytest.mark.parametrize("text", ["", "# nothing\n", "> here\n=== one\n"])
def test_a_file_that_holds_no_tests_is_an_error(text: str) -> None:
    with pytest.raises(ScriptError):
        run_text(SHAPE, text)


def test_the_preview_walks_like_the_desk() -> None:
    walk = Preview(SHAPE, sample_context(SHAPE, {"person": "Пётр"}, {"project.from_price": "500"}, NOW))
    assert "Позовите Пётр" in walk.screen() and "‹client›" in walk.screen()
    assert "field=value" in walk.do("?")
    assert walk.do("1") == "" and walk.do("yes") == ""
    assert walk.do("next").startswith("Сначала ответьте")
    assert walk.do("books=1") == "" and walk.do("l") == "" and walk.do("!o_cost") == ""
    assert "We begin at 500" in walk.screen()
    assert walk.do("1") == "" and walk.do("ache=99") == "ache: At most 10."
    assert walk.do("b") == "" and walk.do("s кто вы") == "" and walk.do("j door") == ""
    assert walk.do("e hung_up") == "" and walk.ended == "break_off" and "END:break_off" in walk.screen()


def test_a_contact_is_taken_from_a_row_of_a_list(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text('\ufeffPerson;City\nПётр;"Самара; центр"\nAnn;Leeds\n', encoding="utf-8")
    assert read_columns(str(path)) == ["person", "city"]
    assert read_contact(f"{path}:1") == {"person": "Пётр", "city": "Самара; центр"}
    for wrong in (f"{path}:3", f"{path}:0", f"{path}:x", str(path), f"{tmp_path}/none.csv:1"):
        with pytest.raises(ScriptError):
            read_contact(wrong)


def test_only_known_things_can_be_set() -> None:
    with pytest.raises(ScriptError):
        sample_context(SHAPE, {}, {"colour": "red"}, NOW)
