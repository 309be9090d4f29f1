"""Promises kept: callbacks whose time came in a period, and whether the call was placed when it was said.

Calls that confirm an appointment are nobody's promise and are left out.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer.reports.period import Period
from dialer.store.base import Utc
from dialer.store.desk import Callback

PROMISE = "promise"
"""``Callback.kind`` of what somebody promised."""
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
    """Callbacks due in the period and until ``now``. ``people`` limits them to those owners, and to those who made a
    promise that is nobody's own."""
    called_at = func.coalesce(Callback.called_at, Callback.kept_at, type_=Utc)
    query = select(Callback.due_at, called_at, Callback.cancelled_at).where(
        Callback.campaign_id.in_(campaigns),
        Callback.kind == PROMISE,
        Callback.due_at >= period.since_at,
        Callback.due_at < min(period.until_at, now),
    )
    if people is not None:
        nobodys = Callback.owner_id.is_(None) & Callback.made_by.in_(people)
        query = query.where(Callback.owner_id.in_(people) | nobodys)
    verdicts = [_verdict(*row, now=now) for row in s.execute(query)]
    return Promises(*(verdicts.count(name) for name in ("kept", "late", "broken", "cancelled")))


def _verdict(due_at: datetime, called_at: datetime | None, cancelled_at: datetime | None, now: datetime) -> str:
    if called_at is not None:
        return "kept" if called_at <= due_at + GRACE else "late"
    if cancelled_at is not None:
        return "cancelled"
    return "broken" if now > due_at + GRACE else ""
