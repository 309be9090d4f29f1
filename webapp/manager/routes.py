"""Views: the ways out of a campaign, in order, and the numbers they show."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from dialer.campaigns import routes as ways
from dialer.clock import now
from dialer.people import audit, may
from dialer.reports.routes import networks, of_campaign
from dialer.rules.routes_text import NUMBER, read_lines, to_dicts
from dialer.store.projects import Campaign, Project
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.manager.room import blueprint

POOR = re.compile(r"answered (\d+) of (\d+) calls")
"""As ``dialer.campaigns.routes`` writes it."""
MOST_HOURS = 24 * 30


@blueprint.get("/campaigns/<int:campaign_id>/routes")
@needs("campaign.see", Campaign, "campaign_id")
def routes(campaign_id: int) -> str:
    """How they fare, and the lines to change them."""
    with reading() as s:
        return _page(s, s.get_one(Campaign, campaign_id))


def _page(s: Session, campaign: Campaign, text: str | None = None, error: str = "") -> str:
    rows = of_campaign(s, campaign, now())
    links = networks(s, now())
    return render_template(
        "manager/routes.html",
        campaign=campaign,
        project=s.get_one(Project, campaign.project_id),
        rows=rows,
        links=links,
        several=len({link.engine for link in links}) > 1,
        text="\n".join(row.line for row in rows) if text is None else text,
        error=error,
        told=told,
        can_edit=may(s, me(), "campaign.edit", campaign),
    )


def told(reason: str) -> str | Markup:
    """Why a route or a number rests: our own reasons in the reader's language, a network's as it said them."""
    if found := POOR.fullmatch(reason):
        return _("answered %(answered)s of %(calls)s calls", answered=found[1], calls=found[2])
    ours = {"congestion": _("no line free"), "no answer to a request": _("no answer to a request")}
    return ours.get(reason) or Markup('<span lang="en">{}</span>').format(reason)


@blueprint.post("/campaigns/<int:campaign_id>/routes")
@needs("campaign.edit", Campaign, "campaign_id")
def set_routes(campaign_id: int) -> Any:
    """Make the written lines the campaign's routes."""
    text = request.form.get("routes", "")[:5000]
    try:
        made = read_lines(text)
    except ValueError as err:
        with reading() as s:
            return _page(s, s.get_one(Campaign, campaign_id), text, str(err)), 400
    with writing() as s:
        s.get_one(Campaign, campaign_id).routes = to_dicts(made)
        audit.write(s, now(), me().id, "campaign.edit", f"campaign:{campaign_id}", routes=len(made))
    flash(_("Saved."), "success")
    return redirect(url_for("manager.routes", campaign_id=campaign_id))


@blueprint.post("/campaigns/<int:campaign_id>/numbers/<any(rest, wake):what>")
@needs("campaign.edit", Campaign, "campaign_id")
def rest_number(campaign_id: int, what: str) -> Response:
    """Put a number of this campaign to rest, or show it again: in every campaign, for its reputation is one."""
    number = request.form.get("number", "")
    hours = min(MOST_HOURS, max(1, request.form.get("hours", 72, type=int)))
    with writing() as s:
        mine = {n for route in ways.of(s.get_one(Campaign, campaign_id)) for n in route.caller_ids}
        if NUMBER.match(number) and number in mine:
            _change(s, what, number, hours)
            audit.write(s, now(), me().id, "campaign.edit", f"campaign:{campaign_id}", number=what)
    return redirect(url_for("manager.routes", campaign_id=campaign_id))


def _change(s: Session, what: str, number: str, hours: int) -> None:
    if what == "rest":
        ways.rest(s, number, now() + timedelta(hours=hours), "", now(), me().id)
    else:
        ways.wake(s, number, now())
