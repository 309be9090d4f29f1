"""A saved outcome that was a slip of the hand: its operator may put another in its place, for a while.

Room: desk. Not once the contact has moved on: dialled again, handed to a closer who has taken it, or on the
do-not-call list, which only a base administrator shortens. Callbacks are promised anew. The first outcome stays in
the journal. May import ``dialer.store``, ``dialer.rules`` and this room.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from dialer import ledger, profiles
from dialer.desk import callbacks, contract, next_step
from dialer.errors import Refusal
from dialer.rules.words import AttemptState, ContactState, HandoffState
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.desk import Callback, Handoff
from dialer.store.outbox import tell
from dialer.store.transaction import held

WITHIN = timedelta(hours=12)
"""A shift: afterwards the figures of the day have been read."""
CORRECTED = "corrected"
"""Why a promise was taken back with the outcome that it came from."""
TAKEN = (HandoffState.RINGING, HandoffState.JOINED, HandoffState.ACCEPTED, HandoffState.REJECTED)


def correct(
    s: Session,
    attempt_id: str,
    user_id: int,
    disposition: str,
    now: datetime,
    *,
    callback_at: datetime | None = None,
    callback_owner: int | None = None,
) -> Attempt:
    """Put ``disposition`` in the place of the one that was saved, with all that follows from it.

    Raises Refusal: ``not_your_call``, ``correct_late``, ``correct_suppressed``, ``correct_moved_on``,
    ``correct_handed``, ``unknown_disposition``, ``callback_needs_time``, and those of ``callbacks.make``.
    """
    attempt = ledger.get(s, attempt_id)
    if attempt is None or attempt.operator_id != user_id:
        raise Refusal("not_your_call")
    contact = held(s, Contact, attempt.contact_id)
    assert contact is not None  # an attempt goes with its contact
    if why := plain_hindrance(attempt, contact, now) or _moved_on(s, attempt):
        raise Refusal(why)
    chosen = next_step.by_operator(disposition)
    if chosen.next == "callback" and callback_at is None:
        raise Refusal("callback_needs_time")
    _take_back(s, attempt, user_id, now)
    if chosen.next == "callback" and callback_at is not None:
        callbacks.make(s, contact.id, callback_at, user_id, now, callback_owner)
    was, attempt.disposition, attempt.disposed_by = attempt.disposition, disposition, user_id
    next_step.follow(s, attempt, disposition, now, callback_at=callback_at, callback_owner=callback_owner, by=user_id)
    contract.disposed(s, attempt, chosen, now)
    detail = {"disposition": disposition, "was": was, "by": user_id}
    ledger.note(s, attempt.id, now, "corrected", attempt.state, attempt.state, detail)
    tell(s, now, "call", f"user:{user_id}", attempt=attempt.id, state=attempt.state.value)
    tell(s, now, "campaign", f"campaign:{attempt.campaign_id}", campaign=attempt.campaign_id)
    return attempt


def plain_hindrance(attempt: Attempt, contact: Contact, now: datetime) -> str:
    """Why the outcome can no longer be changed, as far as these two rows tell; empty if they allow it."""
    if attempt.state is not AttemptState.CLOSED or attempt.disposition is None or attempt.connected_at is None:
        return "correct_late"
    if attempt.ended_at is None or attempt.ended_at < now - WITHIN:
        return "correct_late"
    known = profiles.dispositions().get(attempt.disposition)
    if contact.state is ContactState.SUPPRESSED or (known is not None and known.next == "suppress"):
        return "correct_suppressed"
    return "correct_moved_on" if contact.state is ContactState.CLAIMED else ""


def _moved_on(s: Session, attempt: Attempt) -> str:
    later = exists().where(Attempt.contact_id == attempt.contact_id, Attempt.placed_at > attempt.placed_at)
    if s.scalar(select(later)):
        return "correct_moved_on"
    taken = exists().where(Handoff.attempt_id == attempt.id, Handoff.state.in_(TAKEN) | Handoff.closer_id.is_not(None))
    return "correct_handed" if s.scalar(select(taken)) else ""


def _take_back(s: Session, attempt: Attempt, user_id: int, now: datetime) -> None:
    """What the first outcome had promised is promised no longer: callbacks, and a lead that waits in the list."""
    open_ones = Callback.kept_at.is_(None) & Callback.cancelled_at.is_(None)
    taken_back = {"cancelled_at": now, "cancelled_by": user_id, "cancel_reason": CORRECTED}
    s.execute(update(Callback).where(Callback.contact_id == attempt.contact_id, open_ones).values(**taken_back))
    waiting = Handoff.attempt_id == attempt.id, Handoff.state == HandoffState.OFFERED
    s.execute(update(Handoff).where(*waiting).values(state=HandoffState.FAILED, reason="cancelled", settled_at=now))
