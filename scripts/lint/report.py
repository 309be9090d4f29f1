"""Gathers the findings of all rules.

Room: scripts/lint. May import the model and the table of rules.
"""

from __future__ import annotations

from scripts.errors import Problem
from scripts.lint.rules import ERRORS, WARNINGS, level_of
from scripts.model import Script


class Report:
    """Findings about one script; each place is reported once per rule."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self._found: dict[tuple[str, int, int, str], Problem] = {}

    def add(self, code: str, line: int, column: int, message: str) -> None:
        """Add a finding of the rule ``code``."""
        assert code in ERRORS or code in WARNINGS, code
        problem = Problem(code, level_of(code), self.script.file, line, column, message)
        self._found.setdefault((code, line, column, message), problem)

    def problems(self) -> list[Problem]:
        """All findings, in the order of the file."""
        return sorted(self._found.values(), key=lambda found: (found.line, found.column, found.code))
