"""Promises kept: callbacks whose time came in a period, and whether somebody called when it was said."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.reports.period import Period
from dialer.store.desk import Callback

GRACE = timedelta(minutes=15)
"""A call up to this long after the promised moment still keeps the promise."""


@dataclass(frozen=True)
class Promises:
    """Counts of callbacks that fell due. ``late`` were called after the grace, ``broken`` not at all yet;
    ``cancelled`` were taken back by a person (a refusal, say) and count for nothing."""

    kept: int = 0
    late: int = 0
    broken: int = 0
    cancelled: int = 0

    @property
    def due(self) -> int:
        """All that had to be kept."""
        return self.kept + self.late + self.broken

    @property
    def kept_rate(self) -> float | None:
        """Kept in time, 0..1 of those due; None where nothing fell due."""
        return self.kept / self.due if self.due else None


def promises(
    s: Session, campaigns: Collection[int], period: Period, now: datetime, people: Collection[int] | None = None
) -> Promises:
    """Callbacks due in the period and until ``now``. ``people`` limits them to those owners."""
    query = select(Callback.due_at, Callback.kept_at, Callback.cancelled_at).where(
        Callback.campaign_id.in_(campaigns),
        Callback.due_at >= period.since_at,
        Callback.due_at < min(period.until_at, now),
    )
    if people is not None:
        query = query.where(Callback.owner_id.in_(people))
    verdicts = [_verdict(*row, now=now) for row in s.execute(query)]
    return Promises(*(verdicts.count(name) for name in ("kept", "late", "broken", "cancelled")))


def _verdict(due_at: datetime, kept_at: datetime | None, cancelled_at: datetime | None, now: datetime) -> str:
    if kept_at is not None:
        return "kept" if kept_at <= due_at + GRACE else "late"
    if cancelled_at is not None:
        return "cancelled"
    return "broken" if now > due_at + GRACE else ""
