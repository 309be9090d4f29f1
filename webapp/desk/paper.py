"""The script of the desk's campaign as one page, to print against the day when the network is gone."""

from __future__ import annotations

from flask import abort, render_template

from dialer.store.desk import OperatorSession
from dialer.store.projects import Campaign, Project
from dialer.store.scripts import CallScript, ScriptVersion
from scripts import parse_text
from scripts.paper import on_paper as lines_on_paper
from webapp.data import reading
from webapp.desk.room import blueprint, my_id
from webapp.guards import needs
from webapp.identity import me
from webapp.language import chosen


@blueprint.get("/desk/script/paper")
@needs("desk.use")
def on_paper() -> str:
    """The published script of the campaign that the person works in; 404 where there is none."""
    with reading() as s:
        row = s.get(OperatorSession, my_id())
        campaign = s.get(Campaign, row.campaign_id) if row and row.campaign_id else None
        script = s.get(CallScript, campaign.script_id) if campaign and campaign.script_id else None
        version = s.get(ScriptVersion, script.published_id) if script and script.published_id else None
        if campaign is None or script is None or version is None:
            abort(404)
        project = s.get_one(Project, campaign.project_id)
    parsed = parse_text(version.text)
    spoken = lines_on_paper(parsed, chosen(), {"client": project.client, **project.facts}, me().name)
    return render_template(
        "script/print.html", script=script, version=version, parsed=parsed, spoken=spoken, at_desk=True
    )
