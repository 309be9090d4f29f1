"""Each planted fault is found at its line, and nothing else is."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from scripts.lint import ERRORS, WARNINGS, lint_text

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.call"))
ELSEWHERE = {"unreadable", "too-large"}  # no file of sensible size can hold them; see the parser's and CLI's tests


def planted(text: str) -> set[tuple[str, int]]:
    return {(found[1], int(found[2])) for found in re.finditer(r"^#! ([a-z-]+) (\d+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_planted_fault_is_found_at_its_line_and_no_other(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    columns = re.search(r"^#! columns: (.*)$", text, re.MULTILINE)
    problems = lint_text(text, path.name, columns=columns[1].split() if columns else None)
    assert {(problem.code, problem.line) for problem in problems} == planted(text)
    assert all(problem.column >= 1 and problem.message and problem.file == path.name for problem in problems)


def test_every_rule_has_a_planted_fault() -> None:
    found = {code for path in CORPUS for code, _line in planted(path.read_text(encoding="utf-8"))}
    assert (ERRORS.keys() | WARNINGS.keys()) - found == ELSEWHERE


def test_a_disclosure_that_the_law_adds_is_asked_for() -> None:
    text = (Path(__file__).parent / "corpus" / "clean.call").read_text(encoding="utf-8")
    problems = lint_text(text, disclosures=["purpose"])
    assert {problem.code for problem in problems} == {"disclosure"}
    assert "purpose" in problems[0].message


def test_an_outcome_of_the_campaign_s_own_is_known() -> None:
    text = (Path(__file__).parent / "corpus" / "unknown_outcome.call").read_text(encoding="utf-8")
    assert not lint_text(text, outcomes=["lead_worm", "refused_soft", "dnc"])


def big_script(steps: int) -> str:
    head = (
        "---\nscript: big/one\nkind: survey\nlanguages: [ru, en]\nstart: n0\nneeds: {contact: [city]}\nfields:\n"
        "  a: {type: single, options: {1: да / yes, 2: нет / no}}\n---\n"
    )
    step = (
        "=== n{0}\nru> Шаг {0}, {{{{ contact.city }}}}.\nen> Step {0}, {{{{ contact.city }}}}.\n? a! if touch != {1}\n"
        "* [x] Да / Yes -> n{2}\n+ [y] Нет / No -> n{3}\n+ [z] Хватит / Enough -> END:dnc\n"
    )
    body = "".join(step.format(i, 1 + i % 2, i + 1, max(0, i - 3)) for i in range(steps))
    return f"{head}{body}=== n{steps}\nru> Конец\nen> The end\n-> END:complete\n"


def calls_to_lint(steps: int) -> int:
    """How many function calls lint makes: what it costs, whatever else the machine does (bench script has seconds)."""
    text, made = big_script(steps), 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal made
        made += event == "call"

    sys.setprofile(count)
    try:
        problems = lint_text(text)
    finally:
        sys.setprofile(None)
    assert {problem.code for problem in problems} >= {"no-goal"}
    return made


def test_the_cost_of_lint_grows_with_the_steps_and_not_with_their_square() -> None:
    few, many = calls_to_lint(250), calls_to_lint(1000)
    assert many < 5 * few and many < 1_500_000
