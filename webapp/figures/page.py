"""Views: the figures of a project. The live part is fetched again while the period reaches until now."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.leads import terms
from dialer.people import may
from dialer.people.rights import people_of
from dialer.reports import period as periods
from dialer.reports import plan
from dialer.reports.project import project_figures
from webapp.data import reading
from webapp.figures.room import Wanted, blueprint, projects, wanted
from webapp.guards import needs
from webapp.identity import me

PERIODS = {
    "today": _l("today"),
    "yesterday": _l("yesterday"),
    "week": _l("this week"),
    "month": _l("this month"),
    "last_month": _l("last month"),
}
MEASURES = {
    "hours": _l("hours at work"),
    "worked": _l("contacts worked"),
    "talks": _l("talks"),
    "leads": _l("leads"),
    "accepted": _l("leads accepted"),
    "appointments": _l("appointments"),
    "won": _l("money won"),
}


@blueprint.get("/figures")
@needs("report.see")
def show() -> str:
    """The page."""
    return _page("figures/show.html")


@blueprint.get("/figures/live")
@needs("report.see")
def show_live() -> str:
    """The part that changes."""
    return _page("figures/figures.html")


def _page(template: str) -> str:
    with reading() as s:
        asked = wanted(s)
        if asked is None:
            return render_template("figures/none.html")
        return render_template(template, **_context(s, asked))


def _context(s: Session, asked: Wanted) -> dict[str, Any]:
    at, project = now(), asked.project
    named = people_of(s, me(), "report.people", project.id)
    return {
        "at": at,
        "asked": asked,
        "mine": projects(s),
        "periods": PERIODS,
        "measures": MEASURES,
        "seen": project_figures(s, project, asked.period, at, asked.people),
        "with_people": named is None or bool(named),
        "whole": asked.people is None,
        "plan": _against(s, asked) if asked.people is None else [],
        "may_plan": may(s, me(), "plan.edit", project),
        "is_live": asked.period.until_at > at,
    }


def _against(s: Session, asked: Wanted) -> list[plan.Against]:
    """The running month's plan against the running month, whatever period the page shows."""
    at = now()
    month = periods.named("month", at, asked.period.zone)
    targets = plan.targets(s, asked.project.id, month.first)
    if not targets:
        return []
    passed = plan.share_passed(month.first, at, terms.of(asked.project).hours)
    return plan.against(project_figures(s, asked.project, month, at), targets, passed)
