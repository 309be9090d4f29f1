"""Source text becomes a script, or one error that says where and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from script_fixtures import HERE, SHAPE

from scripts import ScriptError, parse_collecting, parse_file, parse_text
from scripts.lint import lint
from scripts.text import MAX_FILE, version_hash

CLEAN = (HERE / "corpus" / "clean.call").read_text(encoding="utf-8")


def test_the_shape_of_a_whole_script_is_read() -> None:
    assert len(SHAPE.nodes) == 14
    assert [node.id for node in SHAPE.objections] == ["o_cost", "o_other", "o_stop"]
    assert SHAPE.fields["books"].options[1].points == 2
    assert SHAPE.fields["sells"].option(97).open and SHAPE.fields["sells"].option(96).exclusive
    door = SHAPE.by_id["door"]
    assert [str(answer.target) for answer in door.answers] == [
        "-> hello", "-> ring", "=> door_what", "-> END:wrong_person",
    ]  # fmt: skip
    assert [answer.limit for answer in door.answers] == [1, 1, 2, 1]
    assert [str(branch.target) for branch in SHAPE.by_id["who"].branches] == [
        "-> END:no_need", "-> meet", "=> who_else", "-> letter",
    ]  # fmt: skip
    assert SHAPE.by_id["meet"].answer("mail").skip


def test_the_shape_lints_clean() -> None:
    assert lint(SHAPE) == []


def test_places_point_into_the_file() -> None:
    ask = SHAPE.by_id["today"].asks[2]
    line = SHAPE.text.split("\n")[ask.line - 1]
    assert line[ask.column - 1 :].startswith("ache if")
    assert line[ask.condition_column - 1 :] == "books in [1, 2]"
    target = SHAPE.by_id["door"].answers[2].target
    assert SHAPE.text.split("\n")[target.line - 1][target.column - 1 :].startswith("=> door_what")


def test_the_hash_ignores_what_a_reader_does_not_see() -> None:
    noisy = "\ufeff" + CLEAN.replace("\n", "  \r\n").replace("Спасибо!", "Спасибо!") + "\r\n\r\n\r\n"
    assert parse_text(noisy).version_hash == parse_text(CLEAN).version_hash
    assert parse_text(CLEAN.replace("Спасибо", "спасибо")).version_hash != parse_text(CLEAN).version_hash
    assert len(version_hash("x")) == 64


def test_letters_composed_in_two_ways_are_one_text() -> None:
    decomposed = CLEAN.replace("Больше не звоним.", "Больше не звоним, и\u0306.")
    composed = CLEAN.replace("Больше не звоним.", "Больше не звоним, й.")
    assert parse_text(decomposed).version_hash == parse_text(composed).version_hash


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "expected"),
    [
        ("* [yes] Да / Yes -> ask", "* [yes] Да / Yes", 16, 9, "->"),
        ("* [yes] Да / Yes -> ask", "* [yes] -> ask", 16, 9, "the words on the button"),
        ("* [yes] Да / Yes -> ask", "* [yes] Да / Yes => END:dnc", 16, 18, "-> END:dnc"),
        ("* [yes] Да / Yes -> ask", "* [yes] Да / Yes -> ask ^0", 16, 26, "^1"),
        ("* [yes] Да / Yes -> ask", "* [yes] Да / Yes -> ask now", 16, 25, "if"),
        ("* [yes] Да / Yes -> ask", "* [next] Да / Yes -> ask", 16, 1, "[code]"),
        ("? pain", "?", 22, 1, "? field"),
        ("ru> Спасибо!", "de> Danke!", 27, 1, "head"),
        ("ru> Спасибо!", "ru> ", 27, 1, "words"),
        ("ru> Спасибо!", "ru[a,b]> Спасибо!", 27, 3, "[a:30]"),
        ("-> done", "~ -> done", 25, 1, "~ if"),
        ("-> done", "-> done please", 25, 1, "-> step"),
        ("=== done @goal", "=== Done", 26, 1, "=== id"),
        ("kind: lead", "kind: [lead]", 3, 7, "text"),
        ("type: money, bant: B", "type: money, min: x", 10, 30, "2.5"),
        ("type: money, bant: B", "type: money, options: {}", 10, 25, "points"),
        ("points: [[5, 3]]", "points: [[5, 4]]", 9, 45, "3"),
    ],
)
def test_an_error_names_line_column_and_what_was_expected(
    old: str, new: str, line: int, column: int, expected: str
) -> None:
    assert old in CLEAN
    with pytest.raises(ScriptError) as caught:
        parse_text(CLEAN.replace(old, new, 1), "x.call")
    error = caught.value
    assert (error.file, error.line, error.column) == ("x.call", line, column)
    assert expected in error.expected
    assert str(error).startswith(f"x.call:{line}:{column}: ")


def test_all_faults_of_a_file_are_collected() -> None:
    broken = CLEAN.replace("? pain", "? pain when").replace("-> END:lead_warm", "-> ")
    script, errors = parse_collecting(broken)
    assert script is not None
    assert [error.line for error in errors] == [22, 29]


@pytest.mark.parametrize(
    "text", ["", "---", "---\n", "---\n---\n", "---\n[]\n---\n", "nothing", "---\n\t\n---\n", "---\n? \n---"]
)
def test_a_file_without_a_script_is_one_error(text: str) -> None:
    script, errors = parse_collecting(text)
    assert script is None or errors
    assert errors


def test_too_large_a_file_is_refused_unread() -> None:
    with pytest.raises(ScriptError) as caught:
        parse_text("x" * (MAX_FILE + 1))
    assert caught.value.code == "too-large"


@pytest.mark.parametrize(
    "head",
    [
        "a: &x [1]\nb: *x",
        "a: !!python/object/apply:os.system [ls]",
        ("[" * 2000 + "\n") * 5,
        ("{" * 2000 + "\n") * 5,
        "a: b: c",
        "? ?",
    ],
)
def test_a_head_cannot_grow_nest_or_build_objects(head: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse_text(f"---\n{head}\n---\n=== a\n")
    assert caught.value.code == "head"


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    latin = tmp_path / "x.call"
    latin.write_bytes("Привет".encode("cp1251"))
    for path, words in ((latin, "UTF-8"), (tmp_path / "none.call", "No such file"), (tmp_path, "cannot be read")):
        with pytest.raises(ScriptError, match=words) as caught:
            parse_file(path)
        assert caught.value.code == "unreadable"
