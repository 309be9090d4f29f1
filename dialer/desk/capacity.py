"""How many callbacks one quarter of an hour can hold: a promise is only made where there is somebody to keep it.

One person keeps as many a quarter as the project's terms say (one, unless they say more); a team or anyone that many
for each of its people. Room: desk. May import ``dialer.store`` and ``dialer.leads.terms``.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.leads import terms
from dialer.store.contacts import Contact
from dialer.store.desk import Callback
from dialer.store.people import Holding, User
from dialer.store.projects import Campaign, CampaignMember

QUARTER = timedelta(minutes=15)
LOOK_AHEAD = 96
"""Quarters to look through for the next one that is free: a day."""
FIRST_LINE = 1


def check(s: Session, contact: Contact, due_at: datetime, owner_id: int | None, team_id: int | None) -> None:
    """Raises Refusal ``slot_full`` (detail ``next_at``) where the quarter of ``due_at`` is promised away."""
    whose = _whose(contact.campaign_id, owner_id, team_id)
    if _room(s, contact, owner_id, team_id) > _promised(s, contact.id, whose, quarter_of(due_at)):
        return
    raise Refusal("slot_full", next_at=next_free(s, contact, due_at, owner_id, team_id))


def next_free(
    s: Session, contact: Contact, since: datetime, owner_id: int | None = None, team_id: int | None = None
) -> datetime | None:
    """The first quarter after that of ``since`` with room; None within a day."""
    room, whose = _room(s, contact, owner_id, team_id), _whose(contact.campaign_id, owner_id, team_id)
    for n in range(1, LOOK_AHEAD + 1):
        start = quarter_of(since) + n * QUARTER
        if _promised(s, contact.id, whose, start) < room:
            return start
    return None


def quarter_of(at: datetime) -> datetime:
    """The beginning of the quarter of an hour that an instant is in."""
    at = at.astimezone(UTC)
    return at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0)


def _whose(campaign_id: int, owner_id: int | None, team_id: int | None) -> ColumnElement[bool]:
    if owner_id is not None:
        return Callback.owner_id == owner_id
    if team_id is not None:
        return Callback.owner_id.is_(None) & (Callback.team_id == team_id)
    return Callback.owner_id.is_(None) & Callback.team_id.is_(None) & (Callback.campaign_id == campaign_id)


def _promised(s: Session, contact_id: int, whose: ColumnElement[bool], start: datetime) -> int:
    """Open promises to others in that quarter; the contact's own one is about to be replaced."""
    open_ones = Callback.kept_at.is_(None) & Callback.cancelled_at.is_(None) & (Callback.contact_id != contact_id)
    within = (Callback.due_at >= start) & (Callback.due_at < start + QUARTER)
    return s.scalar(select(func.count()).select_from(Callback).where(open_ones, within, whose)) or 0


def _room(s: Session, contact: Contact, owner_id: int | None, team_id: int | None) -> int:
    """As many as the people there are can keep; at least one person, so that a small campaign can promise at all."""
    each = terms.of(s.get_one(Campaign, contact.campaign_id).project).callbacks_each
    if owner_id is not None:
        return each
    query = (
        select(func.count(CampaignMember.user_id.distinct()))
        .join(User, User.id == CampaignMember.user_id)
        .where(CampaignMember.campaign_id == contact.campaign_id, CampaignMember.line == FIRST_LINE, User.active)
    )
    if team_id is not None:
        query = query.where(User.id.in_(select(Holding.user_id).where(Holding.team_id == team_id)))
    return each * max(1, s.scalar(query) or 0)
