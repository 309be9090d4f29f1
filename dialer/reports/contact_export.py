"""Contacts as a file: what was found, with whole numbers and with what came of each. Read only.

A column a field that contacts have of their own, in the order in which they first appear; safe to open in a
spreadsheet, and fit to be imported again (the headings are those the import knows).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy.orm import Session

from dialer.lists.report import safe
from dialer.reports import contact_search
from dialer.store.contacts import Contact, ZoneSet

HEAD = ("name", "company", "phone", "email", "zone", "priority")
TAIL = ("campaign", "state", "outcome", "outcome_at", "attempts", "next_call_at")


def lines(s: Session, projects: Collection[int] | None, **wanted: Any) -> Iterator[str]:
    """The file line by line, UTF-8 with a mark for Excel in front. ``wanted`` is as in ``contact_search.search``."""
    fields = _fields(s, projects, wanted)
    yield "\ufeff" + _line([*HEAD, *fields, *TAIL])
    for contact, campaign in _all(s, projects, wanted):
        own = [str(contact.fields.get(name, "")) for name in fields]
        yield _line([*_head(s, contact), *own, *_tail(contact, campaign)])


def _all(s: Session, projects: Collection[int] | None, wanted: dict[str, Any]) -> Iterator[tuple[Contact, str]]:
    after: int | None = 0
    while after is not None:
        page = contact_search.search(s, projects, after=after, **wanted)
        yield from page.rows
        s.expunge_all()  # a million contacts do not fit into memory
        after = page.after


def _fields(s: Session, projects: Collection[int] | None, wanted: dict[str, Any]) -> list[str]:
    found: dict[str, None] = {}
    for contact, _ in _all(s, projects, wanted):
        found.update(dict.fromkeys(contact.fields))
    return [name for name in found if name not in (*HEAD, *TAIL)]


def _head(s: Session, contact: Contact) -> list[str]:
    numbers = "; ".join(n.number + (f" ext. {n.extension}" if n.extension else "") for n in contact.numbers)
    zone = s.get_one(ZoneSet, contact.zone_set_id).names.split("|")[0]
    return [contact.name, contact.company, numbers, contact.email, zone, str(contact.priority)]


def _tail(contact: Contact, campaign: str) -> list[str]:
    moments = [at.isoformat(timespec="seconds") if at else "" for at in (contact.disposed_at, contact.due_at)]
    outcome = contact.disposition or ""
    return [campaign, contact.state.value, outcome, moments[0], str(contact.tries), moments[1]]


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerow([_cell(cell) for cell in cells])
    return out.getvalue()


def _cell(cell: str) -> str:
    """Numbers begin with a plus, which is no formula."""
    return cell if cell.startswith("+") and cell[1:].replace("; +", "").isdigit() else safe(cell)
