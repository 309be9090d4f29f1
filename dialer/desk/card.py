"""The contact card: all that a person needs to know before they say hello.

Room: desk, step 7 of the way of a call (the screen is there before the voice). Numbers are given whole: the door masks
them for those without the right. May import ``dialer.store`` and this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.compliance.entries import covering
from dialer.desk import local_time, notes
from dialer.desk.local_time import LocalTime
from dialer.desk.notes import NoteLine
from dialer.leads.drawing import past
from dialer.rules.words import Outcome
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber, ZoneSet
from dialer.store.desk import Callback
from dialer.store.people import User
from dialer.store.projects import Campaign

TOUCHES = 10
"""How many earlier attempts the card shows."""


@dataclass(frozen=True, slots=True)
class NumberLine:
    """One number of the contact. ``current`` is the one of this call."""

    number: str
    extension: str
    bad: bool
    current: bool


@dataclass(frozen=True, slots=True)
class Touch:
    """One earlier attempt. ``talk_s`` is 0 where nobody talked; ``operator`` empty where nobody did."""

    at: datetime
    outcome: Outcome | None
    disposition: str | None
    operator: str
    talk_s: int


@dataclass(frozen=True, slots=True)
class Card:
    """What the CONTACT column shows. ``do_not_call`` is the reason of a suppression, None if there is none."""

    id: int
    name: str
    company: str
    email: str
    fields: tuple[tuple[str, str], ...]
    numbers: tuple[NumberLine, ...]
    there: LocalTime
    tries: int
    touches: tuple[Touch, ...]
    notes: tuple[NoteLine, ...]
    do_not_call: str | None
    callback_at: datetime | None
    callback_note: str


def card(s: Session, contact_id: int, now: datetime, attempt_id: str | None = None) -> Card:
    """The card of a contact; ``attempt_id`` is the call it is shown for and is not among its touches."""
    contact = s.get_one(Contact, contact_id)
    attempt = s.get(Attempt, attempt_id) if attempt_id else None
    promise = s.scalar(
        select(Callback).where(
            Callback.contact_id == contact_id, Callback.kept_at.is_(None), Callback.cancelled_at.is_(None)
        )
    )
    return Card(
        id=contact.id,
        name=contact.name,
        company=contact.company,
        email=contact.email,
        fields=tuple((name, str(value)) for name, value in contact.fields.items() if value not in (None, "")),
        numbers=_numbers(contact, attempt),
        there=local_time.at_callee(s.get_one(ZoneSet, contact.zone_set_id).names, now),
        tries=contact.tries,
        touches=_touches(s, past(s, contact), attempt_id),
        notes=tuple(notes.of_contacts(s, past(s, contact))),
        do_not_call=_suppressed(s, contact),
        callback_at=promise.due_at if promise else None,
        callback_note=promise.note if promise else "",
    )


def _numbers(contact: Contact, attempt: Attempt | None) -> tuple[NumberLine, ...]:
    called = attempt.to_number if attempt else None

    def line(row: ContactNumber) -> NumberLine:
        return NumberLine(row.number, row.extension, row.bad, row.number == called)

    return tuple(sorted(map(line, contact.numbers), key=lambda number: not number.current))


def _touches(s: Session, contacts: list[int], but: str | None) -> tuple[Touch, ...]:
    rows = s.execute(
        select(Attempt, User.name)
        .outerjoin(User, User.id == Attempt.operator_id)
        .where(Attempt.contact_id.in_(contacts), Attempt.id != (but or ""))
        .order_by(Attempt.placed_at.desc())
        .limit(TOUCHES)
    )
    return tuple(Touch(a.placed_at, a.outcome, a.disposition, name or "", _talk_s(a)) for a, name in rows)


def _talk_s(attempt: Attempt) -> int:
    if attempt.connected_at is None or attempt.ended_at is None:
        return 0
    return int((attempt.ended_at - attempt.connected_at).total_seconds())


def _suppressed(s: Session, contact: Contact) -> str | None:
    """The reason why a number of this contact must not be dialled; a prefix counts for every number it begins."""
    project_id = s.get_one(Campaign, contact.campaign_id).project_id
    found = list(covering(s, [(row.number, project_id) for row in contact.numbers]).values())
    return found[0].reason or "suppressed" if found else None
