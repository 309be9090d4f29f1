"""Sending what was placed: the gate again, the mark "sent", and after the commit the network.

Rule 1: the gate's yes and the mark are one transaction; a refusal is written to the journal in the same (P2).
Rule 2: a yes is good for ``SEND_WITHIN_S``; a commit that took longer asks nothing of the network.
Rule 3: where others write at the same time (PostgreSQL) what one turn placed is sent by the next: only then does the
gate see what another engine placed to the same number meanwhile. SQLite has one writer, so there one turn does both.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, select

from dialer import ledger
from dialer.compliance import refusals
from dialer.desk import next_step
from dialer.engine import answers, crash, gate, routing, settle
from dialer.engine.turn import Turn
from dialer.providers.base import ProviderError
from dialer.rules.attempt_states import AttemptEvent
from dialer.rules.words import AttemptState, OperatorState
from dialer.store.base import Utc
from dialer.store.calls import IS_OPEN, Attempt
from dialer.store.contacts import Contact
from dialer.store.desk import OperatorSession
from dialer.store.projects import Campaign

SEND_WITHIN_S = 1.0
_PLACED = (
    select(Attempt)
    .where(
        Attempt.campaign_id == bindparam("campaign", type_=Integer),
        Attempt.state == AttemptState.PLACED,
        IS_OPEN,
        Attempt.placed_at < bindparam("before", type_=Utc),
    )
    .order_by(Attempt.placed_at)
    .with_for_update(key_share=True)
)
_CONTACTS = select(Contact).where(Contact.id.in_(bindparam("ids", expanding=True)))


def send(t: Turn, campaign: Campaign, *, this_turns: bool = False) -> int:
    """Send what earlier turns placed, or also this one: gate again, mark as sent, ask the network after the commit."""
    before = t.now + timedelta.resolution if this_turns else t.now
    placed = t.s.scalars(_PLACED, {"campaign": campaign.id, "before": before}).all()
    ready = [a for a in placed if _may_send(t, a, campaign)]
    if not ready:
        return 0
    contacts = {c.id: c for c in t.s.scalars(_CONTACTS, {"ids": [a.contact_id for a in ready]})}
    verdicts = gate.check(t.s, campaign, contacts.values(), t.now, [a.id for a in ready])
    sent = 0
    for attempt in ready:
        refused = verdicts[attempt.contact_id]
        if refused is None:
            _send_one(t, attempt, campaign)
            sent += 1
        else:
            refusals.note(t.s, campaign.id, attempt.contact_id, refused, gate.rules_of(campaign), t.now, attempt.id)
            _refuse(t, attempt, contacts[attempt.contact_id], refused)
    return sent


def _may_send(t: Turn, attempt: Attempt, campaign: Campaign) -> bool:
    """Whether its turn has come; what an earlier holder of the lease placed is given back instead."""
    if attempt.fence != campaign.fence:
        if ledger.move(t.s, attempt, AttemptEvent.LOST, t.now, {"why": "fence"}) is not None:
            settle.give_back(t, attempt)
            settle.free_who_waits(t, attempt)
        return False
    if attempt.operator_id is None:
        return True
    row = t.s.get_one(OperatorSession, attempt.operator_id)
    if row.attempt_id != attempt.id:
        if ledger.move(t.s, attempt, AttemptEvent.REFUSE, t.now, {"why": "operator_gone"}) is not None:
            settle.give_back(t, attempt)
        return False
    return row.state is OperatorState.DIALLING


def _send_one(t: Turn, attempt: Attempt, campaign: Campaign) -> None:
    ledger.move(t.s, attempt, AttemptEvent.SEND, t.now)
    contact = t.s.get_one(Contact, attempt.contact_id)
    contact.tries += 1
    call = routing.call_of(attempt, campaign, after_beep=bool(answers.message_for(t, attempt, campaign)))

    def originate() -> None:
        if t.age_s > SEND_WITHIN_S:
            raise ProviderError(routing.TOO_LATE)
        crash.point("sent_before_network")
        t.provider.originate(call)
        crash.point("sent_after_network")

    t.ask(attempt.id, originate)
    t.touch(campaign.id)
    t.tell_call(attempt.id, attempt.operator_id, attempt.state.value)


def _refuse(t: Turn, attempt: Attempt, contact: Contact, refused: Any) -> None:
    ledger.move(t.s, attempt, AttemptEvent.REFUSE, t.now, {"rule": refused.rule, "values": refused.detail})
    settle.give_back(t, attempt)
    next_step.hold(t.s, contact, refused.rule, refused.until, t.now)
    settle.free_who_waits(t, attempt)
    t.touch(attempt.campaign_id)
