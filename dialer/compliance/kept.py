"""What the rules order to keep: call details of ``keep_calls_d`` days, with the number that was called.

Nothing here deletes call details or consents by age; only an erasure takes the number out of them (a consent keeps its
number as a hash, with the proof, for good). So an erasure is what the rules may stand against.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer.compliance.rules import rules_for
from dialer.errors import BadInput
from dialer.store.calls import Attempt
from dialer.store.projects import Campaign


class MustKeep(BadInput):
    """The rules of ``campaign`` keep its call details until the day ``until``; ``source`` says which of them does."""

    def __init__(self, campaign: str, until: date, source: str) -> None:
        super().__init__(
            f"the rules of the campaign {campaign} ({source}) keep its call details, with the number, until {until}"
        )
        self.campaign, self.until, self.source = campaign, until, source


def check(s: Session, attempts: Collection[str], now: datetime) -> None:
    """Raises MustKeep if one of these attempts must be kept as it is; BadInput if a campaign's rules cannot be read."""
    newest = (
        select(Attempt.campaign_id, func.max(Attempt.placed_at).label("at"))
        .where(Attempt.id.in_(attempts))
        .group_by(Attempt.campaign_id)
    )
    for campaign_id, at in s.execute(newest).all():
        campaign = s.get_one(Campaign, campaign_id)
        limit = rules_for(campaign, campaign.project).limit("keep_calls_d")
        if limit and at + timedelta(days=limit.value) > now:
            raise MustKeep(campaign.name, (at + timedelta(days=limit.value)).date(), limit.source)
