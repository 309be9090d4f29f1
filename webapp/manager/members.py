"""Views: who works in a campaign, on the first line and on the second."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from dialer.campaigns import editing
from dialer.clock import now
from dialer.people import audit, teams
from dialer.rules.words import Duty
from dialer.store.people import User
from dialer.store.projects import Campaign
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.manager.room import blueprint


@blueprint.get("/campaigns/<int:campaign_id>/people")
@needs("campaign.members", Campaign, "campaign_id")
def members(campaign_id: int) -> str:
    """Everybody who holds the duty in the project, with a tick at those who work here."""
    with reading() as s:
        campaign = s.get_one(Campaign, campaign_id)
        lines = {user.id: member.line for member, user in editing.members(s, campaign_id)}
        operators = able(s, campaign, Duty.OPERATOR)
        closers = able(s, campaign, Duty.CLOSER)
    return render_template("manager/members.html", campaign=campaign, lines=lines, operators=operators, closers=closers)


@blueprint.post("/campaigns/<int:campaign_id>/people")
@needs("campaign.members", Campaign, "campaign_id")
def set_members(campaign_id: int) -> Any:
    """Make the ticked ones the people of the campaign; a tick at somebody without the duty counts for nothing."""
    with writing() as s:
        campaign = s.get_one(Campaign, campaign_id)
        chosen = {name: set(request.form.getlist(name, type=int)) for name in ("operator", "closer")}
        operators = chosen["operator"] & {u.id for u in able(s, campaign, Duty.OPERATOR)}
        closers = chosen["closer"] & {u.id for u in able(s, campaign, Duty.CLOSER)}
        editing.set_members(s, campaign, operators, closers, now())
        audit.write(s, now(), me().id, "campaign.members", f"campaign:{campaign_id}")
    flash(_("Saved."), "success")
    return redirect(url_for("manager.status", campaign_id=campaign_id))


def able(s: Session, campaign: Campaign, duty: Duty) -> list[User]:
    """The active people who hold this duty in the campaign's project."""
    return teams.able(s, campaign.project_id, duty)
