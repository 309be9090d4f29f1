"""What can be offered: free times of closers, soonest first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.desk.appointments import hours as calendars
from dialer.desk.appointments import units
from dialer.desk.appointments.hours import GRID_MIN, Hours
from dialer.rules.words import Duty
from dialer.store.people import Holding, User
from dialer.store.projects import Campaign, CampaignMember, Project

CLOSER_LINE = 2
AHEAD_DAYS = 14
SHOWN = 12
WHOLE = 5000
"""More than there are in two weeks."""
A_DAY = 4
"""No more of one closer's day than that, so that a list reaches several days."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A free time of one closer."""

    closer_id: int
    closer: str
    starts_at: datetime
    ends_at: datetime


def free(
    s: Session, campaign: Campaign, now: datetime, limit: int = SHOWN, a_day: int = A_DAY, only: int | None = None
) -> list[Slot]:  # fmt: skip
    """Free times of the campaign's closers, or of ``only`` one, soonest first; at most ``a_day`` of a closer's day."""
    project = s.get_one(Project, campaign.project_id)
    found: list[Slot] = []
    for closer_id, name in closers(s, campaign.id):
        if only in (None, closer_id):
            found += [Slot(closer_id, name, a, b) for a, b in _of_closer(s, closer_id, project, now, a_day)]
    return sorted(found, key=lambda slot: (slot.starts_at, slot.closer_id))[:limit]


def after(s: Session, campaign: Campaign, at: datetime, now: datetime) -> datetime | None:
    """The first free time of any closer of the campaign not before ``at``; None within two weeks."""
    found = free(s, campaign, now, limit=WHOLE, a_day=WHOLE)
    return next((slot.starts_at for slot in found if slot.starts_at >= at), None)


def closers(s: Session, campaign_id: int) -> list[tuple[int, str]]:
    """(id, name) of the people in a campaign's second line."""
    rows = s.execute(
        select(User.id, User.name)
        .join(CampaignMember, CampaignMember.user_id == User.id)
        .where(CampaignMember.campaign_id == campaign_id, CampaignMember.line == CLOSER_LINE, User.active)
        .order_by(User.name, User.id)
    )
    return [(user_id, name) for user_id, name in rows]


def is_closer(s: Session, user_id: int) -> bool:
    """Whether somebody holds a closer's duty or is in the second line of a campaign."""
    held = select(Holding.id).where(Holding.user_id == user_id, Holding.duty == Duty.CLOSER)
    works = select(CampaignMember.user_id).where(CampaignMember.user_id == user_id, CampaignMember.line == CLOSER_LINE)
    return s.scalars(held).first() is not None or s.scalars(works).first() is not None


def allowed(hours: Hours, starts_at: datetime, now: datetime) -> bool:
    """Whether a time lies within the hours, after the notice, on the grid of five minutes."""
    if starts_at < now + timedelta(minutes=hours.notice_min) or starts_at > now + timedelta(days=366):
        return False
    if starts_at.second or starts_at.microsecond or starts_at.minute % GRID_MIN:
        return False
    day = starts_at.astimezone(hours.zone).date()
    return any(a <= starts_at and starts_at + hours.length <= b for a, b in hours.spans(day))


def _of_closer(
    s: Session, closer_id: int, project: Project, now: datetime, a_day: int
) -> Iterator[tuple[datetime, datetime]]:
    hours = calendars.of(s, closer_id, project)
    taken = units.taken(s, closer_id, now, now + timedelta(days=AHEAD_DAYS + 1), now)
    first = now.astimezone(hours.zone).date()
    for offset in range(AHEAD_DAYS):
        shown = 0
        for start in _starts(hours, first + timedelta(days=offset)):
            if shown == a_day:
                break
            wanted = units.span(start, start + hours.length + hours.buffer)
            if allowed(hours, start, now) and units.fits(taken, wanted, start, hours.seats):
                shown += 1
                yield start, start + hours.length


def _starts(hours: Hours, day: date) -> Iterator[datetime]:
    for opens, closes in hours.spans(day):
        at = opens
        while at + hours.length <= closes:
            yield at
            at += hours.length + hours.buffer
