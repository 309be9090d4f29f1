"""What is wrong with a script, found before anybody speaks it.

Room: scripts/lint, between writing and publishing. Errors forbid publishing, warnings do not. The rules by name are in
``rules``; ``structure`` looks at the shape, ``flow`` at what is certain on every path, ``types`` at expressions,
``wording`` at texts and the head, ``slips`` at what nobody means.
"""

from __future__ import annotations

from collections.abc import Collection

from scripts import words
from scripts.errors import Problem, ScriptError
from scripts.lint.flow import check_flow
from scripts.lint.graph import Graph
from scripts.lint.report import Report
from scripts.lint.rules import ERRORS, WARNINGS, level_of
from scripts.lint.slips import check_slips
from scripts.lint.structure import check_structure
from scripts.lint.types import check_expressions
from scripts.lint.wording import check_words, signature
from scripts.model import Script
from scripts.parser import parse_collecting

__all__ = ["ERRORS", "WARNINGS", "has_errors", "lint", "lint_text", "signature"]


def lint(
    script: Script,
    *,
    outcomes: Collection[str] = words.OUTCOMES,
    columns: Collection[str] | None = None,
    disclosures: Collection[str] = (),
) -> list[Problem]:
    """All findings about a parsed script, in the order of the file.

    ``outcomes`` are the campaign's dispositions, ``columns`` the contact list's, ``disclosures`` ("recording", "name",
    "purpose") what the jurisdiction asks for besides the head.
    """
    report, graph = Report(script), Graph(script)
    check_structure(report, graph, outcomes)
    check_expressions(report)
    check_flow(report, graph, disclosures)
    check_words(report, columns)
    check_slips(report)
    return report.problems()


def lint_text(
    text: str,
    file: str = "",
    *,
    outcomes: Collection[str] = words.OUTCOMES,
    columns: Collection[str] | None = None,
    disclosures: Collection[str] = (),
) -> list[Problem]:
    """Findings about source text. Lines that are not understood are reported alone: the rest would mislead."""
    script, errors = parse_collecting(text, file)
    if errors or script is None:
        return [_problem(error, file) for error in errors]
    return lint(script, outcomes=outcomes, columns=columns, disclosures=disclosures)


def _problem(error: ScriptError, file: str) -> Problem:
    return Problem(error.code, level_of(error.code), file, error.line, error.column, error.sentence)


def has_errors(problems: Collection[Problem]) -> bool:
    """True if a script may not be published."""
    return any(problem.level == "error" for problem in problems)
