"""Rows out of text, each with the line it begins on; a broken row costs itself and not its neighbours.

The csv module takes everything after an unclosed quotation mark for one cell, down to the next mark. A row of several
lines is therefore believed only if a strict reading agrees; if not, its first line is reported broken and the rest is
given back and read again.
Standard library only.
"""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import NamedTuple, TextIO

MOST_LINES = 50
MOST_CHARACTERS = 65_536
SHOWN = 200


class Broken(NamedTuple):
    """A row that could not be read: a code of ``reasons``, a detail, and how its line begins."""

    code: str
    detail: str
    text: str


class _RunsOn(Exception):
    """The row being read has taken more lines or characters than a row may."""


class RowReader:
    """Iterates over (line number, cells or Broken); rows with nothing in them are left out."""

    def __init__(self, file: TextIO, separator: str, line: int = 0) -> None:
        self._file = file
        self._separator = separator
        self._line = line
        self._held: list[str] = []
        self._again: deque[str] = deque()
        self._odd = False

    def __iter__(self) -> Iterator[tuple[int, list[str] | Broken]]:
        reader, held = self._reader(), self._held
        while True:
            held.clear()
            try:
                cells = next(reader, None)
                broken = self._odd or len(held) > 1
            except (_RunsOn, csv.Error):
                cells, broken = [], True
            if cells is None:
                return
            start = self._line + 1
            fault = self._fault(cells) if broken else None
            if fault is not None and fault.code == "quote" and len(held) > 1:
                self._again.extendleft(reversed(held[1:]))
                del held[1:]
                reader = self._reader()
            elif fault is not None:
                reader = self._reader()
            self._line += len(held)
            if fault is not None:
                yield start, fault
            elif cells and (cells[0].strip() or any(map(str.strip, cells))):
                yield start, cells

    def _reader(self) -> Iterator[list[str]]:
        return csv.reader(self._feed(), delimiter=self._separator)

    def _feed(self) -> Iterator[str]:
        held, again, size = self._held, self._again, 0
        while True:
            line = again.popleft() if again else next(self._file, None)
            if line is None:
                return
            size = len(line) + (size if held else 0)
            held.append(line)
            if "\ufffd" in line:
                self._odd = True
            if size > MOST_CHARACTERS or len(held) > MOST_LINES:
                raise _RunsOn
            yield line

    def _fault(self, cells: list[str]) -> Broken | None:
        """What is wrong with the row just read, if anything; called only for rows that may be broken."""
        held, self._odd = self._held, False
        first = held[0][:SHOWN].rstrip("\r\n") if held else ""
        if len(held) > 1 and not self._is_sound():
            return Broken("quote", "", first)
        if not cells:
            return Broken("too_long", str(MOST_CHARACTERS), first) if held and held[0].strip() else None
        if "\ufffd" in first or any("\ufffd" in cell for cell in cells):
            return Broken("encoding", "", first)
        return None

    def _is_sound(self) -> bool:
        """True if the row's lines are one row by the strict rules: what is quoted ends with a separator behind it."""
        try:
            return len(list(csv.reader(self._held, delimiter=self._separator, strict=True))) == 1
        except csv.Error:
            return False
