"""What a campaign still lacks before it can be started: the five steps to a first campaign, as data."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from dialer.store.contacts import Contact
from dialer.store.projects import Campaign, CampaignMember
from dialer.store.scripts import CallScript


@dataclass(frozen=True)
class Readiness:
    """Each step, done or not."""

    script: bool
    """A script is chosen and has a published version."""
    contacts: bool
    members: bool

    @property
    def lacks(self) -> str | None:
        """The refusal's code of the first missing step."""
        steps = {
            "campaign_without_script": self.script,
            "campaign_without_contacts": self.contacts,
            "campaign_without_members": self.members,
        }
        return next((code for code, done in steps.items() if not done), None)


def readiness(s: Session, campaign: Campaign) -> Readiness:
    """Look what is there."""
    published = (
        s.scalar(select(CallScript.published_id).where(CallScript.id == campaign.script_id))
        if campaign.script_id
        else None
    )
    return Readiness(
        script=published is not None,
        contacts=bool(s.scalar(select(exists().where(Contact.campaign_id == campaign.id)))),
        members=bool(s.scalar(select(exists().where(CampaignMember.campaign_id == campaign.id)))),
    )
