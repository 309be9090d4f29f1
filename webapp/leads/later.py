"""Views: the later pool, sifted by what contacts answered, counted before it is drawn into a campaign."""

from __future__ import annotations

from itertools import islice
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.errors import BadInput
from dialer.leads import drawing
from dialer.people import may
from dialer.rules.words import CampaignState
from dialer.store.projects import Campaign, Project
from webapp.data import database, reading, writing
from webapp.guards import check, needs
from webapp.identity import me
from webapp.leads.room import blueprint
from webapp.problems import NotThere

SHOWN = 50
DONE = (CampaignState.STOPPED, CampaignState.FINISHED)


@blueprint.get("/projects/<int:project_id>/later")
@needs("later.see", Project, "project_id", personal=True)
def pool(project_id: int) -> str:
    """Who waits, by a filter."""
    expression, ready = request.args.get("filter", ""), request.args.get("ready", "") == "1"
    with reading() as s:
        project = s.get_one(Project, project_id)
        found, problem = _sift(s, project, expression, ready)
        return render_template(
            "leads/later.html",
            project=project,
            expression=expression,
            ready=ready,
            problem=problem,
            count=len(found),
            rows=list(islice(found, SHOWN)),
            fields=drawing.fields_of(s, project.id),
            campaigns=_targets(s, project.id),
            may_draw=may(s, me(), "later.draw", project),
            at=now(),
        )


def _sift(s: Session, project: Project, expression: str, ready: bool) -> tuple[list[drawing.Waiting], str]:
    try:
        return list(drawing.pool(s, project, expression, now(), now() if ready else None)), ""
    except BadInput as err:
        return [], str(err)


def _targets(s: Session, project_id: int) -> list[Campaign]:
    query = select(Campaign).where(Campaign.project_id == project_id, Campaign.state.not_in(DONE))
    return list(s.scalars(query.order_by(Campaign.id.desc())))


@blueprint.post("/projects/<int:project_id>/later/draw")
@needs("later.draw", Project, "project_id")
def draw(project_id: int) -> Any:
    """Draw who passes into a campaign. Raises BadInput, Refusal."""
    expression, ready = request.form.get("filter", ""), request.form.get("ready", "") == "1"
    with reading() as s:
        campaign = s.get(Campaign, request.form.get("campaign", 0, type=int))
    if campaign is None:
        raise NotThere
    check(database(), "later.draw", campaign)
    with writing() as s:
        project, at = s.get_one(Project, project_id), now()
        done = drawing.draw(s, project, campaign, expression, me().id, at, at if ready else None)
    told = _("Drawn into %(name)s: %(n)s.", name=campaign.name, n=done.drawn)
    if done.taken or done.barred:
        told += " " + _("In it already: %(taken)s. Do not call: %(barred)s.", taken=done.taken, barred=done.barred)
    flash(told, "success")
    return redirect(url_for("leads.pool", project_id=project_id, filter=expression))
