"""What people ask of the engine, one small function a command; the table :data:`COMMANDS` is the whole list.

A command that cannot be carried out now is done with its reason; the person's page is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import select

from dialer import ledger
from dialer.desk import next_step, session
from dialer.engine import by_hand, handoffs, listening, phones, settle
from dialer.engine.turn import Turn
from dialer.errors import Refusal
from dialer.rules.attempt_states import AttemptEvent
from dialer.rules.operator_states import OperatorEvent
from dialer.rules.words import AttemptState, OperatorState
from dialer.store.calls import IS_OPEN, Attempt
from dialer.store.messages import Command
from dialer.store.outbox import tell

MAX_A_TURN = 100
KEYS = frozenset("0123456789*#")
Args = Mapping[str, Any]
_OPEN = (
    select(Command)
    .where(Command.done_at.is_(None))
    .order_by(Command.id)
    .limit(MAX_A_TURN)
    .with_for_update(skip_locked=True)
)


def open_commands(t: Turn) -> list[Command]:
    """Commands nobody carried out yet, oldest first."""
    return list(t.s.scalars(_OPEN))


def carry_out(t: Turn, command: Command) -> bool:
    """Do it, or note why not; True."""
    action = COMMANDS.get(command.kind)
    try:
        if action is None:
            raise Refusal("unknown_command")
        action(t, command.user_id, command.args)
        command.done_at = t.now
    except Refusal as err:
        give_up(t, command, err.code)
    return True


def give_up(t: Turn, command: Command, code: str = "failed") -> None:
    """It is done with, though not done; the page of whoever asked says so."""
    command.error, command.done_at = code, t.now
    if command.user_id is not None:
        tell(t.s, t.now, "refused", f"user:{command.user_id}", command=command.kind, code=code)


def _my_call(t: Turn, user_id: int | None, args: Args) -> Attempt:
    """The open attempt named by the arguments, if this user has it. Raises Refusal(not_your_call)."""
    attempt = ledger.get(t.s, str(args.get("attempt", "")))
    if attempt is None or user_id is None or user_id not in (attempt.operator_id, attempt.closer_id):
        raise Refusal("not_your_call")
    if attempt.state in (AttemptState.ENDED, AttemptState.CLOSED):
        raise Refusal("call_over")
    return attempt


def _connect(t: Turn, user_id: int | None, args: Args) -> None:
    phones.ring(t, user_id or 0)


def _disconnect(t: Turn, user_id: int | None, args: Args) -> None:
    phones.hang_up(t, user_id or 0)


def _hang_up(t: Turn, user_id: int | None, args: Args) -> None:
    leg = _my_call(t, user_id, args).id
    t.request(leg, lambda: t.provider.hang_up(leg))


def _hold(t: Turn, user_id: int | None, args: Args) -> None:
    attempt = _my_call(t, user_id, args)
    if attempt.state is not AttemptState.CONNECTED or attempt.on_hold:
        raise Refusal("not_now")
    attempt.on_hold, leg = True, attempt.id
    t.request(leg, lambda: t.provider.hold(leg))
    t.tell_call(leg, user_id, attempt.state.value)


def _resume(t: Turn, user_id: int | None, args: Args) -> None:
    attempt = _my_call(t, user_id, args)
    if not attempt.on_hold:
        raise Refusal("not_now")
    attempt.on_hold, leg, room = False, attempt.id, attempt.room
    t.request(leg, lambda: t.provider.move(leg, room))
    t.tell_call(leg, user_id, attempt.state.value)


def _mute(t: Turn, user_id: int | None, args: Args, muted: bool = True) -> None:
    attempt = _my_call(t, user_id, args)
    row = session.get(t.s, user_id or 0, t.now)
    row.muted, leg, room = muted, row.leg, attempt.room
    t.request(leg, lambda: t.provider.mute(leg, room, muted))
    session.announce(t.s, row, t.now)


def _unmute(t: Turn, user_id: int | None, args: Args) -> None:
    _mute(t, user_id, args, muted=False)


def _keys(t: Turn, user_id: int | None, args: Args) -> None:
    leg, keys = _my_call(t, user_id, args).id, str(args.get("keys", ""))
    if not keys or not set(keys) <= KEYS:
        raise Refusal("bad_keys")
    t.request(leg, lambda: t.provider.send_keys(leg, keys))


def _record(t: Turn, user_id: int | None, args: Args) -> None:
    leg, on = _my_call(t, user_id, args).id, bool(args.get("on", True))
    t.request(leg, lambda: t.provider.record(leg, on))


def _dial(t: Turn, user_id: int | None, args: Args) -> None:
    """The operator presses Dial on the contact they are looking at; the gate is asked again when it is sent."""
    row = session.get(t.s, user_id or 0, t.now)
    if row.state is not OperatorState.PREVIEWING:
        raise Refusal("not_now")
    session.move(t.s, row, OperatorEvent.DIAL, t.now)


def _skip(t: Turn, user_id: int | None, args: Args) -> None:
    """The operator skips the contact they are looking at; it comes back later."""
    row = session.get(t.s, user_id or 0, t.now)
    attempt = ledger.get(t.s, row.attempt_id) if row.attempt_id else None
    if row.state not in (OperatorState.PREVIEWING, OperatorState.OFFLINE) or attempt is None:
        raise Refusal("not_now")
    why = {"why": "skipped", "reason": str(args.get("reason") or "")[:60], "by": user_id}
    if ledger.move(t.s, attempt, AttemptEvent.REFUSE, t.now, why) is None:
        raise Refusal("not_now")
    settle.give_back(t, attempt)
    next_step.skip(t.s, attempt.contact_id, t.now)
    t.touch(attempt.campaign_id)
    if row.state is OperatorState.PREVIEWING:
        session.free(t.s, row, t.now)


def _handoff_cancel(t: Turn, user_id: int | None, args: Args) -> None:
    reason = "declined" if args.get("reason") == "declined" else "cancelled"
    handoffs.cancel(t, int(args.get("handoff", 0)), reason)


def _handoff_leave(t: Turn, user_id: int | None, args: Args) -> None:
    attempt = handoffs.leave(t, int(args.get("handoff", 0)), user_id)
    settle.to_wrap_up(t, attempt, session.get(t.s, user_id or 0, t.now))


def _stop_campaign(t: Turn, user_id: int | None, args: Args) -> None:
    """Stop at once: nothing placed is sent, whatever is up is hung up."""
    query = select(Attempt).where(
        Attempt.campaign_id == int(args.get("campaign", 0)),
        Attempt.state.not_in((AttemptState.ENDED, AttemptState.CLOSED)),
        IS_OPEN,
    )
    for attempt in t.s.scalars(query.with_for_update()).all():
        if ledger.move(t.s, attempt, AttemptEvent.REFUSE, t.now, {"why": "stopped"}) is not None:
            settle.give_back(t, attempt)
            settle.free_who_waits(t, attempt)
            continue
        leg = attempt.id
        t.request(leg, lambda leg=leg: t.provider.hang_up(leg))  # type: ignore[misc]


COMMANDS: Mapping[str, Callable[[Turn, int | None, Args], None]] = {
    "desk.connect": _connect,
    "desk.disconnect": _disconnect,
    "call.hang_up": _hang_up,
    "call.hold": _hold,
    "call.resume": _resume,
    "call.mute": _mute,
    "call.unmute": _unmute,
    "call.keys": _keys,
    "call.record": _record,
    "call.dial": _dial,
    "call.skip": _skip,
    "call.by_hand": lambda t, user_id, args: by_hand.dial(t, user_id or 0, int(args.get("contact", 0))),
    "handoff.live": lambda t, user_id, args: handoffs.ring(t, int(args.get("handoff", 0))),
    "handoff.cancel": _handoff_cancel,
    "handoff.leave": _handoff_leave,
    "campaign.stop": _stop_campaign,
    "listen.start": listening.start,
    "listen.voice": listening.voice,
    "listen.stop": listening.stop,
}
