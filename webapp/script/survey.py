"""Views: a campaign as a survey: quotas, AAPOR counts and rates, cross-tables, and the answers as files."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dialer.clock import now
from dialer.errors import Refusal
from dialer.people import audit, may
from dialer.scripting import cases, files, quotas
from dialer.scripting.cases import Survey
from dialer.store.projects import Campaign
from dialer.store.scripts import CallScript, SurveyQuota
from scripts import aapor
from scripts.exports.crosstab import CrossTab, crosstab, possible
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.language import chosen
from webapp.problems import NotThere, sentence
from webapp.script.room import blueprint, whole_number
from webapp.told import in_words

GROUPS = ("RR", "COOP", "REF", "CON")


@blueprint.get("/campaigns/<int:campaign_id>/survey")
@needs("report.see", Campaign, "campaign_id")
def show_survey(campaign_id: int) -> str:
    """How far the survey is."""
    return _show(campaign_id)


def _show(campaign_id: int, problem: str = "", typed: Any = None) -> str:
    with reading() as s:
        campaign = s.get_one(Campaign, campaign_id)
        survey = cases.of_campaign(s, campaign)
        cells = quotas.cells(s, campaign)
        script = s.get(CallScript, campaign.script_id) if campaign.script_id else None
        can_do = {
            "edit": may(s, me(), "campaign.edit", campaign), "export": may(s, me(), "answers.export", campaign),
            "see": may(s, me(), "campaign.see", campaign),
        }  # fmt: skip
    e = _e()
    return render_template(
        "script/survey.html", campaign=campaign, survey=survey, cells=cells, can_do=can_do, problem=problem, e=e,
        rates=_rates(survey, e), fields=possible(survey.script) if survey else [], tab=_crosstab(survey),
        script=script, typed=typed or {}, formats=list(files.FORMATS),
    )  # fmt: skip


def _e() -> dict[str, float]:
    """The shares of eligible cases that the person set, by class; nonsense counts as not set."""
    given = {name: request.args.get(f"e_{name}", type=float) for name in aapor.UNKNOWN}
    return {name: value for name, value in given.items() if value is not None and 0 <= value <= 1}


def _rates(survey: Survey | None, e: dict[str, float]) -> list[tuple[str, list[tuple[str, float | None]]]]:
    if survey is None:
        return []
    found = aapor.rates(survey.counts, e)
    return [(group, [(name, rate) for name, rate in found.items() if name.startswith(group)]) for group in GROUPS]


def _crosstab(survey: Survey | None) -> CrossTab | None:
    if survey is None:
        return None
    fields = survey.script.fields
    down, across = fields.get(request.args.get("down", "")), fields.get(request.args.get("across", ""))
    allowed = possible(survey.script)
    if down not in allowed:
        return None
    given = cases.answers_of(survey.interviewed)
    return crosstab(down, across if across in allowed and across is not down else None, given, chosen())


@blueprint.post("/campaigns/<int:campaign_id>/quotas")
@needs("campaign.edit", Campaign, "campaign_id")
def add_quota(campaign_id: int) -> Any:
    """A further cell."""
    form = request.form
    try:
        with writing() as s:
            target = whole_number(form.get("target", "").strip())
            campaign = s.get_one(Campaign, campaign_id)
            name, expression = form.get("name", ""), form.get("expression", "")
            quotas.add(s, campaign, name, expression, target, form.get("action", ""))
            audit.write(s, now(), me().id, "campaign.edit", f"campaign:{campaign_id}", quota="added")
    except Refusal as refusal:
        told = " ".join([sentence(refusal), in_words(refusal.detail.get("reason", ""))]).strip()
        if not _may_look(campaign_id):
            raise
        return _show(campaign_id, told, form), 409
    flash(_("The cell was added."), "success")
    return redirect(url_for("script.show_survey", campaign_id=campaign_id) + "#quotas")


def _may_look(campaign_id: int) -> bool:
    with reading() as s:
        return may(s, me(), "report.see", s.get_one(Campaign, campaign_id))


@blueprint.post("/campaigns/<int:campaign_id>/quotas/<int:quota_id>/remove")
@needs("campaign.edit", Campaign, "campaign_id")
def remove_quota(campaign_id: int, quota_id: int) -> Any:
    """A cell less; interviews stay."""
    with writing() as s:
        cell = s.get(SurveyQuota, quota_id)
        if cell is None or cell.campaign_id != campaign_id:
            raise NotThere
        s.delete(cell)
        audit.write(s, now(), me().id, "campaign.edit", f"campaign:{campaign_id}", quota="removed")
    return redirect(url_for("script.show_survey", campaign_id=campaign_id) + "#quotas")


@blueprint.get("/campaigns/<int:campaign_id>/answers/<any(csv, xlsx, sav, 'triple-s'):kind>")
@needs("answers.export", Campaign, "campaign_id", personal=True)
def export_answers(campaign_id: int, kind: str) -> Response:
    """The answers as a file. Raises BadInput where the format needs a package that is not installed."""
    with reading() as s:
        survey = cases.of_campaign(s, s.get_one(Campaign, campaign_id))
    if survey is None:
        raise NotThere
    return as_download(files.answers(survey, kind, chosen(), every=request.args.get("every") == "1"))


def as_download(file: files.File) -> Response:
    """A file to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{file.name}"'}
    return Response(file.content, mimetype=file.mime, headers=headers)
