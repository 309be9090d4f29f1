"""The wrap-up: disposition, note and next step of a call, written in one transaction (P3).

A first-line operator may save as soon as the call is over for them, also while a closer goes on talking. What nobody
saves ends by the clock (``by_clock``). May import ``dialer.store``, ``dialer.rules`` and this room.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session, joinedload

from dialer import ledger
from dialer.desk import callbacks, contract, drafts, local_time, next_step, notes, session
from dialer.errors import Refusal
from dialer.rules.attempt_states import AttemptEvent
from dialer.rules.words import AttemptState, OperatorState
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.desk import OperatorSession
from dialer.store.outbox import tell
from dialer.store.projects import Campaign

SHORTEST_S = 10
_CAMPAIGN = (
    select(Campaign)
    .where(Campaign.id == bindparam("campaign", type_=Integer))
    .options(joinedload(Campaign.project, innerjoin=True))
)


def save(
    s: Session,
    attempt_id: str,
    user_id: int,
    disposition: str,
    now: datetime,
    *,
    note: str = "",
    callback_at: datetime | None = None,
    callback_owner: int | None = None,
    callback_team: int | None = None,
) -> Attempt:
    """Write what came of the call and free the operator.

    Raises Refusal: not_your_call, call_not_over, already_saved, unknown_disposition, callback_needs_time, and those
    of ``callbacks.make``.
    """
    row = session.get(s, user_id, now)
    attempt = ledger.get(s, attempt_id)
    _check(row, attempt, user_id)
    assert attempt is not None
    chosen = next_step.by_operator(disposition)
    if chosen.next == "callback" and callback_at is None:
        raise Refusal("callback_needs_time")
    if note.strip():
        notes.add(s, attempt.contact_id, user_id, note, now, attempt_id)
    callbacks.keep(s, attempt.contact_id, now, user_id, attempt.placed_at)
    if callback_at is not None and chosen.next == "callback":
        callbacks.make(s, attempt.contact_id, callback_at, user_id, now, callback_owner, team_id=callback_team)
    theirs = callback_owner or callback_team
    # Held here, so that all who look it up below find it.
    campaign = s.scalars(_CAMPAIGN, {"campaign": attempt.campaign_id}).one()
    with s.no_autoflush:  # all that it looks up is of other calls, or locked by this transaction
        next_step.follow(s, attempt, disposition, now, callback_at=callback_at, callback_owner=theirs, by=user_id)
    attempt.disposition, attempt.disposed_by = disposition, user_id
    ledger.move(s, attempt, AttemptEvent.DISPOSED, now, {"disposition": disposition, "by": user_id})
    contract.disposed(s, attempt, chosen, now)
    session.free(s, row, now)
    tell(s, now, "call", f"user:{user_id}", attempt=attempt.id, state=attempt.state.value)
    tell(s, now, "campaign", f"campaign:{campaign.id}", campaign=campaign.id)
    return attempt


def _check(row: OperatorSession, attempt: Attempt | None, user_id: int) -> None:
    if attempt is None or attempt.operator_id != user_id:
        raise Refusal("not_your_call")
    if attempt.disposition is not None:
        raise Refusal("already_saved")
    if row.attempt_id == attempt.id and row.state is not OperatorState.WRAP_UP:
        raise Refusal("call_not_over")
    if row.attempt_id != attempt.id and attempt.state is not AttemptState.ENDED:
        raise Refusal("not_your_call")


def by_clock(s: Session, row: OperatorSession, attempt: Attempt, now: datetime) -> None:
    """The wrap-up's time is over: keep what was typed, and free the operator.

    An outcome that was chosen is saved as if by them; without one it is ``no_disposition``. Who neither chose nor typed
    anything is not there: they are paused, so that the next person who answers does not meet silence (P4).
    """
    words = drafts.words_of(s, attempt.id, row.user_id)
    try:
        _save_draft(s, row, attempt, words, now)
    except Refusal:
        _leave_open(s, row, attempt, words, now)
    drafts.drop(s, attempt.id, row.user_id)


def _save_draft(s: Session, row: OperatorSession, attempt: Attempt, words: Mapping[str, str], now: datetime) -> None:
    """All or nothing. Raises Refusal as ``save`` does."""
    contact = s.get_one(Contact, attempt.contact_id)
    at = local_time.instant(s.get_one(ZoneSet, contact.zone_set_id).names, words["callback_at"], now)
    wanted = words["callback_owner"] or "me"
    team = callbacks.team_of(s, row.user_id, attempt.campaign_id) if wanted == "team" else None
    with s.begin_nested():
        save(
            s, attempt.id, row.user_id, words["disposition"], now,
            note=words["note"], callback_at=at,
            callback_owner=row.user_id if wanted == "me" else None, callback_team=team,
        )  # fmt: skip


def _leave_open(s: Session, row: OperatorSession, attempt: Attempt, words: Mapping[str, str], now: datetime) -> None:
    if words["note"].strip():
        notes.add(s, attempt.contact_id, row.user_id, words["note"], now, attempt.id)
    elif not any(words.values()) and not row.pause_after and _time_to_act(row):
        row.pause_after = session.AWAY
    next_step.follow(s, attempt, next_step.NO_DISPOSITION, now)
    attempt.disposition = next_step.NO_DISPOSITION
    ledger.move(s, attempt, AttemptEvent.DISPOSED, now, {"disposition": attempt.disposition, "by": "clock"})
    session.free(s, row, now)


def _time_to_act(row: OperatorSession) -> bool:
    """A wrap-up of a few seconds is over before anybody can act: it says nothing about who is there."""
    return row.wrap_until_at is not None and (row.wrap_until_at - row.since_at).total_seconds() >= SHORTEST_S
