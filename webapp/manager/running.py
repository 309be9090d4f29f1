"""Acts: start, pause and stop a campaign. Each is asked twice by the page, and written down."""

from __future__ import annotations

from flask import flash, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from dialer.campaigns import running
from dialer.clock import now
from dialer.errors import Refusal
from dialer.people import audit
from dialer.store.projects import Campaign
from webapp.data import writing
from webapp.guards import needs
from webapp.identity import me
from webapp.manager.room import blueprint
from webapp.problems import sentence


@blueprint.post("/campaigns/<int:campaign_id>/start")
@needs("campaign.start", Campaign, "campaign_id")
def start(campaign_id: int) -> Response:
    """Begin to dial."""
    return _do("start", campaign_id, _("The campaign is running."))


@blueprint.post("/campaigns/<int:campaign_id>/pause")
@needs("campaign.pause", Campaign, "campaign_id")
def pause(campaign_id: int) -> Response:
    """Place no more calls."""
    return _do("pause", campaign_id, _("Paused. Calls that are up go on to their end."))


@blueprint.post("/campaigns/<int:campaign_id>/stop")
@needs("campaign.stop", Campaign, "campaign_id")
def stop(campaign_id: int) -> Response:
    """Hang everything up."""
    return _do("stop", campaign_id, _("Stopped. Calls that were up are being hung up."))


def _do(what: str, campaign_id: int, done: str) -> Response:
    try:
        with writing() as s:
            if what == "start":
                running.start(s, campaign_id, now())
            elif what == "pause":
                running.pause(s, campaign_id, now())
            else:
                running.stop(s, campaign_id, me().id, now())
            audit.write(s, now(), me().id, f"campaign.{what}", f"campaign:{campaign_id}")
        flash(done, "success")
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
    return redirect(url_for("manager.status", campaign_id=campaign_id))
