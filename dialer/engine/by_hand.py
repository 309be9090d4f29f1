"""Dialling the contact that an operator chose, through the same gate and the same ledger as every other call."""

from __future__ import annotations

from sqlalchemy.orm import Session

from dialer.desk import by_hand, next_step, session
from dialer.engine import dialling
from dialer.engine.turn import Turn
from dialer.errors import Refusal
from dialer.rules.operator_states import OperatorEvent
from dialer.rules.words import CampaignState, Mode, OperatorState
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.desk import OperatorSession
from dialer.store.projects import Campaign
from dialer.store.transaction import held

KEPT = ("state", "due_at", "held_by", "band", "number_id")


def dial(t: Turn, user_id: int, contact_id: int) -> None:
    """Place the call for this operator; who was on a pause is back on it afterwards.

    Raises Refusal: those of ``desk.by_hand.check``, ``no_such_contact``, ``campaign_not_running``, ``may_not_dial``.
    """
    row = session.get(t.s, user_id, t.now)
    contact = held(t.s, Contact, contact_id)
    if contact is None:
        raise Refusal("no_such_contact")
    by_hand.check(row, contact)
    campaign = t.s.get_one(Campaign, contact.campaign_id)
    if campaign.state is not CampaignState.RUNNING:
        raise Refusal("campaign_not_running")
    attempt = _place(t, campaign, contact, row)
    back = row.reason if row.state is OperatorState.PAUSED else row.pause_after
    session.move(t.s, row, OperatorEvent.DIAL, t.now, attempt_id=attempt.id, pause_after=back)


def _place(t: Turn, campaign: Campaign, contact: Contact, row: OperatorSession) -> Attempt:
    """Claim and place it; a refusal of the gate leaves the contact as it was: it is nothing the list waits for."""
    before = {name: getattr(contact, name) for name in KEPT}
    next_step.take(contact)
    contact.due_at = None
    t.s.flush()
    placed = dialling.place_claimed(t, campaign, [contact], row, Mode.MANUAL)
    if not placed:
        _restore(t.s, contact, before)
        raise Refusal("may_not_dial")
    return placed[0]


def _restore(s: Session, contact: Contact, before: dict[str, object]) -> None:
    for name, value in before.items():
        setattr(contact, name, value)
    s.flush()
