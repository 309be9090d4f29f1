"""Views: what a project is to reach in a month."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dialer.clock import now
from dialer.errors import BadInput
from dialer.people import audit
from dialer.reports import plan as plans
from dialer.store.projects import Project
from webapp.data import reading, writing
from webapp.figures.page import MEASURES
from webapp.figures.room import blueprint
from webapp.guards import needs
from webapp.identity import me
from webapp.language import zone_info


@blueprint.route("/projects/<int:project_id>/plan", methods=["GET", "POST"])
@needs("plan.edit", Project, "project_id")
def plan(project_id: int) -> Any:
    """The plan of one month; ``?month=2026-03`` chooses another than the running one."""
    problem, typed = "", dict(request.form)
    if request.method == "POST":
        try:
            month = _save(project_id)
            flash(_("The plan is saved."), "success")
            return redirect(url_for("figures.plan", project_id=project_id, month=f"{month:%Y-%m}"))
        except BadInput:
            problem = _("Nothing was saved yet: a target is a whole number that is not below 0.")
    return _page(project_id, problem, typed), 400 if problem else 200


def _save(project_id: int) -> Any:
    """Raises BadInput."""
    month = plans.month_of(request.form.get("month", ""))
    given = {measure: _whole(request.form.get(measure, "")) for measure in plans.MEASURES}
    with writing() as s:
        plans.write(s, project_id, month, given)
        audit.write(s, now(), me().id, "plan.edit", f"project:{project_id}", month=f"{month:%Y-%m}")
    return month


def _whole(text: str) -> int:
    """An empty field plans nothing. Raises BadInput."""
    digits = "".join(text.replace("\u00a0", " ").split())
    if digits and not digits.isdecimal():
        raise BadInput("A target is a whole number.")
    return int(digits or 0)


def _page(project_id: int, problem: str, typed: dict[str, str]) -> str:
    today = now().astimezone(zone_info()).date().replace(day=1)
    try:
        month = plans.month_of(typed.get("month") or request.args.get("month") or f"{today:%Y-%m}")
    except BadInput:
        month = today
    with reading() as s:
        project = s.get_one(Project, project_id)
        targets = plans.targets(s, project_id, month)
        before = (month - timedelta(days=1)).replace(day=1)
        earlier = plans.targets(s, project_id, before)
    shown = typed if problem else targets
    return render_template(
        "figures/plan.html", project=project, month=month, before=before, targets=shown, earlier=earlier,
        following=(month + timedelta(days=31)).replace(day=1), measures=MEASURES, problem=problem,
    )  # fmt: skip
