"""The closer's leg: ringing them for a live handoff, joining the room, and every way it may fail."""

from __future__ import annotations

from sqlalchemy import select

from dialer import ids, ledger
from dialer.desk import session
from dialer.engine.turn import Turn
from dialer.errors import Refusal
from dialer.leads import terms
from dialer.providers.base import DeskCall, HungUp
from dialer.rules.operator_states import OperatorEvent
from dialer.rules.words import AttemptState, HandoffState, OperatorState, Outcome
from dialer.store.calls import Attempt
from dialer.store.desk import Handoff
from dialer.store.outbox import tell
from dialer.store.people import User
from dialer.store.projects import Campaign

FAILURES = {
    Outcome.BUSY: "busy",
    Outcome.REJECTED: "declined",
    Outcome.NO_ANSWER: "no_answer",
    Outcome.CANCELLED: "cancelled",
}
"""Why a closer was not reached, by how their leg ended; anything else is ``lost``."""


def announce(t: Turn, handoff: Handoff) -> None:
    """Tell both people's pages."""
    for user_id in (handoff.operator_id, handoff.closer_id):
        if user_id is not None:
            tell(t.s, t.now, "handoff", f"user:{user_id}", handoff=handoff.id, state=handoff.state.value)


def ring(t: Turn, handoff_id: int) -> None:
    """Ring the reserved closer's phone into the customer's room. Raises Refusal(not_now)."""
    handoff = t.s.get(Handoff, handoff_id, with_for_update=True)
    if handoff is None or handoff.state is not HandoffState.RINGING or handoff.closer_id is None or handoff.leg:
        raise Refusal("not_now")
    attempt = ledger.get(t.s, handoff.attempt_id)
    closer = t.s.get_one(User, handoff.closer_id)
    if attempt is None or attempt.state is not AttemptState.CONNECTED:
        fail(t, handoff, "caller_gone")
        return
    handoff.leg = ids.new("c")
    ring_s = terms.of(t.s.get_one(Campaign, attempt.campaign_id).project).live_ring_s
    call = DeskCall(handoff.leg, closer.endpoint, attempt.room, ring_s=ring_s, auto_answer=False)
    t.ask(handoff.leg, lambda: t.provider.call_desk(call))
    announce(t, handoff)


def fail(t: Turn, handoff: Handoff, reason: str) -> None:
    """The handoff did not come about: the closer is free again, the operator's page says why."""
    handoff.state, handoff.reason, handoff.settled_at = HandoffState.FAILED, reason, t.now
    if handoff.leg:
        leg = handoff.leg
        t.request(leg, lambda: t.provider.hang_up(leg))
    if handoff.closer_id is not None:
        row = session.get(t.s, handoff.closer_id, t.now)
        if row.attempt_id == handoff.attempt_id and row.state is OperatorState.DIALLING:
            session.free(t.s, row, t.now)
    announce(t, handoff)


def cancel(t: Turn, handoff_id: int, reason: str) -> None:
    """The operator takes the offer back, or the closer declines it, before it is answered. Raises Refusal(not_now)."""
    handoff = t.s.get(Handoff, handoff_id, with_for_update=True)
    if handoff is None or handoff.state is not HandoffState.RINGING:
        raise Refusal("not_now")
    fail(t, handoff, reason)


def by_leg(t: Turn, leg: str) -> Handoff | None:
    """The handoff whose closer's phone is ``leg``, locked."""
    return t.s.scalars(select(Handoff).where(Handoff.leg == leg).with_for_update()).first()


def closer_joined(t: Turn, leg: str) -> None:
    """The closer is in the room: all three hear each other until the operator leaves."""
    handoff = by_leg(t, leg)
    if handoff is None or handoff.state is not HandoffState.RINGING or handoff.closer_id is None:
        return
    handoff.state, handoff.answered_at = HandoffState.JOINED, t.now
    attempt = ledger.get(t.s, handoff.attempt_id)
    if attempt is not None:
        attempt.closer_id = handoff.closer_id
    row = session.get(t.s, handoff.closer_id, t.now)
    if row.state is OperatorState.DIALLING:
        session.move(t.s, row, OperatorEvent.ANSWERED, t.now)
    announce(t, handoff)


def closer_gone(t: Turn, event: HungUp) -> None:
    """The closer's leg ended: a failure if it never joined; else the closer wraps up."""
    handoff = by_leg(t, event.leg)
    if handoff is None:
        return
    if handoff.state is HandoffState.RINGING:
        fail(t, handoff, FAILURES.get(event.outcome, "lost"))
    elif handoff.closer_id is not None:
        closer_to_wrap_up(t, handoff)
        _end_call_nobody_has(t, handoff)


def closer_to_wrap_up(t: Turn, handoff: Handoff) -> None:
    """The closer judges the lead now; wrapping up has no clock for them."""
    row = session.get(t.s, handoff.closer_id or 0, t.now)
    if row.state is OperatorState.TALKING and row.attempt_id == handoff.attempt_id:
        session.move(t.s, row, OperatorEvent.CALL_ENDED, t.now, wrap_until_at=None)


def _end_call_nobody_has(t: Turn, handoff: Handoff) -> None:
    attempt = ledger.get(t.s, handoff.attempt_id)
    if attempt is None or attempt.state is not AttemptState.CONNECTED or attempt.operator_id is None:
        return
    operator = session.get(t.s, attempt.operator_id, t.now)
    if not (operator.attempt_id == attempt.id and operator.state is OperatorState.TALKING):
        leg = attempt.id
        t.request(leg, lambda: t.provider.hang_up(leg))


def customer_gone(t: Turn, attempt: Attempt) -> None:
    """The customer hung up: a ringing offer fails, a closer in the room wraps up."""
    if t.alone(attempt.id):
        return
    t.s.flush()  # the closer may have joined or left in this very turn
    query = select(Handoff).where(
        Handoff.attempt_id == attempt.id, Handoff.state.in_((HandoffState.RINGING, HandoffState.JOINED))
    )
    for handoff in t.s.scalars(query.with_for_update()):
        if handoff.state is HandoffState.RINGING:
            fail(t, handoff, "caller_gone")
            continue
        leg = handoff.leg
        t.request(leg, lambda leg=leg: t.provider.hang_up(leg))  # type: ignore[misc]
        closer_to_wrap_up(t, handoff)


def leave(t: Turn, handoff_id: int, user_id: int | None) -> Attempt:
    """The operator leaves customer and closer alone: into a fresh room, and to the wrap-up.

    Returns the attempt. Raises Refusal(not_now) unless the closer is in the room.
    """
    handoff = t.s.get(Handoff, handoff_id, with_for_update=True)
    if handoff is None or handoff.state is not HandoffState.JOINED or handoff.operator_id != user_id:
        raise Refusal("not_now")
    attempt = ledger.get(t.s, handoff.attempt_id)
    if attempt is None or attempt.state is not AttemptState.CONNECTED or user_id is None:
        raise Refusal("not_now")
    row = session.get(t.s, user_id, t.now)
    row.room = ids.new("r")
    leg, room = row.leg, row.room
    if row.leg_up:
        t.request(leg, lambda: t.provider.move(leg, room))
    return attempt
