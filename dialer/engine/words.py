"""Pacing's words, kept in the database for the campaign's page: what was decided, why, and by which figures."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.orm import Session

from dialer.rules.pacing import Decision
from dialer.store.compliance import PacingWord
from dialer.store.transaction import append

EVERY = timedelta(seconds=2)
"""A campaign's words are at least so far apart: a busy one decides tens of times a second."""
QUIET = timedelta(seconds=30)
"""The same word again is written after so long, so that the page sees that pacing is alive."""
KEPT = timedelta(hours=1)


class Words:
    """What was written last for each campaign."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[datetime, str]] = {}
        self._placed: dict[int, int] = {}

    def note(self, s: Session, campaign_id: int, decision: Decision, now: datetime) -> None:
        """Write the decision if it says something new; ``placed`` sums up what was placed since the last word."""
        placed = self._placed[campaign_id] = self._placed.get(campaign_id, 0) + decision.place
        at, why = self._last.get(campaign_id, (now - QUIET, ""))
        if now - at < (QUIET if why == decision.why and not placed else EVERY):
            return
        append(
            s, PacingWord, campaign_id=campaign_id, at=now, placed=placed, why=decision.why[:300], facts=decision.facts
        )
        self._last[campaign_id], self._placed[campaign_id] = (now, decision.why), 0

    def forget(self, s: Session, now: datetime) -> None:
        """Throw away what is old."""
        s.execute(delete(PacingWord).where(PacingWord.at < now - KEPT))
