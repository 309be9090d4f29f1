"""The first rows of a file and what its columns seem to be: for the browser's mapping page.

May import our ``table``, ``rows`` and ``reasons``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dialer.errors import BadInput
from dialer.lists.layout import Mapping_
from dialer.lists.table import open_table
from dialer.lists.text import clean

SAMPLE_ROWS = 10
SHOWN = 80


@dataclass(frozen=True)
class ColumnPreview:
    """``number`` counts from 1, as in ``--map field=#3``; ``field`` is what the column would become."""

    number: int
    heading: str
    field: str
    samples: tuple[str, ...]


@dataclass(frozen=True)
class Preview:
    """``separator`` is ``""`` for a workbook; ``heading_line`` 0 if there are no headings; ``has_phone`` must be true
    before the file can be imported. Texts are as in the file (cleaned, cut to 80 characters): escape them.
    """

    columns: tuple[ColumnPreview, ...]
    rows: tuple[tuple[str, ...], ...]
    encoding: str
    separator: str
    heading_line: int
    has_phone: bool


def preview(path: str | Path, mapping: Mapping_ | None = None, country: str = "RU") -> Preview:
    """Look at a file without importing it. Raises BadInput if it cannot be read or ``mapping`` names no column."""
    with open_table(Path(path), mapping, country, strict=False) as table:
        below = table.head[table.layout.heading_row + 1 :][:SAMPLE_ROWS]
        width = len(table.layout.columns)
        rows = tuple(tuple(_shown(cell) for cell in [*cells, *[""] * width][:width]) for _, cells in below)
        columns = tuple(
            ColumnPreview(c.index + 1, _shown(c.heading), c.field, tuple(row[c.index] for row in rows if row[c.index]))
            for c in table.layout.columns
        )
        if not columns:
            raise BadInput("the file has no columns")
        workbook = table.source.kind != "text"
        separator = "" if workbook else table.separator
        return Preview(columns, rows, table.encoding, separator, table.heading_line, bool(table.layout.of("phone")))


def _shown(cell: str) -> str:
    text = clean(cell)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
