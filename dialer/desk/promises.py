"""Promises and time: an owner who does not keep one loses it to anyone, and the group lead is told.

How many were kept: ``dialer.reports.promises``. Room: desk. May import ``dialer.store`` and ``dialer.leads.late``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.leads import late
from dialer.store import Database
from dialer.store.desk import Callback
from dialer.store.outbox import tell
from dialer.store.projects import Campaign

EVERY_S = 30
OWNERS_TIME = timedelta(minutes=10)
"""How long a promise is its owner's or its team's alone once it is due: as long as the claim waits for them."""
A_TURN = 200


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
