"""A text as it is being typed: what is wrong with it, where its steps stand, and its drawing.

Room: scripting, asked by the editor a moment after each change. Lines are those of the typed text. May import
``scripts``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from scripts.errors import Problem, ScriptError
from scripts.graph import svg
from scripts.lines import typed_line, typed_lines
from scripts.lint import lint
from scripts.model import Script
from scripts.parser import parse_collecting
from scripts.screen import node_title

MAX_PROBLEMS = 300
MAX_DRAWN = 400
"""Steps; a drawing of more helps nobody."""


@dataclass(frozen=True)
class Checked:
    """``problems`` with typed lines; ``steps`` are {id, title, line, last} in order; ``drawing`` is an SVG, ""
    where the text cannot be read or has too many steps; ``languages`` of the script."""

    problems: tuple[Problem, ...]
    steps: tuple[dict[str, Any], ...]
    drawing: str
    languages: tuple[str, ...]

    @property
    def errors(self) -> int:
        """How many of the findings forbid publishing."""
        return sum(problem.level == "error" for problem in self.problems)


@lru_cache(maxsize=32)
def check(text: str, language: str) -> Checked:
    """Look at a text. Never raises for what is in it."""
    lines = typed_lines(text)
    try:
        script, errors = parse_collecting(text)
        found = [] if errors or script is None else lint(script)
    except ScriptError as error:
        script, errors, found = None, [error], []
    problems = [_problem(error) for error in errors] + found
    placed = tuple(_at(problem, typed_line(lines, problem.line)) for problem in problems[:MAX_PROBLEMS])
    if script is None:
        return Checked(placed, (), "", ())
    drawable = not errors and len(script.nodes) <= MAX_DRAWN
    drawing = svg(script, language=language, href=lambda node: f"#step-{node}", embedded=True) if drawable else ""
    return Checked(placed, tuple(_steps(script, lines, language)), drawing, script.languages)


def _problem(error: ScriptError) -> Problem:
    return Problem(error.code, "error", "", error.line, error.column, error.sentence)


def _at(problem: Problem, line: int) -> Problem:
    return replace(problem, line=line)


def _steps(script: Script, lines: list[int], language: str) -> list[dict[str, Any]]:
    starts = [typed_line(lines, node.line) for node in script.nodes]
    ends = [*(start - 1 for start in starts[1:]), lines[-1] if lines else 1]
    return [
        {"id": node.id, "title": node_title(node, language), "line": start, "last": end}
        for node, start, end in zip(script.nodes, starts, ends, strict=True)
    ]
