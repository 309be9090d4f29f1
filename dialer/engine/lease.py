"""One engine dials a campaign: a lease in the database, renewed while the engine lives, with a fence number.

An engine that was frozen and comes back finds a higher fence than its own and sends nothing more.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, String, bindparam, delete, or_, select
from sqlalchemy.orm import Session, joinedload

from dialer.rules.words import CampaignState
from dialer.store.base import Utc
from dialer.store.projects import Campaign
from dialer.store.provider import NetworkLink

LEASE_S = 15
"""An engine that died frees its campaigns after so long."""
RENEW_S = 5

_FREE_OR_OURS = (
    select(Campaign)
    .where(
        Campaign.state.in_((CampaignState.RUNNING, CampaignState.PAUSED)),
        or_(
            Campaign.engine == bindparam("engine", type_=String),
            Campaign.engine.is_(None),
            Campaign.lease_until < bindparam("now", type_=Utc),
        ),
    )
    # Not FOR UPDATE: an import that adds contacts to the campaign must not keep it from being dialled.
    .with_for_update(skip_locked=True, key_share=True, of=Campaign)
    .options(joinedload(Campaign.project, innerjoin=True))
)


def of_others(engine: str, now: datetime) -> Select[int]:
    """Ids of the campaigns that another living engine dials: their calls are none of ours to judge."""
    return select(Campaign.id).where(Campaign.engine != engine, Campaign.lease_until >= now)


def take(s: Session, engine: str, now: datetime) -> tuple[list[Campaign], bool]:
    """Renew or take the lease of every campaign that is running (or paused with calls up).

    Returns those held, and whether one of them was another engine's, which died: its calls want to be looked after.
    """
    held = list(s.scalars(_FREE_OR_OURS, {"engine": engine, "now": now}))
    inherited = False
    for campaign in held:
        if campaign.engine != engine:
            inherited = inherited or campaign.engine is not None
            campaign.engine = engine
            campaign.fence += 1
        if campaign.lease_until is None or campaign.lease_until < now + timedelta(seconds=LEASE_S - RENEW_S):
            campaign.lease_until = now + timedelta(seconds=LEASE_S)
    return held, inherited


def release(s: Session, engine: str) -> None:
    """Give all leases back: the engine stops in good order, and says no more of its networks."""
    s.execute(delete(NetworkLink).where(NetworkLink.engine == engine))
    for campaign in s.scalars(select(Campaign).where(Campaign.engine == engine).with_for_update()):
        campaign.engine, campaign.lease_until = None, None
