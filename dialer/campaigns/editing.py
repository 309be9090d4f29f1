"""Changing a campaign: its fields, its rules, its people.

A changed rule counts from the next claim: contacts that a rule held back are looked at again.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dialer.rules.words import ContactState
from dialer.store.contacts import Contact
from dialer.store.outbox import tell
from dialer.store.people import User
from dialer.store.projects import Campaign, CampaignMember

OPERATORS, CLOSERS = 1, 2


def release_held(s: Session, campaign_id: int) -> int:
    """Make every held contact ready again, in the transaction that changed the rules; how many there were."""
    held = update(Contact).where(Contact.campaign_id == campaign_id, Contact.state == ContactState.HELD)
    found = s.execute(held.values(state=ContactState.READY, held_by=None, due_at=None))
    return int(found.rowcount)  # type: ignore[attr-defined]


def changed(s: Session, campaign: Campaign, now: datetime) -> int:
    """To be called in the transaction that changed a campaign's fields; how many held contacts were released."""
    released = release_held(s, campaign.id)
    tell(s, now, "campaign", f"campaign:{campaign.id}")
    return released


def members(s: Session, campaign_id: int) -> list[tuple[CampaignMember, User]]:
    """Who works in the campaign, first line first, by name."""
    query = (
        select(CampaignMember, User)
        .join(User, User.id == CampaignMember.user_id)
        .where(CampaignMember.campaign_id == campaign_id)
        .order_by(CampaignMember.line, User.name)
    )
    return [(member, user) for member, user in s.execute(query)]


def set_members(s: Session, campaign: Campaign, operators: set[int], closers: set[int], now: datetime) -> None:
    """Make these the people of the campaign and no others; whoever is in both works on the second line."""
    wanted = {**dict.fromkeys(operators, OPERATORS), **dict.fromkeys(closers, CLOSERS)}
    for member, _ in members(s, campaign.id):
        line = wanted.pop(member.user_id, None)
        if line is None:
            s.delete(member)
        else:
            member.line = line
    s.add_all(CampaignMember(campaign_id=campaign.id, user_id=user_id, line=line) for user_id, line in wanted.items())
    tell(s, now, "campaign", f"campaign:{campaign.id}")
