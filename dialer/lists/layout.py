"""Which column of a table is what: from its headings, from ``--map``, or from the numbers in a file without headings.

May import our ``headings``, ``numbers`` and ``text``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dialer.errors import BadInput
from dialer.lists.headings import OWN, PHONE, SKIP, counts_from, meaning
from dialer.lists.numbers import Numbers
from dialer.lists.reasons import RowRejected
from dialer.lists.text import clean, field_name, words

Mapping_ = Mapping[str, str | Sequence[str]]
"""field -> heading, or ``#3`` for the third column; several columns for ``phone``."""
MOST_COLUMNS = 256
LOOK_FOR_HEADINGS = 20


@dataclass(frozen=True)
class Column:
    """``heading`` as in the file; ``field`` a field of ``headings``, or the name of a further column."""

    index: int
    heading: str
    field: str


@dataclass(frozen=True)
class Layout:
    """The columns in their order, and which row holds their headings (counted among the rows; -1: none does)."""

    columns: tuple[Column, ...]
    heading_row: int

    def of(self, field: str) -> tuple[int, ...]:
        """The indexes of the columns of a field."""
        return tuple(c.index for c in self.columns if c.field == field)

    def first(self, field: str) -> int:
        """The index of a field's first column, or -1."""
        return next(iter(self.of(field)), -1)

    @property
    def further(self) -> tuple[tuple[int, str], ...]:
        """(index, name) of the columns that are kept for scripts."""
        return tuple((c.index, c.field) for c in self.columns if c.field not in OWN or c.field in ("city", "region"))

    @property
    def zone_counts_from(self) -> str:
        """See ``headings.counts_from``."""
        return next((counts_from(c.heading) for c in self.columns if c.field == "zone"), "")


def find(rows: Sequence[Sequence[str]], mapping: Mapping_ | None, country: str, strict: bool = True) -> Layout:
    """The layout of a table from its first rows. Raises BadInput where ``--map`` names an unknown column, where there
    are too many columns and, if ``strict``, where no column holds telephone numbers.
    """
    wanted = {f: [c] if isinstance(c, str) else list(c) for f, c in (mapping or {}).items()}
    at = _heading_row(rows, wanted)
    headings = [clean(h) for h in rows[at]] if at >= 0 else []
    if not headings:
        headings = [f"#{n + 1}" for n in range(max(map(len, rows), default=0))]
    while headings and not headings[-1]:
        headings.pop()
    if len(headings) > MOST_COLUMNS:
        raise BadInput(f"the file has {len(headings)} columns; at most {MOST_COLUMNS} can be imported")
    fields = _mapped(headings, wanted)
    if at >= 0:
        _recognise(headings, fields)
    elif PHONE not in fields.values():
        fields.update(dict.fromkeys(_columns_of_numbers(rows, country), PHONE))
    if strict and PHONE not in fields.values():
        shown = ", ".join(h for h in headings[:8] if h)
        raise BadInput(f"no column of telephone numbers was found among: {shown}; say which with --map phone=COLUMN")
    return Layout(_with_names(headings, fields), at)


def _heading_row(rows: Sequence[Sequence[str]], wanted: Mapping[str, list[str]]) -> int:
    """The first of the rows that has what ``--map`` names, or else the most known headings with a phone among them."""
    named = {words(c) for columns in wanted.values() for c in columns if not c.startswith("#")}
    best, most = -1, 0
    for n, row in enumerate(rows[:LOOK_FOR_HEADINGS]):
        if named and named <= {words(cell) for cell in row}:
            return n
        known = [meaning(cell) for cell in row if len(cell) <= 80]
        count = sum(map(bool, known)) if PHONE in known or PHONE in wanted else 0
        if count > most:
            best, most = n, count
    return best


def _mapped(headings: list[str], wanted: Mapping[str, list[str]]) -> dict[int, str]:
    fields: dict[int, str] = {}
    keys = [words(h) for h in headings]
    for field, columns in wanted.items():
        for column in columns:
            if column.startswith("#") and column[1:].isdecimal() and 0 < int(column[1:]) <= len(headings):
                index = int(column[1:]) - 1
            elif words(column) in keys:
                index = keys.index(words(column))
            else:
                shown = ", ".join(h for h in headings[:8] if h)
                raise BadInput(f"there is no column {column!r} in the file; its columns are: {shown}")
            fields[index] = _checked(field)
    return fields


def _checked(field: str) -> str:
    if field in OWN or field == field_name(field):
        return field
    raise BadInput(f"{field!r} is not a field name; use Latin letters, digits and _, for example {field_name(field)!r}")


def _recognise(headings: list[str], fields: dict[int, str]) -> None:
    """Add the fields of headings that are known; one that ``--map`` or an earlier column has is not taken again."""
    given = frozenset(fields.values())
    for index, heading in enumerate(headings):
        field = meaning(heading) if index not in fields else ""
        if field and field not in given and (field in (PHONE, SKIP) or field not in fields.values()):
            fields[index] = field
    if not {"last_name", "middle_name"} & set(fields.values()):
        for index, field in fields.items():
            if field == "first_name" and "name" not in fields.values():
                fields[index] = "name"


def _columns_of_numbers(rows: Sequence[Sequence[str]], country: str) -> list[int]:
    """In a file without headings: the columns in which at least half of the first rows hold a number."""
    numbers = Numbers(country)
    width = max(map(len, rows), default=0)
    counts = [sum(_is_number(numbers, row[i]) for row in rows if i < len(row)) for i in range(min(width, MOST_COLUMNS))]
    return [i for i, count in enumerate(counts) if count and count * 2 >= len(rows)]


def _is_number(numbers: Numbers, cell: str) -> bool:
    try:
        return bool(numbers.read(cell)[0])
    except RowRejected:
        return False


def _with_names(headings: list[str], fields: dict[int, str]) -> tuple[Column, ...]:
    """Give every further column a name of its own: ``oborot``, a second one ``oborot_2``."""
    taken: set[str] = {f for f in fields.values() if f not in (PHONE, SKIP)} | OWN
    columns = []
    for index, heading in enumerate(headings):
        field = fields.get(index)
        if field is None:
            name = "" if heading[:1] == "#" else meaning(heading) or field_name(heading)
            field = _free(name or f"column_{index + 1}", taken)
        taken.add(field)
        columns.append(Column(index, heading, field))
    return tuple(columns)


def _free(name: str, taken: set[str]) -> str:
    if name == "person" or name in taken:
        name = name[:36]
        return next(n for k in range(2, MOST_COLUMNS + 3) if (n := f"{name}_{k}") not in taken)
    return name
