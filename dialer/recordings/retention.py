"""Recordings that the rules of their campaign no longer let us keep: the file goes, the ledger says why (P5).

``recordings_max_d`` of the strictest profile counts from the call. Rules that cannot be read delete nothing. The audit
journal has a line for each batch; :func:`look_ahead` tells beforehand what would go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from dialer.compliance import rules_for
from dialer.errors import BadInput
from dialer.people import audit
from dialer.rules.words import RecordingState
from dialer.store import Database
from dialer.store.calls import Attempt, Recording
from dialer.store.projects import Campaign

EVERY_S = 3600
BATCH = 200
REASON = "kept as long as the rules allow"


@dataclass(frozen=True)
class Keeping:
    """What a campaign's rules say on keeping, 0 days for nothing; ``due``: recordings that the next turn deletes.

    ``problem`` is why the rules cannot be read; then nothing is deleted.
    """

    campaign: str
    calls_d: float = 0
    consent_d: float = 0
    recordings_d: float = 0
    due: int = 0
    problem: str = ""


def look_ahead(s: Session, now: datetime) -> list[Keeping]:
    """Every campaign's, by name."""
    return [_keeping(s, campaign, now) for campaign in s.scalars(select(Campaign).order_by(Campaign.name))]


def _keeping(s: Session, campaign: Campaign, now: datetime) -> Keeping:
    try:
        rules = rules_for(campaign, campaign.project)
    except BadInput as err:
        return Keeping(campaign.name, problem=str(err))
    names = ("keep_calls_d", "keep_consent_d", "recordings_max_d")
    calls, consent, recordings = (limit.value if (limit := rules.limit(name)) else 0 for name in names)
    old = _old(campaign.id, now - timedelta(days=recordings)).subquery()
    due = s.scalar(select(func.count()).select_from(old)) if recordings else 0
    return Keeping(campaign.name, calls, consent, recordings, due or 0)


def clear_due(db: Database, folder: Path, now: datetime) -> int:
    """Delete what is too old in every campaign, a batch at a time; returns how many recordings went."""
    gone = 0
    with db.read() as s:
        limits = {c.id: days for c in s.scalars(select(Campaign)) if (days := _days(c))}
    for campaign_id, days in limits.items():
        while paths := _batch(db, campaign_id, now - timedelta(days=days), now):
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


def _batch(db: Database, campaign_id: int, before: datetime, now: datetime) -> list[str]:
    """The ledger first, the files after the commit: a crash leaves a file that nobody can open, never the reverse."""
    with db.write() as s:
        rows = list(s.scalars(_old(campaign_id, before).order_by(Recording.expected_at).limit(BATCH)))
        paths = [row.path for row in rows]
        for row in rows:
            row.state, row.reason, row.path, row.peaks = RecordingState.MISSING, REASON, "", None
        if rows:
            audit.write(s, now, None, "recording.retention", f"campaign:{campaign_id}", by="rules", n=len(rows))
    return paths


def _old(campaign_id: int, before: datetime) -> Select[Recording]:
    return (
        select(Recording)
        .join(Attempt, Attempt.id == Recording.attempt_id)
        .where(Attempt.campaign_id == campaign_id, Recording.path != "", Recording.expected_at < before)
    )
