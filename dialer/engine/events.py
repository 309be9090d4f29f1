"""What the network tells, one small function an event; a refused or repeated one changes nothing.

The first letter of a leg's id says whose it is: ``o`` an operator's phone, ``c`` a closer's, ``s`` a
supervisor's, anything else a contact.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from dialer import ledger
from dialer.engine import answers, crash, handoffs, listening, networks, phones, recovery, routing, settle
from dialer.engine.turn import Turn
from dialer.providers import base
from dialer.rules.attempt_states import AttemptEvent
from dialer.rules.words import AttemptState, Outcome
from dialer.store.calls import Attempt

OPERATOR, CLOSER, LISTENER = "o", "c", "s"
DESKS = (OPERATOR, CLOSER, LISTENER)


def foresee(t: Turn, items: Iterable[Any]) -> None:
    """Lock together what these events and questions are about; see :meth:`Turn.foresee`."""
    items = [item for item in items if not isinstance(item, base.Up | base.Down)]
    legs = {item.leg for item in items if item.leg[0] not in DESKS}
    ended = {item.leg for item in items if isinstance(item, base.HungUp | base.Failed)}
    t.foresee(legs, ended & legs)
    t.asking = sum(hasattr(item, "reply") for item in items)


def hear(t: Turn, event: base.Event) -> None:
    """Carry out what follows from one event."""
    handler = HANDLERS.get(type(event))
    if handler is not None:
        handler(t, event)


def _moved(t: Turn, leg: str, event: AttemptEvent, **detail: Any) -> Attempt | None:
    """The attempt after the move; None if it is none of ours or the move was refused."""
    attempt = ledger.get(t.s, leg)
    if attempt is None or ledger.move(t.s, attempt, event, t.now, detail or None) is None:
        return None
    t.touch(attempt.campaign_id)
    t.tell_call(attempt.id, attempt.operator_id, attempt.state.value)
    return attempt


def _accepted(t: Turn, e: base.Accepted) -> None:
    if e.leg[0] not in DESKS:
        attempt = _moved(t, e.leg, AttemptEvent.ACCEPTED, ref=e.ref)
        if attempt is not None and e.ref:
            attempt.provider_ref = e.ref


def _ringing(t: Turn, e: base.Ringing) -> None:
    if e.leg[0] not in DESKS:
        attempt = _moved(t, e.leg, AttemptEvent.RINGING)
        if attempt is not None:
            routing.carried(t, attempt)


def _answered(t: Turn, e: base.Answered) -> None:
    if e.leg[0] not in DESKS:
        _moved(t, e.leg, AttemptEvent.ANSWERED)


def _machine(t: Turn, e: base.MachineDetected) -> None:
    attempt = ledger.get(t.s, e.leg)
    if attempt is None or attempt.state in (AttemptState.ENDED, AttemptState.CLOSED):
        return
    if attempt.state is not AttemptState.CONNECTED or not answers.with_person(t, attempt):
        attempt.amd = e.heard


def _joined(t: Turn, e: base.Joined) -> None:
    if e.leg[0] == OPERATOR:
        phones.joined(t, e.leg)
    elif e.leg[0] == CLOSER:
        handoffs.closer_joined(t, e.leg)
    elif e.leg[0] == LISTENER:
        listening.joined(t, e.leg)
    elif _moved(t, e.leg, AttemptEvent.JOINED, room=e.room) is not None:
        crash.point("joined")


def _left(t: Turn, e: base.Left) -> None:
    """A machine that had met an operator is left a message: the room is empty, so its operator is free."""
    attempt = ledger.get(t.s, e.leg) if e.leg[0] not in DESKS else None
    if attempt is not None and attempt.state is AttemptState.MESSAGED:
        settle.free_from_machine(t, attempt)


def _hung_up(t: Turn, e: base.HungUp) -> None:
    if e.leg[0] == OPERATOR:
        phones.gone(t, e.leg)
    elif e.leg[0] == CLOSER:
        handoffs.closer_gone(t, e)
    elif e.leg[0] == LISTENER:
        listening.gone(t, e.leg)
    else:
        attempt = _customer_ended(t, e.leg, AttemptEvent.HUNG_UP, e.outcome, e.cause, e.sip_code)
        if attempt is not None:
            routing.ended(t, attempt, e.outcome)


def _failed(t: Turn, e: base.Failed) -> None:
    if e.leg[0] in DESKS:
        _hung_up(t, base.HungUp(e.leg, e.at, Outcome.FAILED, e.reason[:24]))
    else:
        outcome = Outcome.BAD_NUMBER if e.permanent else Outcome.FAILED
        attempt = _customer_ended(t, e.leg, AttemptEvent.FAILED, outcome, e.reason[:24], 0)
        if attempt is not None and not e.permanent:
            routing.refused(t, attempt, e.reason)


def _doubtful(t: Turn, e: base.Doubtful) -> None:
    if e.leg[0] not in DESKS:
        attempt = _customer_ended(t, e.leg, AttemptEvent.DOUBTFUL, Outcome.UNKNOWN, "doubtful", 0)
        if attempt is not None:
            routing.note_error(t, attempt, "no answer to a request")


def _customer_ended(
    t: Turn, leg: str, event: AttemptEvent, outcome: Outcome, cause: str, sip_code: int
) -> Attempt | None:
    attempt = _moved(t, leg, event, outcome=outcome.value, cause=cause, sip=sip_code)
    if attempt is None:
        return None
    attempt.cause, attempt.sip_code = cause, sip_code
    settle.ended(t, attempt, outcome)
    crash.point("ended_before_commit")
    return attempt


def _up(t: Turn, e: base.Up) -> None:
    t.s.flush()
    recovery.reconcile(t, e)
    networks.heard(t, e)


HANDLERS: Mapping[type, Callable[[Turn, Any], None]] = {
    base.Accepted: _accepted,
    base.Ringing: _ringing,
    base.Answered: _answered,
    base.MachineDetected: _machine,
    base.Joined: _joined,
    base.Left: _left,
    base.HungUp: _hung_up,
    base.Failed: _failed,
    base.Doubtful: _doubtful,
    base.Up: _up,
    base.Down: networks.heard,
}
