"""One row of a table becomes one draft of a contact, or is rejected with a reason.

This is the inner loop of an import: a plain row costs a few microseconds. Text longer than its column is cut and the
cut is noted; a number that is not one is never repaired. May import our ``layout``, ``numbers``, ``text``, ``zones``.
"""

from __future__ import annotations

import re

from dialer.lists import zones
from dialer.lists.dialling_plan import Number
from dialer.lists.layout import Layout
from dialer.lists.numbers import Numbers
from dialer.lists.reasons import RowRejected
from dialer.lists.text import clean

NAME, COMPANY, FIELD = 200, 300, 2000
"""Longest texts, in characters: the columns of the table, and any further column."""
LOWEST, HIGHEST = -1000, 1000
_EMAIL = re.compile(r"[^@\s,;<>\"()]{1,64}@[^@\s,;<>\"()]{1,180}")
_PRIORITIES = {"высокий": 10, "высокая": 10, "high": 10, "средний": 0, "средняя": 0, "normal": 0, "medium": 0}
_PRIORITIES |= {"обычный": 0, "низкий": -10, "низкая": -10, "low": -10}


class Draft:
    """A contact on its way into the database; or, with an ``id``, one that is there and may be filled up.

    ``zones`` is a joined set; ``notes`` are (code, detail) of ``reasons``. ``changed``: there is something to write.
    """

    __slots__ = (
        "changed", "company", "email", "fields", "id", "line", "name", "notes", "numbers", "positions", "priority",
        "zones",
    )  # fmt: skip

    def __init__(self, line: int, numbers: list[Number]) -> None:
        self.id = 0
        self.line = line
        self.numbers = numbers
        self.positions = 0
        self.name = self.company = self.email = self.zones = ""
        self.priority = 0
        self.fields: dict[str, str] = {}
        self.notes: list[tuple[str, str]] = []
        self.changed = False


class Rows:
    """Reads rows of one layout; ``priority`` is for rows without one of their own."""

    def __init__(self, layout: Layout, numbers: Numbers, priority: int = 0) -> None:
        self._numbers = numbers
        self._priority = priority
        self._width = len(layout.columns)
        self._phones = layout.of("phone")
        self._extension = layout.first("extension")
        self._name = layout.first("name")
        self._parts = tuple(i for f in ("last_name", "first_name", "middle_name") if (i := layout.first(f)) >= 0)
        self._company, self._email = layout.first("company"), layout.first("email")
        self._priority_at = layout.first("priority")
        self._where = (layout.first("zone"), layout.first("city"), layout.first("region"))
        self._placed = any(i >= 0 for i in self._where)
        self._counts_from = layout.zone_counts_from
        self._further = layout.further

    def read(self, line: int, cells: list[str]) -> Draft:
        """The draft of a row. Raises RowRejected."""
        missing = self._width - len(cells)
        if missing > 0:
            cells = cells + [""] * missing
        elif missing < 0 and any(map(str.strip, cells[self._width :])):
            raise RowRejected("too_many_cells")
        draft = self._with_numbers(line, cells)
        self._texts(draft, cells)
        if self._priority_at >= 0:
            self._own_priority(draft, cells[self._priority_at])
        else:
            draft.priority = self._priority
        if self._placed:
            zone, city, region = (cells[i] if i >= 0 else "" for i in self._where)
            draft.zones = zones.explicit(zone.strip(), city, region, self._counts_from)
        if not draft.zones:
            draft.zones = zones.of_numbers(draft.numbers)
        return draft

    def _with_numbers(self, line: int, cells: list[str]) -> Draft:
        numbers: list[Number] = []
        dropped, fault = False, None
        for i in self._phones:
            cell = cells[i]
            if not cell:
                continue
            try:
                found, more = self._numbers.read(cell)
            except RowRejected as err:
                if err.code == "hostile":
                    raise
                fault, dropped = fault or err, True
            else:
                numbers += found
                dropped = dropped or more
        if not numbers:
            raise fault or RowRejected("no_number")
        if len(numbers) > 1:
            numbers = list({n.e164: n for n in reversed(numbers)}.values())[::-1]
        draft = Draft(line, numbers)
        if dropped:
            draft.notes.append(("number_dropped", ""))
        if self._extension >= 0 and not numbers[0].extension and cells[self._extension].strip().isdecimal():
            numbers[0] = numbers[0]._replace(extension=cells[self._extension].strip()[:8])
        return draft

    def _texts(self, draft: Draft, cells: list[str]) -> None:
        if self._parts:
            draft.name = _cut(draft, "name", " ".join(filter(None, (clean(cells[i]) for i in self._parts))), NAME)
        if self._name >= 0 and not draft.name:
            draft.name = _cut(draft, "name", clean(cells[self._name]), NAME)
        if self._company >= 0:
            draft.company = _cut(draft, "company", clean(cells[self._company]), COMPANY)
        if self._email >= 0 and (email := clean(cells[self._email])):
            if _EMAIL.fullmatch(email):
                draft.email = email
            else:
                draft.notes.append(("email_dropped", ""))
        fields = draft.fields
        for index, name in self._further:
            value = cells[index]
            if value and (value := clean(value)):
                fields[name] = value if len(value) <= FIELD else _cut(draft, name, value, FIELD)

    def _own_priority(self, draft: Draft, cell: str) -> None:
        draft.priority = self._priority
        text = clean(cell).lower().removesuffix(".0")
        if not text:
            return
        try:
            draft.priority = max(LOWEST, min(HIGHEST, int(text)))
        except ValueError:
            if text in _PRIORITIES:
                draft.priority = _PRIORITIES[text]
            else:
                draft.notes.append(("priority_unread", ""))


def _cut(draft: Draft, what: str, value: str, most: int) -> str:
    """``value``, cut with an ellipsis and a note if it is too long."""
    if len(value) <= most:
        return value
    draft.notes.append(("cut", what))
    return value[: most - 1] + "…"
