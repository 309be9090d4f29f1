"""Promises and time: an owner who does not keep one loses it to anyone, the group lead is told; how many were kept.

Room: desk. May import ``dialer.store``, ``dialer.leads.late`` and this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from dialer.desk import callbacks
from dialer.leads import late
from dialer.store import Database
from dialer.store.desk import Callback
from dialer.store.outbox import tell
from dialer.store.projects import Campaign

EVERY_S = 30
OWNERS_TIME = timedelta(minutes=10)
"""How long a promise is its owner's or its team's alone once it is due: as long as the claim waits for them."""
IN_TIME = timedelta(minutes=15)
"""A promise counts as kept if the call was placed no later than this after it was due."""
A_TURN = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """Promises that fell due in a period. ``kept`` in time, ``late`` kept but later, ``broken`` not yet or never."""

    due: int
    kept: int
    late: int

    @property
    def broken(self) -> int:
        """Due, and nobody has called."""
        return self.due - self.kept - self.late

    @property
    def kept_rate(self) -> float | None:
        """0..1 of those due; None where none was."""
        return self.kept / self.due if self.due else None


def look(db: Database, now: datetime) -> int:
    """Give overdue promises to anyone and tell the group lead; returns how many."""
    with db.write() as s:
        query = (
            select(Callback)
            .where(
                Callback.kept_at.is_(None),
                Callback.cancelled_at.is_(None),
                Callback.escalated_at.is_(None),
                Callback.due_at <= now - OWNERS_TIME,
            )
            .order_by(Callback.due_at)
            .limit(A_TURN)
            .with_for_update(skip_locked=True)
        )
        found = list(s.scalars(query))
        for one in found:
            _escalate(s, one, now)
        return len(found)


def _escalate(s: Session, one: Callback, now: datetime) -> None:
    one.escalated_at = now
    project_id = s.get_one(Campaign, one.campaign_id).project_id
    for user_id in {*late.leads_of(s, project_id), one.owner_id} - {None}:
        tell(s, now, "callback", f"user:{user_id}", callback=one.id)
    tell(s, now, "callback", f"campaign:{one.campaign_id}", callback=one.id)


def kept(
    s: Session, campaigns: Select[int] | list[int], since: datetime, until: datetime, user_id: int | None = None
) -> Kept:
    """Of the promises due in [since, until). Taken back and replaced ones are not counted; one's own if given."""
    which = [
        Callback.campaign_id.in_(campaigns),
        Callback.kind == callbacks.PROMISE,
        Callback.cancelled_at.is_(None),
        Callback.due_at >= since,
        Callback.due_at < until,
    ]
    if user_id is not None:
        which.append((Callback.owner_id == user_id) | (Callback.owner_id.is_(None) & (Callback.made_by == user_id)))
    rows = s.execute(select(Callback.due_at, Callback.called_at).where(*which)).all()
    called = [(due, at) for due, at in rows if at is not None]
    in_time = sum(at <= due + IN_TIME for due, at in called)
    return Kept(len(rows), in_time, len(called) - in_time)


def overdue(s: Session, campaigns: Select[int] | list[int], now: datetime) -> int:
    """Open promises whose time has passed."""
    return (
        s.scalar(select(func.count()).select_from(Callback).where(_overdue(now), Callback.campaign_id.in_(campaigns)))
        or 0
    )


def _overdue(now: datetime) -> ColumnElement[bool]:
    return Callback.kept_at.is_(None) & Callback.cancelled_at.is_(None) & (Callback.due_at <= now)
