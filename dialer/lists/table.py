"""A file as a table: its layout and its rows, whatever it was saved by.

May import our ``scan``, ``workbook``, ``layout`` and ``lines``.
"""

from __future__ import annotations

import csv
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from dialer.errors import BadInput
from dialer.lists import layout, workbook
from dialer.lists.lines import Broken, RowReader
from dialer.lists.scan import Scan, scan

SEPARATORS = ",;\t|"
FIRST = 40
_SAID = re.compile(r"sep=([,;\t|])\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Table:
    """``head`` are the first rows, headings included; ``text`` is the file that is read (for a workbook, its text)."""

    source: Scan
    text: Path
    encoding: str
    separator: str
    said: bool
    head: tuple[tuple[int, list[str]], ...]
    layout: layout.Layout

    @property
    def heading_line(self) -> int:
        """The line of the headings, 0 if there are none."""
        return self.head[self.layout.heading_row][0] if self.layout.heading_row >= 0 else 0

    @contextmanager
    def rows(self) -> Iterator[Reading]:
        """Open the table: an iterator over (line, cells or Broken) below the headings that knows how far it is."""
        with self.text.open(encoding=self.encoding, errors="replace", newline="") as file:
            yield Reading(self, file)


class Reading:
    """The rows of a table being read; ``share`` is how much of the file has been (0..1)."""

    def __init__(self, table: Table, file: TextIO) -> None:
        self._table, self._file = table, file
        self._size = table.text.stat().st_size or 1

    def __iter__(self) -> Iterator[tuple[int, list[str] | Broken]]:
        heading = self._table.heading_line
        reader = _reader(self._file, self._table.separator, self._table.said)
        return (row for row in reader if row[0] > heading) if heading else iter(reader)

    @property
    def share(self) -> float:
        return min(1.0, self._file.buffer.tell() / self._size)


@contextmanager
def open_table(
    path: Path, mapping: layout.Mapping_ | None = None, country: str = "RU", strict: bool = True
) -> Iterator[Table]:
    """The table in a file. Raises BadInput with one sentence if there is none, or (if ``strict``) no phone column."""
    source = scan(path)
    if source.kind == "text":
        yield _table(source, path, source.encoding, None, mapping, country, strict)
        return
    with tempfile.TemporaryDirectory(prefix="warmline-") as folder:
        text = Path(folder) / "sheet"
        workbook.to_text(path, source.kind, text)
        yield _table(source, text, "utf-8", workbook.SEPARATOR, mapping, country, strict)


def _table(
    source: Scan,
    text: Path,
    encoding: str,
    separator: str | None,
    mapping: layout.Mapping_ | None,
    country: str,
    strict: bool,
) -> Table:
    with text.open(encoding=encoding, errors="replace", newline="") as file:
        start = list(islice(file, FIRST))
        found = _SAID.match(start[0]) if start else None
    separator = separator or (found[1] if found else _separator(start))
    with text.open(encoding=encoding, errors="replace", newline="") as file:
        rows = islice(_reader(file, separator, bool(found)), FIRST)
        head = tuple((line, cells) for line, cells in rows if not isinstance(cells, Broken))
    if not head:
        raise BadInput("the file has no rows")
    where = layout.find([cells for _, cells in head], mapping, country, strict)
    return Table(source, text, encoding, separator, bool(found), head, where)


def _reader(file: TextIO, separator: str, said: bool) -> RowReader:
    if said:
        file.readline()
    return RowReader(file, separator, int(said))


def _separator(lines: list[str]) -> str:
    """The one that cuts the most lines into the same number of cells, and into more than one."""

    def worth(separator: str) -> int:
        try:
            counts = Counter(len(row) for row in csv.reader(lines, delimiter=separator) if any(row))
        except csv.Error:
            return 0
        return max(((cells - 1) * count * count for cells, count in counts.items()), default=0)

    return max(SEPARATORS, key=worth)
