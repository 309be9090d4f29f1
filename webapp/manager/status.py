"""Views: a campaign at this moment. The page fetches its live part again whenever it hears ``live:campaign``."""

from __future__ import annotations

from typing import Any

from flask import render_template
from sqlalchemy.orm import Session

from dialer.campaigns.readiness import readiness
from dialer.campaigns.running import possible
from dialer.clock import now
from dialer.people import may
from dialer.reports import standstill
from dialer.reports.status import status as look
from dialer.rules.words import CampaignState, OperatorState
from dialer.store.contacts import ContactList
from dialer.store.projects import Campaign, Project
from webapp.data import reading
from webapp.guards import needs
from webapp.identity import me
from webapp.manager.room import blueprint
from webapp.manager.standing import told

RIGHTS = {
    "start": "campaign.start",
    "pause": "campaign.pause",
    "stop": "campaign.stop",
    "edit": "campaign.edit",
    "members": "campaign.members",
    "import": "list.import",
}


blueprint.add_app_template_filter(told, "standstill")


@blueprint.get("/campaigns/<int:campaign_id>")
@needs("campaign.see", Campaign, "campaign_id")
def status(campaign_id: int) -> str:
    """The whole page."""
    with reading() as s:
        return render_template("manager/status.html", **_context(s, campaign_id))


@blueprint.get("/campaigns/<int:campaign_id>/live")
@needs("campaign.see", Campaign, "campaign_id")
def status_live(campaign_id: int) -> str:
    """The part that changes."""
    with reading() as s:
        return render_template("manager/status_live.html", **_context(s, campaign_id))


def _context(s: Session, campaign_id: int) -> dict[str, Any]:
    campaign = s.get_one(Campaign, campaign_id)
    seen = look(s, campaign_id, now())
    can_do = {what: may(s, me(), action, campaign) for what, action in RIGHTS.items()}
    lists = s.query(ContactList).filter_by(campaign_id=campaign_id).order_by(ContactList.id.desc()).limit(5).all()
    return {
        "campaign": campaign,
        "project": s.get_one(Project, campaign.project_id),
        "seen": seen,
        "moves": [what for what in possible(campaign) if can_do[what]],
        "can_do": can_do,
        "ready": readiness(s, campaign),
        "lists": lists,
        "online": sum(w.state is not OperatorState.OFFLINE for w in seen.workers),
        "standstill": standstill.reasons(s, campaign, now()) if campaign.state is CampaignState.RUNNING else [],
        "at": now(),
    }
