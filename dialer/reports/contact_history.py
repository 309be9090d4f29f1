"""All that happened to one contact, newest first: attempts, notes, answers, callbacks, handoffs, letters,
and how the touches after the first call ended.

A contact that was drawn from the later pool brings along what happened before.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.leads.drawing import past
from dialer.store.calls import Attempt, Recording
from dialer.store.contacts import Contact
from dialer.store.desk import Callback, Handoff, Lead, Note
from dialer.store.mail import Letter
from dialer.store.people import User
from dialer.store.scripts import Answer
from dialer.store.touches import TouchPlace

NEWEST = 200
"""Rows of each kind at most: a page, not an archive."""


@dataclass(frozen=True)
class Entry:
    """One thing that happened. ``kind`` is attempt, note, callback, handoff, letter or touches; ``who`` is a name."""

    at: datetime
    kind: str
    row: Any
    who: str


@dataclass(frozen=True)
class History:
    """The entries, the latest answers by field, and the ids of attempts that have a recording to play."""

    entries: list[Entry]
    answers: list[Answer]
    playable: frozenset[str]
    lead: Lead | None


def history(s: Session, contact: Contact) -> History:
    """Read it."""
    names = dict(s.execute(select(User.id, User.name)).all())

    def who(user_id: int | None) -> str:
        return names.get(user_id, "") if user_id is not None else ""

    ids = past(s, contact)
    attempts = _newest(s, Attempt, Attempt.contact_id.in_(ids), Attempt.placed_at)
    notes = _newest(s, Note, Note.contact_id.in_(ids), Note.at)
    callbacks = _newest(s, Callback, Callback.contact_id.in_(ids), Callback.made_at)
    lead = s.scalar(select(Lead).where(Lead.contact_id == contact.id))
    handoffs = _newest(s, Handoff, Handoff.lead_id == lead.id, Handoff.offered_at) if lead else []
    letters = _newest(s, Letter, Letter.contact_id.in_(ids), Letter.made_at)
    entries = [
        *(Entry(a.placed_at, "attempt", a, who(a.operator_id)) for a in attempts),
        *(Entry(n.at, "note", n, who(n.user_id)) for n in notes),
        *(Entry(c.made_at, "callback", c, who(c.owner_id)) for c in callbacks),
        *(Entry(h.offered_at, "handoff", h, who(h.closer_id)) for h in handoffs),
        *(Entry(one.made_at, "letter", one, "") for one in letters),
        *(Entry(place.stopped_at, "touches", place, "") for place in _ended(s, ids) if place.stopped_at is not None),
    ]
    recorded = select(Recording.attempt_id).where(
        Recording.attempt_id.in_([a.id for a in attempts]), Recording.path != ""
    )
    answers = s.scalars(select(Answer).where(Answer.contact_id == contact.id).order_by(Answer.at))
    return History(
        sorted(entries, key=lambda e: e.at, reverse=True), list(answers), frozenset(s.scalars(recorded)), lead
    )


def _ended(s: Session, ids: Collection[int]) -> list[TouchPlace]:
    """Where the cadence of this contact, and of those it was drawn from, has ended."""
    over = TouchPlace.contact_id.in_(ids) & TouchPlace.stopped_at.is_not(None)
    return list(s.scalars(select(TouchPlace).where(over)))


def _newest(s: Session, table: Any, condition: Any, by: Any) -> list[Any]:
    return list(s.scalars(select(table).where(condition).order_by(by.desc()).limit(NEWEST)))
