"""Two questions against each other: counts, and percent of each column's cases.

Room: scripts/exports. May import the model and the labels. Questions with codes take part (single, scale, yes/no,
multi); a case that was not asked both is left out, don't know and refused are rows and columns of their own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scripts.exports.columns import STATES, YES_NO
from scripts.labels import label_in
from scripts.model import Field, Script

TYPES = ("single", "multi", "scale", "bool", "consent")
Key = int | str


@dataclass(frozen=True)
class CrossTab:
    """``cells[row][column]`` are cases; ``bases[column]`` the cases of a column, which percentages are of; ``total``
    the cases in all. A multi field lets one case count in several cells, so they add up to more than the base."""

    rows: tuple[tuple[Key, str], ...]
    columns: tuple[tuple[Key, str], ...]
    cells: Mapping[Key, Mapping[Key, int]]
    bases: Mapping[Key, int]
    total: int

    def percent(self, row: Key, column: Key) -> float | None:
        """The share of a column's cases that gave the row's answer, 0..1; None of no cases."""
        base = self.bases[column]
        return self.cells[row][column] / base if base else None


def possible(script: Script) -> list[Field]:
    """The fields that can stand in a cross-table."""
    return [field for field in script.fields.values() if field.type in TYPES]


def crosstab(
    down: Field, across: Field | None, answers: Iterable[Mapping[str, Mapping[str, Any]]], language: str
) -> CrossTab:
    """Count ``down`` against ``across``; without ``across`` there is one column of all cases."""
    cells: Counter[tuple[Key, Key]] = Counter()
    bases: Counter[Key] = Counter()
    total = 0
    for case in answers:
        left, top = keys_of(down, case.get(down.id)), keys_of(across, case.get(across.id)) if across else ["all"]
        if not left or not top:
            continue
        total += 1
        bases.update(top)
        cells.update((row, column) for row in left for column in top)
    rows = _order(down, {row for row, _ in cells}, language)
    columns = _order(across, set(bases), language) if across else (("all", ""),)
    full = {row: {column: cells[row, column] for column, _ in columns} for row, _ in rows}
    return CrossTab(rows, columns, full, {column: bases[column] for column, _ in columns}, total)


def keys_of(field: Field, answer: Mapping[str, Any] | None) -> list[Key]:
    """The rows that an answer counts in; none for a question not asked."""
    if answer is None:
        return []
    if "state" in answer:
        return [str(answer["state"])]
    value = answer["value"]
    return [int(item) for item in (value if isinstance(value, list) else [value])]


def _order(field: Field, seen: set[Key], language: str) -> tuple[tuple[Key, str], ...]:
    """(key, label) of every option, used or not, then don't know and refused where they occurred."""
    if field.options:
        found: list[tuple[Key, str]] = [(option.code, label_in(option.labels, language)) for option in field.options]
    elif field.type == "scale":
        found = [(n, str(n)) for n in range(int(field.min or 0), int(10 if field.max is None else field.max) + 1)]
    else:
        found = [(code, label_in(labels, language)) for code, labels in YES_NO.items()]
    known = {key for key, _ in found}
    found += [(key, str(key)) for key in sorted(seen - known - set(STATES), key=str)]
    return tuple(found + [(state, label_in(labels, language)) for state, labels in STATES.items() if state in seen])
