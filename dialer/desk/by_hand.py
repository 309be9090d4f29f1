"""Calls that a person chooses: once more after a line broke, or ahead of a promised time.

Room: desk. Own contacts only (right ``call.manual``), in a manual campaign all of it (``call.choose``), when ready
or on a pause, by the same gate as every other call: what it refuses is not dialled, and the contact stays as it was.
May import ``dialer.store``, ``dialer.compliance``, ``dialer.people`` and this room; the engine carries it out
(``engine.by_hand``).
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from dialer.compliance import why
from dialer.desk import session
from dialer.errors import Refusal
from dialer.people import audit, authorize, may
from dialer.rules.words import ContactState, Mode, OperatorState
from dialer.store.contacts import Contact
from dialer.store.desk import OperatorSession
from dialer.store.outbox import ask_engine
from dialer.store.people import User
from dialer.store.projects import Campaign

FROM = (OperatorState.READY, OperatorState.PAUSED)
OWN_TIME = "contact"
"""The one rule that a choice by hand overrides: the contact waits for its own time, or was worked through."""


def ask(s: Session, user_id: int, contact_id: int, now: datetime) -> None:
    """Ask the engine to dial this contact for this operator now.

    Raises Refusal: ``forbidden``, ``not_now``, ``other_campaign``, ``being_called``, ``no_such_contact``, and
    ``may_not_dial`` (detail ``rule``, ``next_at``) when a rule of calling refuses.
    """
    contact = s.get(Contact, contact_id)
    if contact is None:
        raise Refusal("no_such_contact")
    row, user = session.get(s, user_id, now), s.get_one(User, user_id)
    if may_choose(s, user, row) and contact.campaign_id == row.campaign_id:
        authorize(s, user, "call.choose", row)
    else:
        authorize(s, user, "call.manual", contact)
    check(row, contact)
    found = why.explain(s, contact.campaign_id, contact.id, now)
    refused = [v for v in found.verdicts if not v.ok and v.rule != OWN_TIME]
    if refused:
        raise Refusal("may_not_dial", rule=refused[0].rule, next_at=refused[0].until)
    audit.write(s, now, user_id, "call.manual", f"contact:{contact_id}")
    ask_engine(s, now, "call.by_hand", user_id, contact=contact_id)


def may_choose(s: Session, user: User, row: OperatorSession) -> bool:
    """Whether this seat is in a manual campaign, whose operators choose among all its contacts."""
    campaign = s.get(Campaign, row.campaign_id) if row.campaign_id and row.line != session.CLOSER_LINE else None
    return campaign is not None and campaign.mode is Mode.MANUAL and may(s, user, "call.choose", row)


def check(row: OperatorSession, contact: Contact) -> None:
    """Whether this operator can be given this contact now. Raises Refusal as :func:`ask`."""
    if row.state not in FROM or row.line == session.CLOSER_LINE or not row.leg_up:
        raise Refusal("not_now")
    if row.campaign_id != contact.campaign_id:
        raise Refusal("other_campaign")
    if contact.state is ContactState.CLAIMED:
        raise Refusal("being_called")
