"""A called person rings back: they reach the operator they spoke to, or the next free one, with their card shown.

Who finds nobody free hears the message, is written down as missed, and is called by whoever is free next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select

from dialer import ledger
from dialer.desk import next_step, session
from dialer.engine.answers import LATE_S, SORRY, WAIT_S, _join
from dialer.engine.turn import Turn
from dialer.providers.base import Message, Plan
from dialer.rules.attempt_states import AttemptEvent
from dialer.rules.operator_states import OperatorEvent
from dialer.rules.words import AttemptState, CampaignState, ContactState, OperatorState, Outcome
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.desk import OperatorSession
from dialer.store.projects import Campaign
from dialer.store.transaction import remember


@dataclass(slots=True)
class Ask:
    """One inbound call: ``caller`` and ``called`` are E.164 (or empty where the network hides them)."""

    leg: str
    caller: str
    called: str
    at: datetime
    reply: Callable[[Plan], None]
    network: str = ""


def decide(t: Turn, ask: Ask) -> Plan | None:
    """The plan for this call, or None to be asked again in a moment."""
    found = _who(t, ask)
    if found is None:
        return Message(SORRY)
    contact, number, campaign = found
    waited_s = (t.now - ask.at).total_seconds()
    row = _operator(t, contact, campaign) if waited_s < LATE_S else None
    if row is None:
        return None if waited_s < WAIT_S else _missed(t, ask, contact, number, campaign)
    next_step.take(contact)
    attempt = _attempt(t, ask, contact, number, campaign)
    ledger.move(t.s, attempt, AttemptEvent.ANSWERED, t.now)
    session.move(t.s, row, OperatorEvent.RESERVE, t.now, attempt_id=attempt.id, muted=False)
    return _join(t, attempt, row)


def _who(t: Turn, ask: Ask) -> tuple[Contact, ContactNumber, Campaign] | None:
    """The contact who was called last under this number in a running campaign and is not in a call already."""
    shown = (Attempt.contact_id == Contact.id, Attempt.caller_id == ask.called, Attempt.caller_id != "")
    was_shown = exists().where(*shown)
    query = (
        select(Contact, ContactNumber, Campaign)
        .join(ContactNumber, ContactNumber.contact_id == Contact.id)
        .join(Campaign, Campaign.id == Contact.campaign_id)
        .where(
            ContactNumber.number == ask.caller,
            Campaign.state == CampaignState.RUNNING,
            Contact.state != ContactState.CLAIMED,
        )
        .order_by(
            was_shown.desc(),
            (Campaign.caller_id == ask.called).desc(),
            Contact.disposed_at.desc().nulls_last(),
            Contact.id,
        )
        .limit(1)
    )
    t.s.flush()  # an event of this very turn may have closed their last call
    row = t.s.execute(query).first()
    return (row[0], row[1], row[2]) if row else None


def _operator(t: Turn, contact: Contact, campaign: Campaign) -> OperatorSession | None:
    if contact.owner_id is not None:
        row = session.get(t.s, contact.owner_id, t.now)
        if row.state is OperatorState.READY and row.leg_up and row.campaign_id == campaign.id:
            return row
    return session.longest_ready(t.s, campaign.id, line=1)


def _missed(t: Turn, ask: Ask, contact: Contact, number: ContactNumber, campaign: Campaign) -> Plan:
    """The call counts as over: nobody of ours ever has it, and its leg is the PBX's own."""
    attempt = _attempt(t, ask, contact, number, campaign)
    attempt.outcome, attempt.disposition = Outcome.NO_ANSWER, next_step.MISSED
    ledger.move(t.s, attempt, AttemptEvent.HUNG_UP, t.now)
    ledger.move(t.s, attempt, AttemptEvent.DISPOSED, t.now, {"disposition": attempt.disposition})
    next_step.rang_back(contact, t.now)
    t.touch(campaign.id)
    return Message(campaign.announcement or SORRY)


def _attempt(t: Turn, ask: Ask, contact: Contact, number: ContactNumber, campaign: Campaign) -> Attempt:
    attempt = Attempt(
        id=ask.leg,
        campaign_id=campaign.id,
        contact_id=contact.id,
        number_id=number.id,
        to_number=number.number,
        caller_id=ask.called,
        provider=ask.network or t.provider.name,
        mode=campaign.mode,
        inbound=True,
        state=AttemptState.SENT,
        fence=campaign.fence,
        script_version_id=next_step.script_version(t.s, campaign),
        placed_at=t.now,
        sent_at=t.now,
    )
    remember(t.s, attempt)
    t.s.flush()
    ledger.note(t.s, attempt.id, t.now, "inbound", None, AttemptState.SENT)
    return attempt
