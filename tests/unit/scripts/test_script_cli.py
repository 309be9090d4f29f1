"""``dialer script``: exit codes, formats and one sentence for what cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from script_fixtures import HERE, SHAPE

from dialer.cli.script import group
from scripts.library import names, path_of

CORPUS = HERE / "corpus"
LIBRARY = [str(path_of(name)) for name in names()]


def run(*words: str, typed: str | None = None) -> Result:
    return CliRunner().invoke(group, list(words), input=typed)


def test_lint_of_the_library_is_clean_and_exits_with_nought() -> None:
    result = run("lint", *LIBRARY)
    assert result.exit_code == 0 and result.stdout == ""
    assert f"{len(LIBRARY)} script(s), 0 error(s), 0 warning(s)" in result.stderr


def test_lint_exits_with_one_for_errors_and_nought_for_warnings() -> None:
    result = run("lint", str(CORPUS / "dead_end.call"))
    assert result.exit_code == 1
    assert result.stdout.startswith(f"{CORPUS / 'dead_end.call'}:26:5: error dead-end: ")
    assert run("lint", str(CORPUS / "no_goal.call")).exit_code == 0


def test_lint_speaks_json_and_github() -> None:
    path = str(CORPUS / "dead_end.call")
    found = json.loads(run("lint", "--json", path).stdout)
    assert [(item["code"], item["level"], item["line"], item["file"]) for item in found] == [
        ("dead-end", "error", 26, path)
    ]
    assert run("lint", "--github", path).stdout.startswith(f"::error file={path},line=26,col=5,title=dead-end::")


def test_lint_warns_of_columns_that_a_list_lacks_and_adds_disclosures(tmp_path: Path) -> None:
    base = tmp_path / "list.csv"
    base.write_text("person\nПётр\n", encoding="utf-8")
    clean = str(CORPUS / "clean.call")
    assert "contact-column" in run("lint", clean, "--columns", str(base)).stdout
    assert run("lint", clean, "--disclose", "purpose").exit_code == 1


@pytest.mark.parametrize(
    "words",
    [
        ["lint", "/nowhere.call"], ["test", "/nowhere.call"], ["paths", "/nowhere.call"], ["graph", "/nowhere.call"],
        ["diff", "/nowhere.call", "/nowhere.call"], ["preview", "/nowhere.call"],
        ["preview", LIBRARY[0], "--as", "/nowhere.csv:1"], ["preview", LIBRARY[0], "--set", "x"],
        ["preview", LIBRARY[0], "--language", "fr"], ["preview", LIBRARY[0], "--now", "today"],
        ["paths", str(CORPUS / "syntax.call")], ["graph", LIBRARY[0], "--out", f"{LIBRARY[0]}/x.svg"],
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_one_sentence_and_exit_code_two(words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith("dialer: ") and result.stderr.count("\n") == 1
    assert "Traceback" not in result.output


def test_script_tests_run_and_fail_with_their_line(tmp_path: Path) -> None:
    assert run("test", *LIBRARY).exit_code == 0
    (tmp_path / "x.call").write_text(SHAPE.text, encoding="utf-8")
    (tmp_path / "x.calltest").write_text("=== hangs up\n< end hung_up\nexpect END dnc\n", encoding="utf-8")
    result = run("test", str(tmp_path / "x.call"))
    assert result.exit_code == 1
    assert "FAIL hangs up" in result.stdout and "x.calltest:3: " in result.stdout
    assert json.loads(run("test", "--json", str(tmp_path / "x.calltest")).stdout)[0]["line"] == 3


def test_paths_and_diff_are_printed_and_given_as_json(tmp_path: Path) -> None:
    old, new = tmp_path / "a.call", tmp_path / "b.call"
    old.write_text(SHAPE.text, encoding="utf-8")
    new.write_text(SHAPE.text.replace("Busy -> ring", "Busy -> o_stop"), encoding="utf-8")
    assert "> END:appointment" in run("paths", str(old)).stdout
    assert json.loads(run("paths", "--json", "--limit", "2", str(old)).stdout)[0]["outcome"]
    assert run("diff", str(old), str(new)).stdout == "rerouted step hello, answer busy: -> ring => -> o_stop\n"
    assert json.loads(run("diff", "--json", str(old), str(new)).stdout)[0]["kind"] == "rerouted"


def test_the_drawing_is_written_or_printed(tmp_path: Path) -> None:
    out = tmp_path / "x.svg"
    assert run("graph", LIBRARY[0], "--out", str(out), "--href", "/s/{node}").exit_code == 0
    assert 'href="/s/' in out.read_text(encoding="utf-8")
    assert run("graph", LIBRARY[0]).stdout.startswith("<svg ")


def test_preview_walks_with_a_contact_from_a_list(tmp_path: Path) -> None:
    base = tmp_path / "list.csv"
    base.write_text("Person,City\nПётр,Самара\n", encoding="utf-8")
    words = ["preview", LIBRARY[names().index("lead_generation")], "--as", f"{base}:1", "--set", "project.client=Рейс"]
    result = run(*words, typed="dm\nbogus\n3\nnext\n")
    assert result.exit_code == 0
    assert "Пётр – это вы?" in result.stdout and "«Рейс»" in result.stdout
    assert "нет ответа «bogus»" in result.stdout and "END:refused_soft" in result.stdout
    assert run(*words, typed="q\n").exit_code == 0
    assert run(*words, typed="").exit_code == 0
