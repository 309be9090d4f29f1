"""Operators' own legs: ringing them into their room, and what follows when a phone comes up or is lost."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import bindparam, select

from dialer import ids, ledger
from dialer.desk import session
from dialer.engine import settle
from dialer.engine.turn import Turn
from dialer.providers.base import DeskCall
from dialer.rules.attempt_states import AttemptEvent
from dialer.rules.operator_states import OperatorEvent
from dialer.rules.words import AttemptState, OperatorState
from dialer.store.base import Utc
from dialer.store.calls import Attempt
from dialer.store.desk import OperatorSession
from dialer.store.people import User

RING_S = 20
LOST_S = 20
"""How long a contact hears music while the operator's phone is rung again; then somebody else takes over."""
UNSEEN_S = 150
"""Without a sign of life for so long somebody's page is gone; a browser lets a hidden page tick once a minute."""
_UNSEEN = (OperatorState.CONNECTING, OperatorState.READY, OperatorState.PREVIEWING, OperatorState.PAUSED)

_LOST = (
    select(OperatorSession)
    .where(
        OperatorSession.phone_lost_at <= bindparam("before", type_=Utc),
        OperatorSession.state == OperatorState.TALKING,
    )
    .with_for_update(skip_locked=True)
)


def by_leg(t: Turn, leg: str) -> OperatorSession | None:
    """The session whose phone is ``leg``, locked."""
    return t.s.scalars(select(OperatorSession).where(OperatorSession.leg == leg).with_for_update()).first()


def ring(t: Turn, user_id: int) -> None:
    """Ring the operator's phone into their room unless it is up or ringing already."""
    row = session.get(t.s, user_id, t.now)
    if row.state is OperatorState.OFFLINE or row.line == session.CLOSER_LINE or row.leg:
        return
    user = t.s.get_one(User, user_id)
    row.leg, row.leg_up = ids.new("o"), False
    row.room = row.room or ids.new("r")
    call = DeskCall(row.leg, user.endpoint, row.room, ring_s=RING_S)
    t.ask(row.leg, lambda: t.provider.call_desk(call))


def hang_up(t: Turn, user_id: int) -> None:
    """End the operator's own leg: they stopped working."""
    row = session.get(t.s, user_id, t.now)
    if row.leg:
        leg = row.leg
        t.request(leg, lambda: t.provider.hang_up(leg))


def joined(t: Turn, leg: str) -> None:
    """The phone is in its room: ready, or back in the call it was lost from."""
    row = by_leg(t, leg)
    if row is None or row.leg_up:
        return
    row.leg_up = True
    if row.state is OperatorState.CONNECTING:
        session.move(t.s, row, OperatorEvent.PHONE_UP, t.now, reason="")
        return
    if row.phone_lost_at is not None:
        row.phone_lost_at = None
        _bring_back(t, row)
    session.announce(t.s, row, t.now)


def _bring_back(t: Turn, row: OperatorSession) -> None:
    attempt = ledger.get(t.s, row.attempt_id) if row.attempt_id else None
    if attempt is not None and attempt.state is AttemptState.CONNECTED and not attempt.on_hold:
        leg, room = attempt.id, row.room
        t.request(leg, lambda: t.provider.move(leg, room))


def gone(t: Turn, leg: str) -> None:
    """The phone's leg ended, for whatever reason."""
    row = by_leg(t, leg)
    if row is None:
        return
    row.leg, row.leg_up = "", False
    if row.state is OperatorState.CONNECTING:
        session.move(t.s, row, OperatorEvent.PHONE_FAILED, t.now, reason="phone_lost")
    elif row.state in (OperatorState.READY, OperatorState.PAUSED, OperatorState.PREVIEWING):
        give_back_preview(t, row)
        session.move(t.s, row, OperatorEvent.PHONE_LOST, t.now, reason="phone_lost", attempt_id=None)
    elif row.state is not OperatorState.OFFLINE:
        _lost_in_call(t, row)
    if row.state is OperatorState.OFFLINE:
        row.room = ""


def give_back_preview(t: Turn, row: OperatorSession) -> None:
    """A contact that was only being looked at goes back to the list."""
    attempt = ledger.get(t.s, row.attempt_id) if row.attempt_id else None
    if (
        attempt is not None
        and ledger.move(t.s, attempt, AttemptEvent.REFUSE, t.now, {"why": "not_dialled"}) is not None
    ):
        settle.give_back(t, attempt)


def _lost_in_call(t: Turn, row: OperatorSession) -> None:
    row.phone_lost_at = t.now
    session.move(t.s, row, OperatorEvent.PHONE_LOST, t.now)
    attempt = ledger.get(t.s, row.attempt_id) if row.attempt_id else None
    if attempt is not None and attempt.state is AttemptState.CONNECTED and attempt.closer_id is None:
        leg = attempt.id
        t.request(leg, lambda: t.provider.hold(leg))


def end_unseen(t: Turn) -> None:
    """Send those offline whose page closed without a word: a call or a lead would come to an empty chair."""
    query = select(OperatorSession).where(
        OperatorSession.state.in_(_UNSEEN), OperatorSession.seen_at <= t.now - timedelta(seconds=UNSEEN_S)
    )
    for row in t.s.scalars(query.with_for_update(skip_locked=True)).all():
        give_back_preview(t, row)
        session.move(t.s, row, OperatorEvent.LOGOUT, t.now, reason="page_lost", pause_after="", attempt_id=None)
        hang_up(t, row.user_id)


def take_over_lost_calls(t: Turn) -> None:
    """Give calls whose operator's phone stayed away to somebody who is ready, or end them."""
    for row in t.s.scalars(_LOST, {"before": t.now - timedelta(seconds=LOST_S)}).all():
        attempt = ledger.get(t.s, row.attempt_id) if row.attempt_id else None
        if attempt is None or attempt.state is not AttemptState.CONNECTED:
            row.phone_lost_at = None
            continue
        _pass_on(t, row, attempt)


def _pass_on(t: Turn, row: OperatorSession, attempt: Attempt) -> None:
    leg = attempt.id
    other = session.longest_ready(t.s, attempt.campaign_id, line=1)
    if other is None:
        row.phone_lost_at = None
        t.request(leg, lambda: t.provider.hang_up(leg))
        return
    session.move(t.s, other, OperatorEvent.RESERVE, t.now, attempt_id=attempt.id, muted=False)
    attempt.operator_id, attempt.room = other.user_id, other.room
    room = other.room
    t.request(leg, lambda: t.provider.move(leg, room))
    row.phone_lost_at = None
    session.free(t.s, row, t.now)
