"""Supervisors at live calls: their phone rings into the room, unheard; then they whisper, barge in, or leave.

The pages ask only for calls whose ``call.listen`` they have checked; here it is only asked whether the call is there.
A supervisor's leg begins with ``s`` and ends with the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from dialer import ids, ledger
from dialer.engine.turn import Turn
from dialer.errors import Refusal
from dialer.providers.base import DeskCall, Voice
from dialer.rules.words import AttemptState
from dialer.store.calls import Attempt
from dialer.store.desk import Listening, OperatorSession
from dialer.store.outbox import tell
from dialer.store.people import User

RING_S = 25
Args = Mapping[str, Any]


def start(t: Turn, user_id: int | None, args: Args) -> None:
    """Ring the supervisor's phone into the call's room. Raises Refusal(call_over, not_now)."""
    attempt = ledger.get(t.s, str(args.get("attempt", "")))
    if attempt is None or attempt.state is not AttemptState.CONNECTED or not attempt.room:
        raise Refusal("call_over")
    if user_id in (None, attempt.operator_id, attempt.closer_id) or t.s.get(Listening, user_id) is not None:
        raise Refusal("not_now")
    user, leg = t.s.get_one(User, user_id), ids.new("s")
    t.s.add(Listening(user_id=user_id, attempt_id=attempt.id, leg=leg, since_at=t.now))
    call = DeskCall(leg, user.endpoint, attempt.room, ring_s=RING_S, listener=True)
    t.ask(leg, lambda: t.provider.call_desk(call))
    _announce(t, user_id, leg)


def voice(t: Turn, user_id: int | None, args: Args) -> None:
    """Change who hears the supervisor. Raises Refusal(not_now)."""
    row = t.s.get(Listening, user_id, with_for_update=True)
    attempt = t.s.get(Attempt, row.attempt_id) if row is not None and row.up else None
    operator = t.s.get(OperatorSession, attempt.operator_id) if attempt is not None and attempt.operator_id else None
    if row is None or attempt is None or operator is None or not operator.leg or args.get("voice") not in set(Voice):
        raise Refusal("not_now")
    row.voice = Voice(args["voice"])
    leg, room, other, who = row.leg, attempt.room, operator.leg, Voice(row.voice)
    t.request(leg, lambda: t.provider.voice(leg, room, other, who))
    _announce(t, row.user_id, leg)


def stop(t: Turn, user_id: int | None, args: Args) -> None:
    """The supervisor leaves."""
    row = t.s.get(Listening, user_id)
    if row is not None:
        _hang_up(t, row)


def joined(t: Turn, leg: str) -> None:
    """Their phone is in the room."""
    row = by_leg(t, leg)
    if row is None:
        t.request(leg, lambda: t.provider.hang_up(leg))
    elif not row.up:
        row.up = True
        _announce(t, row.user_id, leg)


def gone(t: Turn, leg: str) -> None:
    """Their leg ended, or was never there."""
    row = by_leg(t, leg)
    if row is not None:
        t.s.delete(row)
        _announce(t, row.user_id, leg)


def call_over(t: Turn, attempt_id: str) -> None:
    """Nobody stays in a room where nobody talks any more."""
    if t.alone(attempt_id):
        return
    for row in t.s.scalars(select(Listening).where(Listening.attempt_id == attempt_id)):
        _hang_up(t, row)


def by_leg(t: Turn, leg: str) -> Listening | None:
    """The supervisor whose phone is ``leg``, locked."""
    return t.s.scalars(select(Listening).where(Listening.leg == leg).with_for_update()).first()


def _hang_up(t: Turn, row: Listening) -> None:
    leg = row.leg
    t.request(leg, lambda: t.provider.hang_up(leg))


def _announce(t: Turn, user_id: int | None, leg: str) -> None:
    tell(t.s, t.now, "listening", f"user:{user_id}", leg=leg)
