"""List penetration: how deep into each campaign's contacts the work has come, and when it will be through."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from dialer.rules.words import CampaignState, ContactState
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign

GONE = (ContactState.CLOSED, ContactState.SUPPRESSED)
PACE_OVER = timedelta(days=7)


@dataclass(frozen=True)
class Penetration:
    """One campaign's contacts: all, dialled at least once, talked to at least once, worked through.

    ``closed_a_day`` is the pace of the last seven days, counted over the days on which anything was closed.
    """

    campaign_id: int
    name: str
    state: CampaignState
    contacts: int
    tried: int
    talked: int
    done: int
    closed_a_day: float

    @property
    def left(self) -> int:
        """Contacts still to be worked."""
        return self.contacts - self.done

    @property
    def tried_rate(self) -> float:
        """0..1 of all contacts."""
        return self.tried / self.contacts if self.contacts else 0.0

    @property
    def done_rate(self) -> float:
        """0..1 of all contacts."""
        return self.done / self.contacts if self.contacts else 0.0

    @property
    def days_left(self) -> float | None:
        """Days of work until the list is through at this pace; None while there is no pace."""
        return self.left / self.closed_a_day if self.closed_a_day else None


def penetration(s: Session, campaigns: Collection[int], now: datetime) -> list[Penetration]:
    """Each campaign, by name."""
    counts = {
        row[0]: row[1:]
        for row in s.execute(
            select(Contact.campaign_id, func.count(), _sum(Contact.tries > 0), _sum(Contact.state.in_(GONE)))
            .where(Contact.campaign_id.in_(campaigns))
            .group_by(Contact.campaign_id)
        )
    }
    talked, paces = _talked(s, campaigns), _paces(s, campaigns, now)
    found = []
    for row in s.scalars(select(Campaign).where(Campaign.id.in_(campaigns)).order_by(Campaign.name)):
        contacts, tried, done = counts.get(row.id, (0, 0, 0))
        found.append(
            Penetration(
                row.id, row.name, row.state, contacts, tried, talked.get(row.id, 0), done, paces.get(row.id, 0.0)
            )
        )
    return found


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))


def _talked(s: Session, campaigns: Collection[int]) -> dict[int, int]:
    query = (
        select(Attempt.campaign_id, func.count(Attempt.contact_id.distinct()))
        .where(Attempt.campaign_id.in_(campaigns), Attempt.connected_at.is_not(None))
        .group_by(Attempt.campaign_id)
    )
    return {campaign_id: n for campaign_id, n in s.execute(query)}


def _paces(s: Session, campaigns: Collection[int], now: datetime) -> dict[int, float]:
    """Contacts closed a day of work, over the days of the last week that had any."""
    query = (
        select(Contact.campaign_id, func.count(), func.count(func.date(Contact.disposed_at).distinct()))
        .where(Contact.campaign_id.in_(campaigns), Contact.state.in_(GONE), Contact.disposed_at >= now - PACE_OVER)
        .group_by(Contact.campaign_id)
    )
    return {campaign_id: n / days for campaign_id, n, days in s.execute(query) if days}
