"""What one person has done today: their talks, newest first, and the sums they are asked about.

Room: desk. Read only. May import ``dialer.store``, ``dialer.profiles`` and this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import profiles
from dialer.desk import correcting
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact

SHOWN = 50


@dataclass(frozen=True, slots=True)
class MyCall:
    """One talk. ``talk_s`` seconds; ``fixed`` says why the outcome stays as it is, empty while it may be changed."""

    attempt_id: str
    contact_id: int
    name: str
    company: str
    at: datetime
    talk_s: int
    disposition: str | None
    fixed: str


@dataclass(frozen=True, slots=True)
class MyDay:
    """``talks``: people spoken to; ``talk_s``: seconds in all; ``leads``: those that became leads."""

    talks: int
    talk_s: int
    leads: int
    calls: list[MyCall]


def of(s: Session, user_id: int, since: datetime, now: datetime) -> MyDay:
    """The talks of this person that began at ``since`` or later."""
    mine = (Attempt.operator_id == user_id, Attempt.placed_at >= since, Attempt.connected_at.is_not(None))
    rows = s.execute(
        select(Attempt, Contact)
        .join(Contact, Contact.id == Attempt.contact_id)
        .where(*mine, Attempt.ended_at.is_not(None))
        .order_by(Attempt.placed_at.desc(), Attempt.id)
    ).all()
    seconds = [_talk_s(attempt) for attempt, _ in rows]
    codes = {d.code for d in profiles.dispositions().values() if d.next == "lead"}
    calls = [_line(attempt, contact, now) for attempt, contact in rows[:SHOWN]]
    return MyDay(len(rows), sum(seconds), sum(a.disposition in codes for a, _ in rows), calls)


def _line(attempt: Attempt, contact: Contact, now: datetime) -> MyCall:
    at = attempt.connected_at
    assert at is not None  # the query asks for talks
    return MyCall(
        attempt.id, contact.id, contact.name, contact.company, at, _talk_s(attempt), attempt.disposition,
        correcting.plain_hindrance(attempt, contact, now),
    )  # fmt: skip


def _talk_s(attempt: Attempt) -> int:
    if attempt.connected_at is None or attempt.ended_at is None:
        return 0
    return int((attempt.ended_at - attempt.connected_at).total_seconds())
