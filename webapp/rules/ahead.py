"""Views: a campaign's rules, what contacts wait for in the week to come, what pacing does, a plan's calls."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

from flask import render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import profiles
from dialer.clock import now
from dialer.compliance import named_lists, rules_for
from dialer.compliance.retry_forecast import forecast
from dialer.compliance.shown import lines
from dialer.compliance.waiting import CALLBACK, FREE, RETRY, look
from dialer.errors import BadInput
from dialer.store.compliance import PacingWord
from dialer.store.projects import Campaign
from webapp.data import reading
from webapp.guards import needs
from webapp.language import chosen, zone_info
from webapp.rules.drawing import bars, stacked
from webapp.rules.pacing_words import said
from webapp.rules.room import blueprint
from webapp.words import rule_label

LABELS = {
    FREE: _l("May be called"),
    CALLBACK: _l("Promised callback, not due yet"),
    RETRY: _l("Next try is not due yet"),
    "other": _l("Another rule"),
    "no_number": _l("No usable number"),
}
MINUTES = 30
WORDS = 8
MOST_PER_HOUR = 100_000


def reason(why: str) -> str:
    """What holds contacts, for a person."""
    return str(LABELS[why]) if why in LABELS else rule_label(why)


@blueprint.get("/campaigns/<int:campaign_id>/waiting")
@needs("campaign.see", Campaign, "campaign_id")
def waiting(campaign_id: int) -> str:
    """A part of the campaign's page: the chart of the week."""
    with reading() as s:
        return render_template("rules/waiting.html", **_waiting(s, s.get_one(Campaign, campaign_id)))


def _waiting(s: Session, campaign: Campaign) -> dict[str, Any]:
    try:
        found = look(s, campaign, now())
    except BadInput as err:
        return {"campaign": campaign, "found": None, "problem": str(err)}
    order = found.rules()
    days: dict[Any, list[Any]] = {}
    for hour in found.hours[1:]:
        days.setdefault(hour.at.astimezone(zone_info()).date(), []).append(hour)
    table = [(day, [max(hour.counts.get(why, 0) for hour in hours) for why in order]) for day, hours in days.items()]
    marks = [n for n, hour in enumerate(found.hours[1:]) if hour.at.astimezone(zone_info()).hour == 0]
    return {
        "campaign": campaign,
        "found": found,
        "order": [(why, reason(why)) for why in order],
        "boxes": stacked([hour.counts for hour in found.hours[1:]], order),
        "count": len(found.hours) - 1,
        "marks": [(n, found.hours[n + 1].at) for n in marks],
        "table": table,
    }


@blueprint.get("/campaigns/<int:campaign_id>/pacing")
@needs("campaign.see", Campaign, "campaign_id")
def pacing(campaign_id: int) -> str:
    """A part of the campaign's page: what pacing decided last, and why."""
    at = now()
    with reading() as s:
        mine = select(PacingWord).where(PacingWord.campaign_id == campaign_id)
        recent = mine.where(PacingWord.at > at - timedelta(minutes=MINUTES)).order_by(PacingWord.id.desc())
        words = list(s.scalars(recent))
        campaign = s.get_one(Campaign, campaign_id)
    placed: Counter[int] = Counter()
    for word in words:
        placed[MINUTES - 1 - int((at - word.at).total_seconds() // 60)] += word.placed
    counts = [placed[minute] for minute in range(MINUTES)]
    return render_template(
        "rules/pacing.html", campaign=campaign, words=words[:WORDS], told=said, counts=counts, boxes=bars(counts),
        minutes=MINUTES,
    )  # fmt: skip


@blueprint.get("/campaigns/<int:campaign_id>/rules")
@needs("campaign.see", Campaign, "campaign_id")
def rules(campaign_id: int) -> Any:
    """Each value that holds and who asked for it; and the calls a day that a retry plan makes of the list."""
    with reading() as s:
        campaign = s.get_one(Campaign, campaign_id)
        context: dict[str, Any] = {"campaign": campaign, "project": campaign.project, "problem": "", "plan": None}
        try:
            merged = rules_for(campaign, campaign.project)
            context |= {"lines": lines(merged), "sources": [one for one in merged.sources if one.version]}
        except BadInput as err:
            context |= {"lines": [], "sources": [], "problem": str(err)}
        context |= {"copies": named_lists.newest(s, now()), "plans": _plans(), **_retries(s, campaign)}
    return render_template("rules/rules.html", **context)


def _plans() -> list[tuple[str, str]]:
    return [(name, plan.title[chosen()]) for name, plan in profiles.retry_plans().items()]


def _retries(s: Session, campaign: Campaign) -> dict[str, Any]:
    name = request.args.get("plan", "") or campaign.retry_plan
    try:
        per_hour = min(MOST_PER_HOUR, max(0, int(request.args.get("per_hour", "0") or 0)))
        found, source = forecast(s, campaign, now(), plan=name, per_hour=per_hour)
    except (BadInput, ValueError) as err:
        return {"retries": None, "retry_problem": str(err), "chosen_plan": name, "per_hour": 0}
    columns = [{"first": day.first, "again": day.again} for day in found.days]
    return {
        "retries": found,
        "retry_boxes": stacked(columns, ["first", "again"]),
        "shares": source,
        "chosen_plan": name,
        "per_hour": per_hour,
        "retry_problem": "",
    }
