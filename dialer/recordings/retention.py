"""Recordings that the rules of their campaign no longer let us keep: the file goes, the ledger says why (P5).

``recordings_max_d`` of the strictest profile counts from the call. Rules that cannot be read delete nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.compliance import rules_for
from dialer.errors import BadInput
from dialer.rules.words import RecordingState
from dialer.store import Database
from dialer.store.calls import Attempt, Recording
from dialer.store.projects import Campaign

EVERY_S = 3600
BATCH = 200
REASON = "kept as long as the rules allow"


def clear_due(db: Database, folder: Path, now: datetime) -> int:
    """Delete what is too old in every campaign, a batch at a time; returns how many recordings went."""
    gone = 0
    with db.read() as s:
        limits = {c.id: days for c in s.scalars(select(Campaign)) if (days := _days(c))}
    for campaign_id, days in limits.items():
        while paths := _batch(db, campaign_id, now - timedelta(days=days)):
            for path in paths:
                (folder / path).unlink(missing_ok=True)
            gone += len(paths)
    return gone


def _days(campaign: Campaign) -> float:
    """How long the campaign's recordings may be kept; 0: nobody says."""
    try:
        limit = rules_for(campaign, campaign.project).limit("recordings_max_d")
    except BadInput:
        return 0
    return limit.value if limit else 0


def _batch(db: Database, campaign_id: int, before: datetime) -> list[str]:
    """The ledger first, the files after the commit: a crash leaves a file that nobody can open, never the reverse."""
    with db.write() as s:
        rows = _old(s, campaign_id, before)
        paths = [row.path for row in rows]
        for row in rows:
            row.state, row.reason, row.path, row.peaks = RecordingState.MISSING, REASON, "", None
    return paths


def _old(s: Session, campaign_id: int, before: datetime) -> list[Recording]:
    query = (
        select(Recording)
        .join(Attempt, Attempt.id == Recording.attempt_id)
        .where(Attempt.campaign_id == campaign_id, Recording.path != "", Recording.expected_at < before)
    )
    return list(s.scalars(query.order_by(Recording.expected_at).limit(BATCH)))
