"""Views: what came of a script's calls, on a page and as CSV."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, render_template, request
from sqlalchemy import select

from dialer.clock import now
from dialer.scripting import figures
from dialer.scripting.calls import Wanted
from dialer.store.projects import Campaign
from dialer.store.scripts import CallScript
from scripts.exports.sheets import csv_bytes
from webapp.data import reading
from webapp.guards import needs
from webapp.identity import me
from webapp.language import chosen
from webapp.script.room import blueprint, rights

PERIODS = (7, 30, 90, 0)
"""Days; 0 is everything."""
USUAL_DAYS = 30


def _wanted(script_id: int) -> tuple[Wanted, int]:
    days = request.args.get("days", USUAL_DAYS, type=int)
    days = days if days in PERIODS else USUAL_DAYS
    wanted = Wanted(
        script_id,
        version=request.args.get("version", type=int),
        campaign_id=request.args.get("campaign", type=int),
        since=now() - timedelta(days=days) if days else None,
    )
    return wanted, days


@blueprint.get("/scripts/<int:script_id>/figures")
@needs("script.see", CallScript, "script_id")
def show_figures(script_id: int) -> str:
    """Reach, losses, time, answers, objections, A/B texts, and how operators keep to the script."""
    wanted, days = _wanted(script_id)
    with reading() as s:
        script = s.get_one(CallScript, script_id)
        found = figures.of(s, wanted)
        campaigns = s.scalars(select(Campaign).where(Campaign.script_id == script_id).order_by(Campaign.name)).all()
        numbers = figures.step_log.versions_of(s, script_id).values()
    can_do = rights(script)
    return render_template(
        "script/figures.html", script=script, found=found, wanted=wanted, days=days, periods=PERIODS,
        campaigns=campaigns, numbers=sorted((v.number for v in numbers), reverse=True), can_do=can_do,
        drawing=found.drawing(chosen()) if found else "", me=me(),
    )  # fmt: skip


@blueprint.get("/scripts/<int:script_id>/figures.csv")
@needs("script.see", CallScript, "script_id")
def figures_csv(script_id: int) -> Any:
    """The steps as a table."""
    wanted, _days = _wanted(script_id)
    with reading() as s:
        found = figures.of(s, wanted)
    rows = found.rows(chosen()) if found else []
    headers = {"Content-Disposition": f'attachment; filename="script-{script_id}-figures.csv"'}
    return Response(csv_bytes(figures.HEADINGS, rows), mimetype="text/csv", headers=headers)
