"""A call is over: who has it wraps up; what nobody had gets the system's disposition at once."""

from __future__ import annotations

from datetime import timedelta

from dialer import ledger
from dialer.desk import next_step, session, wrap_up
from dialer.engine import handoffs, listening, lookups
from dialer.engine.turn import Turn
from dialer.rules.attempt_states import AttemptEvent
from dialer.rules.operator_states import OperatorEvent
from dialer.rules.words import Amd, OperatorState, Outcome
from dialer.store.calls import Attempt
from dialer.store.desk import OperatorSession

HEARD = {Amd.MACHINE: Outcome.MACHINE, Amd.FAX: Outcome.FAX}


def final_outcome(attempt: Attempt, told: Outcome) -> Outcome:
    """What an ended attempt came to: an answer stays one, however the call then ended."""
    if attempt.answered_at is None:
        return told
    if attempt.amd in HEARD:
        return HEARD[attempt.amd]
    return Outcome.ANSWERED


def ended(t: Turn, attempt: Attempt, told: Outcome) -> None:
    """Everything that follows from an attempt that has just entered ``ended``."""
    attempt.outcome = final_outcome(attempt, told)
    attempt.on_hold = False
    t.touch(attempt.campaign_id)
    handoffs.customer_gone(t, attempt)
    listening.call_over(t, attempt.id)
    free_from_machine(t, attempt)
    row = _session_with(t, attempt)
    if row is not None and row.state is OperatorState.TALKING:
        to_wrap_up(t, attempt, row)
    elif row is not None and row.state is OperatorState.DIALLING:
        dispose(t, attempt)
        session.free(t.s, row, t.now)
    elif attempt.disposed_by is not None:
        ledger.move(t.s, attempt, AttemptEvent.DISPOSED, t.now)  # saved while a closer went on talking
    elif row is None or row.state is not OperatorState.WRAP_UP:
        dispose(t, attempt)


def _session_with(t: Turn, attempt: Attempt) -> OperatorSession | None:
    if attempt.operator_id is None:
        return None
    row = session.get(t.s, attempt.operator_id, t.now)
    return row if row.attempt_id == attempt.id else None


def to_wrap_up(t: Turn, attempt: Attempt, row: OperatorSession) -> None:
    """The operator writes down what came of the call; the clock of the wrap-up starts."""
    campaign = t.campaign(attempt.campaign_id)
    until = t.now + timedelta(seconds=campaign.wrap_up_s)
    session.move(t.s, row, OperatorEvent.CALL_ENDED, t.now, phone_lost_at=None, wrap_until_at=until)
    t.tell_call(attempt.id, row.user_id, attempt.state.value)


def dispose(t: Turn, attempt: Attempt) -> None:
    """Write the contact's next step by what the PBX's own dialplan said, or else by the system's disposition."""
    t.campaign(attempt.campaign_id)  # read once, for all that is looked up below
    code = attempt.disposition or next_step.system_disposition(t.s, attempt, t.now)
    next_step.follow(t.s, attempt, code, t.now)
    attempt.disposition = code
    ledger.move(t.s, attempt, AttemptEvent.DISPOSED, t.now, {"disposition": code})


def close_late_wrap_ups(t: Turn) -> None:
    """End the wrap-ups whose time is over; their operators are free again."""
    for row in t.s.scalars(lookups.LATE, {"now": t.now}).all():
        attempt = ledger.get(t.s, row.attempt_id) if row.attempt_id else None
        if attempt is not None and attempt.disposition is None and attempt.operator_id == row.user_id:
            wrap_up.by_clock(t.s, row, attempt, t.now)
            t.touch(attempt.campaign_id)
        else:
            session.free(t.s, row, t.now)


def free_who_waits(t: Turn, attempt: Attempt) -> None:
    """Whoever looks at this contact in preview, or waits for the call, need not any more."""
    row = _session_with(t, attempt)
    if row is not None and row.state in (OperatorState.PREVIEWING, OperatorState.DIALLING):
        session.free(t.s, row, t.now)


def free_from_machine(t: Turn, attempt: Attempt) -> None:
    """There is nothing to wrap up after a machine: whoever met one is free for the next call."""
    row = _session_with(t, attempt) if attempt.amd in HEARD and attempt.disposed_by is None else None
    if row is not None and row.state is OperatorState.TALKING:
        session.free(t.s, row, t.now)
        t.tell_call(attempt.id, row.user_id, attempt.state.value)


def give_back(t: Turn, attempt: Attempt) -> None:
    """A placed attempt that was never sent: its contact may be claimed again at once."""
    attempt.outcome = Outcome.FAILED  # it does not count against any cap
    next_step.release(t.s, attempt.contact_id)
    t.touch(attempt.campaign_id)
