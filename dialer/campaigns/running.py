"""Starting, pausing and stopping a campaign.

``pause`` lets the calls that are up come to their end; ``stop`` has the engine hang them up at once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from dialer.campaigns.readiness import readiness
from dialer.errors import Refusal
from dialer.rules.words import CampaignState
from dialer.store.outbox import ask_engine, tell
from dialer.store.projects import Campaign

MOVES = {
    "start": (
        {CampaignState.DRAFT, CampaignState.PAUSED, CampaignState.STOPPED, CampaignState.FINISHED},
        CampaignState.RUNNING,
    ),
    "pause": ({CampaignState.RUNNING}, CampaignState.PAUSED),
    # A second stop is not refused: whoever presses it wants to be sure.
    "stop": ({CampaignState.RUNNING, CampaignState.PAUSED, CampaignState.STOPPED}, CampaignState.STOPPED),
}
"""what -> (from which states, to which)."""


def possible(campaign: Campaign) -> list[str]:
    """What may be done with the campaign now."""
    moves = [what for what, (before, _) in MOVES.items() if campaign.state in before]
    return [what for what in moves if not (what == "stop" and campaign.state is CampaignState.STOPPED)]


def start(s: Session, campaign_id: int, now: datetime) -> Campaign:
    """Begin to dial. Raises Refusal: campaign_state, or what it lacks (``readiness``)."""
    campaign = _locked(s, campaign_id)
    if code := readiness(s, campaign).lacks:
        raise Refusal(code)
    _move(s, campaign, "start", now)
    campaign.started_at = campaign.started_at or now
    return campaign


def pause(s: Session, campaign_id: int, now: datetime) -> Campaign:
    """Place no more calls; those that are up go on. Raises Refusal(campaign_state)."""
    campaign = _locked(s, campaign_id)
    _move(s, campaign, "pause", now)
    return campaign


def stop(s: Session, campaign_id: int, user_id: int | None, now: datetime) -> Campaign:
    """Place no more calls and hang up those that are up. Raises Refusal(campaign_state)."""
    campaign = _locked(s, campaign_id)
    _move(s, campaign, "stop", now)
    ask_engine(s, now, "campaign.stop", user_id, campaign=campaign.id)
    return campaign


def _locked(s: Session, campaign_id: int) -> Campaign:
    return s.get_one(Campaign, campaign_id, with_for_update=True, populate_existing=True)


def _move(s: Session, campaign: Campaign, what: str, now: datetime) -> None:
    before, after = MOVES[what]
    if campaign.state not in before:
        raise Refusal("campaign_state", state=campaign.state.value, event=what)
    campaign.state = after
    tell(s, now, "campaign", f"campaign:{campaign.id}", state=after.value)
