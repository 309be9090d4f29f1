"""Ranges of mobile numbers whose place is known: a country's table of DEF codes, imported from the regulator's file.

A mobile number alone may be in any zone of its country; a range that belongs to one region narrows that down, as the
contact's own zone or city still does before it. The table is read once a process and again after an import.
Russian files have the columns ``АВС/DEF;От;До;Ёмкость;Оператор;Регион`` in UTF-8 or windows-1251.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dialer.errors import BadInput
from dialer.lists.written_zones import place
from dialer.store.contacts import NumberRange

RUSSIA = "7"
BATCH = 5000
CODE, FIRST, LAST, REGION = ("авс/ def", "авс/def", "abc/ def", "abc/def", "def"), ("от",), ("до",), ("регион",)


@dataclass(frozen=True)
class Loaded:
    """What an import did: ranges kept, and lines whose region is not in our table of places (named, at most 20)."""

    ranges: int
    unknown: int
    regions: tuple[str, ...]


class Table:
    """Ranges in order; asked by bisection."""

    def __init__(self, rows: list[tuple[int, int, str]]) -> None:
        self._rows = sorted(rows)
        self._firsts = [row[0] for row in self._rows]

    def zones_of(self, e164: str) -> str:
        """The zones of a number, joined; empty if no range has it."""
        value = int(e164[1:])
        at = bisect_right(self._firsts, value) - 1
        return self._rows[at][2] if at >= 0 and value <= self._rows[at][1] else ""


_table = Table([])


def in_force() -> Table:
    """The table that this process read last."""
    return _table


def read(s: Session) -> Table:
    """Read the table anew; to be called before numbers are placed."""
    global _table
    rows = s.execute(select(NumberRange.first, NumberRange.last, NumberRange.zones)).all()
    _table = Table([(row.first, row.last, row.zones) for row in rows])
    return _table


def import_file(s: Session, path: Path) -> Loaded:
    """Replace the ranges of the codes in the file. Raises BadInput if it is no table of ranges."""
    unknown: dict[str, int] = {}
    rows = []
    codes = set()
    for code, first, last, region in _lines(path):
        codes.add(code)
        zones = place(region)
        if zones:
            begin, end = int(f"{RUSSIA}{code}{first:07d}"), int(f"{RUSSIA}{code}{last:07d}")
            rows.append({"first": begin, "last": end, "zones": "|".join(sorted(zones)), "region": region[:120]})
        else:
            unknown[region] = unknown.get(region, 0) + 1
    for code in codes:
        low, high = int(f"{RUSSIA}{code}0000000"), int(f"{RUSSIA}{code}9999999")
        s.execute(delete(NumberRange).where(NumberRange.first.between(low, high)))
    for start in range(0, len(rows), BATCH):
        s.execute(insert(NumberRange), rows[start : start + BATCH])
    read(s)
    return Loaded(len(rows), sum(unknown.values()), tuple(sorted(unknown, key=lambda r: -unknown[r])[:20]))


def _lines(path: Path) -> Iterator[tuple[str, int, int, str]]:
    try:
        raw = path.read_bytes()
    except OSError as err:
        raise BadInput(f"{path.name} cannot be read: {err.strerror}") from err
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1251", errors="replace")
    rows = csv.reader(text.lstrip("\ufeff").splitlines(), delimiter=";")
    heading = [cell.strip().lower() for cell in next(rows, [])]
    columns = [next((heading.index(n) for n in names if n in heading), -1) for names in (CODE, FIRST, LAST, REGION)]
    if min(columns) < 0:
        raise BadInput(f"{path.name} is no table of codes: it needs the columns АВС/DEF, От, До and Регион")
    for number, row in enumerate(rows, 2):
        if not any(row):
            continue
        cells = [row[at].strip() if at < len(row) else "" for at in columns]
        if not all(cell.isdecimal() for cell in cells[:3]) or len(cells[0]) != 3 or max(map(len, cells[1:3])) > 7:
            raise BadInput(f"{path.name}, line {number}: {';'.join(cells)[:60]!r} is no range of numbers")
        yield cells[0], int(cells[1]), int(cells[2]), cells[3]
