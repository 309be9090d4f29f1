"""What an answered leg does now: one function for FastAGI, webhooks and the pretend network.

An answer that finds nobody ready waits a moment for somebody who is about to be; then the contact hears the message
and is counted as abandoned (P4). A call that was placed for a certain operator goes to that operator only. Where
detection listens beside the call, a machine may meet an operator first: the network asks again once it knows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from dialer import ledger
from dialer.desk import session
from dialer.engine.turn import Turn
from dialer.providers.base import Join, Message, Plan, Reject
from dialer.rules.attempt_states import AttemptEvent
from dialer.rules.operator_states import OperatorEvent
from dialer.rules.words import Amd, AttemptState, OperatorState, RecordingState
from dialer.store.calls import Attempt, AttemptMove, Recording
from dialer.store.desk import Handoff, OperatorSession
from dialer.store.projects import Campaign
from dialer.store.scripts import ScriptRun

WAIT_S = 1.0
"""How long an answered contact may wait for an operator: with the message's start it stays under 2 s (US TSR, P4)."""
LATE_S = 1.6
"""Whoever asks for a plan apologises by itself after so long (P4: under 2 s in all). A question that is decided later
is one of those: its contact was told off, so nobody is reserved, and it counts as abandoned."""
SILENT_S = 1.8
"""So long after the answer the message is decided on for who heard nothing while machine detection listened (P4)."""
SORRY = "sorry-ru"
"""The announcement where no campaign says another."""
BEGUN = 1
"""The revision of a script that stands at its first step."""
NOT_HUMAN = (Amd.MACHINE, Amd.FAX)


@dataclass(slots=True)
class Ask:
    """One question "what now?" about an answered leg; ``reply`` is called once, after the commit."""

    leg: str
    heard: Amd
    at: datetime
    reply: Callable[[Plan], None]


def decide(t: Turn, ask: Ask) -> Plan | None:
    """The plan for this leg, or None to be asked again in a moment."""
    attempt = ledger.get(t.s, ask.leg)
    if attempt is None or attempt.state in (AttemptState.ENDED, AttemptState.CLOSED, AttemptState.PLACED):
        return Reject()
    ledger.move(t.s, attempt, AttemptEvent.ANSWERED, t.now)
    if attempt.state is AttemptState.MESSAGED:
        return Message(SORRY)
    if attempt.state is AttemptState.CONNECTED and ask.heard in NOT_HUMAN and not with_person(t, attempt):
        return _of_machine(t, attempt, ask.heard)
    if attempt.state is not AttemptState.ANSWERED:
        return Join(attempt.room, record=False) if attempt.room else Reject()
    attempt.heard_at = attempt.heard_at or ask.at
    if attempt.amd not in NOT_HUMAN:  # what was heard while the question waited counts
        attempt.amd = ask.heard
    if attempt.amd in NOT_HUMAN:
        return _of_machine(t, attempt, attempt.amd)
    waited_s = (t.now - ask.at).total_seconds()
    operator = _operator_for(t, attempt) if waited_s < LATE_S else None
    if operator is not None:
        return _join(t, attempt, operator)
    if attempt.operator_id is None and waited_s < _patience_s(attempt, ask):
        return None
    return _message(t, attempt)


def _patience_s(attempt: Attempt, ask: Ask) -> float:
    """How long this contact may wait for an operator from the question on.

    A person who was heard spoke until a moment ago; who was not may have been waiting since the answer.
    """
    if ask.heard is Amd.HUMAN:
        return WAIT_S
    return min(WAIT_S, SILENT_S - (ask.at - (attempt.answered_at or ask.at)).total_seconds())


def _operator_for(t: Turn, attempt: Attempt) -> OperatorSession | None:
    if attempt.operator_id is None:
        row = t.longest_ready(attempt.campaign_id)
        if row is not None:
            session.move(t.s, row, OperatorEvent.RESERVE, t.now, attempt_id=attempt.id, muted=False)
        return row
    row = session.get(t.s, attempt.operator_id, t.now)
    if row.state is OperatorState.DIALLING and row.attempt_id == attempt.id and row.leg_up:
        session.move(t.s, row, OperatorEvent.ANSWERED, t.now, muted=False)
        return row
    return None


def _join(t: Turn, attempt: Attempt, operator: OperatorSession) -> Plan:
    attempt.operator_id, attempt.room = operator.user_id, operator.room
    campaign = t.campaign(attempt.campaign_id)
    if campaign.record and t.s.get(Recording, attempt.id) is None:
        t.s.add(Recording(attempt_id=attempt.id, state=RecordingState.EXPECTED, expected_at=t.now))
    t.tell_call(attempt.id, operator.user_id, attempt.state.value)
    t.touch(attempt.campaign_id)
    return Join(operator.room, record=campaign.record)


def with_person(t: Turn, attempt: Attempt) -> bool:
    """Whether the operator already works with a person there, whatever a detection beside the call says later."""
    run = t.s.get(ScriptRun, attempt.id)
    closer = select(Handoff.id).where(Handoff.attempt_id == attempt.id).limit(1)
    moved = run is not None and run.revision > BEGUN
    return moved or attempt.on_hold or attempt.disposed_by is not None or t.s.scalar(closer) is not None


def _of_machine(t: Turn, attempt: Attempt, heard: Amd) -> Plan:
    """Leave the campaign's message on a machine, once for each contact; nobody was abandoned."""
    name = message_for(t, attempt, t.campaign(attempt.campaign_id)) if heard is Amd.MACHINE else ""
    if not name:
        return Reject()
    ledger.move(t.s, attempt, AttemptEvent.MESSAGE, t.now, {"machine": name})
    return Message(name, after_beep=True)


def message_for(t: Turn, attempt: Attempt, campaign: Campaign) -> str:
    """What a machine that answers this attempt is to be left; empty: nothing."""
    left = campaign.amd and campaign.machine_message and not _left_before(t, attempt)
    return campaign.machine_message if left else ""


def _left_before(t: Turn, attempt: Attempt) -> bool:
    """Whether a machine of this contact has been left a message."""
    query = (
        select(AttemptMove.id)
        .join(Attempt, Attempt.id == AttemptMove.attempt_id)
        .where(
            Attempt.contact_id == attempt.contact_id,
            Attempt.id != attempt.id,
            Attempt.amd == Amd.MACHINE,
            AttemptMove.event == AttemptEvent.MESSAGE,
        )
    )
    return t.s.scalar(query.limit(1)) is not None


def _message(t: Turn, attempt: Attempt) -> Plan:
    ledger.move(t.s, attempt, AttemptEvent.MESSAGE, t.now)
    attempt.abandoned = True
    t.touch(attempt.campaign_id)
    return Message(t.campaign(attempt.campaign_id).announcement or SORRY)
