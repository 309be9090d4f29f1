"""The ledger: every attempt and every move it makes.

Rule 1: an attempt is in the database before the network is asked; its id is the leg's id on the network (P1).
Rule 2: a move is one step of ``rules.attempt_states`` on a locked row, with its journal row in the same transaction.
Rule 3: a refused or repeated event changes nothing.
May import ``dialer.store`` and ``dialer.rules``.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import ids
from dialer.rules.attempt_states import TRANSITIONS, AttemptEffect, AttemptEvent
from dialer.rules.states import IllegalTransition, step
from dialer.rules.words import AttemptState, Mode
from dialer.store.calls import Attempt, AttemptMove
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.projects import Campaign
from dialer.store.transaction import append, held, hold_many, remember, write_appended

STAMPS = {
    AttemptState.SENT: "sent_at",
    AttemptState.RINGING: "ringing_at",
    AttemptState.ANSWERED: "answered_at",
    AttemptState.CONNECTED: "connected_at",
    AttemptState.ENDED: "ended_at",
    AttemptState.CLOSED: "closed_at",
}
"""Which column keeps when a state was entered first."""


def place(
    s: Session,
    campaign: Campaign,
    contact: Contact,
    number: ContactNumber,
    now: datetime,
    *,
    provider: str,
    trunk: str = "",
    caller_id: str | None = None,
    mode: Mode | None = None,
    operator_id: int | None = None,
    script_version_id: int | None = None,
) -> Attempt:
    """Write a new attempt to ``number``; nothing has been asked of the network yet. The caller flushes."""
    attempt = Attempt(
        id=ids.new("a"),
        campaign_id=campaign.id,
        contact_id=contact.id,
        number_id=number.id,
        to_number=number.number,
        caller_id=campaign.caller_id if caller_id is None else caller_id,
        provider=provider,
        trunk=trunk,
        mode=mode or campaign.mode,
        state=AttemptState.PLACED,
        operator_id=operator_id,
        script_version_id=script_version_id,
        fence=campaign.fence,
        placed_at=now,
    )
    remember(s, attempt)
    note(s, attempt.id, now, "place", None, AttemptState.PLACED)
    return attempt


def note(
    s: Session,
    attempt_id: str,
    at: datetime,
    event: str,
    old: AttemptState | None,
    new: AttemptState,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add a line to the journal."""
    append(s, AttemptMove, attempt_id=attempt_id, at=at, event=event, old=old, new=new, detail=detail)


def get(s: Session, attempt_id: str) -> Attempt | None:
    """The attempt, locked for this transaction; None if there is no such id."""
    return held(s, Attempt, attempt_id)


def get_many(s: Session, attempt_ids: Iterable[str]) -> dict[str, Attempt]:
    """Those attempts that exist, locked, by id."""
    return hold_many(s, Attempt, set(attempt_ids))


def move(
    s: Session, attempt: Attempt, event: AttemptEvent, now: datetime, detail: dict[str, Any] | None = None
) -> tuple[AttemptEffect, ...] | None:
    """Take one step; returns what follows from it, or None if the event is refused in this state."""
    try:
        new, effects = step(TRANSITIONS, attempt.state, event)
    except IllegalTransition:
        return None
    old, attempt.state = attempt.state, new
    stamp = STAMPS.get(new)
    if stamp and old is not new and getattr(attempt, stamp) is None:
        setattr(attempt, stamp, now)
    note(s, attempt.id, now, event.value, old, new, detail)
    return effects


def journal(s: Session, attempt_id: str) -> list[AttemptMove]:
    """All moves of an attempt, oldest first."""
    write_appended(s)
    return list(s.scalars(select(AttemptMove).where(AttemptMove.attempt_id == attempt_id).order_by(AttemptMove.id)))
