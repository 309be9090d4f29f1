"""View: the first page. Who only works at the desk is led there at once."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, url_for
from flask_login import current_user
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from dialer.people import may
from dialer.people import projects as projects_of
from dialer.reports.status import contacts_by_state, workers
from dialer.rules.words import CampaignState, Duty, OperatorState
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign, CampaignMember, Project
from dialer.store.scripts import CallScript
from webapp.data import reading
from webapp.guards import signed_in
from webapp.identity import me

blueprint = Blueprint("home", __name__, template_folder="templates")
DESK_ONLY = frozenset({Duty.OPERATOR, Duty.CLOSER})


@blueprint.get("/")
@signed_in
def show() -> Any:
    """What the person's duties lead to."""
    desk = "desk.show" in current_app.view_functions
    if desk and current_user.duties and current_user.duties <= DESK_ONLY:
        return redirect(url_for("desk.show"))
    with reading() as s:
        running = _running(s) if may(s, me(), "campaign.see") else []
        steps = _first_steps(s) if may(s, me(), "campaign.edit") else None
    return render_template("home/home.html", running=running, steps=steps, desk=desk)


def _running(s: Session) -> list[dict[str, Any]]:
    """Campaigns that run or are paused, with who is at work and how much is left."""
    active = Campaign.state.in_((CampaignState.RUNNING, CampaignState.PAUSED))
    query = select(Campaign, Project.name).join(Project, Project.id == Campaign.project_id).where(active)
    mine = projects_of(me(), "campaign.see")
    if mine is not None:
        query = query.where(Campaign.project_id.in_(mine))
    return [_line(s, campaign, project) for campaign, project in s.execute(query.order_by(Campaign.name))]


def _line(s: Session, campaign: Campaign, project: str) -> dict[str, Any]:
    counts = contacts_by_state(s, campaign.id)
    people = workers(s, campaign.id)
    return {
        "campaign": campaign,
        "project": project,
        "total": sum(counts.values()),
        "done": sum(n for state, n in counts.items() if state.value in ("closed", "suppressed")),
        "talking": sum(w.state is OperatorState.TALKING for w in people),
        "online": sum(w.state is not OperatorState.OFFLINE for w in people),
        "people": len(people),
    }


def _first_steps(s: Session) -> dict[str, bool] | None:
    """The five steps of a new installation; None once a campaign has been started."""
    if s.scalar(select(exists().where(Campaign.started_at.is_not(None)))):
        return None
    return {
        "project": bool(s.scalar(select(exists(select(Project.id))))),
        "script": bool(s.scalar(select(exists().where(CallScript.published_id.is_not(None))))),
        "campaign": bool(s.scalar(select(exists(select(Campaign.id))))),
        "contacts": bool(s.scalar(select(exists(select(Contact.id))))),
        "members": bool(s.scalar(select(exists(select(CampaignMember.user_id))))),
    }
