"""The load over a period: calls placed, talked and worked, by the hour of one day or by the day of several."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.reports.period import Period
from dialer.store.calls import Attempt


@dataclass
class Load:
    """One hour (``8``: 8:00 to 9:00) or one day. ``abandoned`` answered and met nobody in time."""

    at: int | date
    placed: int = 0
    talked: int = 0
    worked: int = 0
    abandoned: int = 0


def load(s: Session, campaigns: Collection[int], period: Period, people: Collection[int] | None = None) -> list[Load]:
    """By hour where the period is one day (from the first hour with a call to the last), else by day, each day."""
    query = select(Attempt.placed_at, Attempt.connected_at, Attempt.disposed_by, Attempt.abandoned).where(
        Attempt.campaign_id.in_(campaigns), Attempt.placed_at >= period.since_at, Attempt.placed_at < period.until_at
    )
    if people is not None:
        query = query.where(Attempt.operator_id.in_(people))
    by_day = period.days > 1
    found: dict[int | date, Load] = {}
    for placed_at, connected_at, disposed_by, abandoned in s.execute(query):
        local = placed_at.astimezone(period.zone)
        key = local.date() if by_day else local.hour
        one = found.setdefault(key, Load(key))
        one.placed += 1
        one.talked += connected_at is not None
        one.worked += disposed_by is not None
        one.abandoned += bool(abandoned)
    return [found.get(key) or Load(key) for key in _keys(found, period)]


def _keys(found: dict[int | date, Load], period: Period) -> list[int | date]:
    if period.days > 1:
        return [period.first + timedelta(days=n) for n in range(period.days)]
    hours = [key for key in found if isinstance(key, int)]
    return list(range(min(hours), max(hours) + 1)) if hours else []
