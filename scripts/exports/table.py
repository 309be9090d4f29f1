"""Answers as a table: one row per case, one column per thing known about it.

Room: scripts/exports. May import the columns. A case is plain data: ``about`` are columns that every export has (case,
version, outcome, …), ``answers`` the fields' answers as the runner keeps them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.exports.columns import Column, columns_of
from scripts.model import Script

ABOUT = ("case", "version", "outcome", "aapor", "share", "started_at", "ended_at", "operator", "language", "attempts")
"""The columns before the fields: case number, script version, disposition, AAPOR code, share of required questions
answered, instants (UTC, ISO), number of the operator, language of the talk, attempts made."""


@dataclass(frozen=True)
class Case:
    """One case of a survey or campaign."""

    about: Mapping[str, Any]
    answers: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """Headings, and rows of plain values (None is empty)."""

    about: tuple[str, ...]
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]

    @property
    def headings(self) -> list[str]:
        """The names of all columns; a field called like a column of ABOUT gets an underscore."""
        return [*self.about, *(self.name_of(column) for column in self.columns)]

    def name_of(self, column: Column) -> str:
        """The heading of a field's column."""
        return f"{column.name}_" if column.name in self.about else column.name


def tabulate(script: Script, cases: Iterable[Case]) -> Table:
    """The table of these cases along ``script`` (the newest of their versions)."""
    columns = tuple(columns_of(script))
    rows = tuple(
        tuple(case.about.get(name) for name in ABOUT)
        + tuple(column.value(case.answers.get(column.field.id)) for column in columns)
        for case in cases
    )
    return Table(ABOUT, columns, rows)
