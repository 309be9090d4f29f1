"""Views: how strict a lead is judged, how fast it cools, when closers work, which duties go together."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from dialer.clock import now
from dialer.errors import BadInput
from dialer.leads import qualification
from dialer.leads import terms as agreed
from dialer.people import audit, may, organisations
from dialer.rules.funnel import OPTIONAL
from dialer.store.projects import Project
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.leads.room import blueprint
from webapp.manager.forms import DAYS

LEVELS = {
    "flexible": _l("Flexible"),
    "standard": _l("Standard"),
    "strict": _l("Strict"),
    "open": _l("Open: everything goes over"),
    "own": _l("The project's own"),
}
ORGANISATIONS = {
    "call_centre": (_l("Call centre"), _l("Every duty is a person's own.")),
    "remote_sales": (
        _l("Remote sales department"),
        _l("The group lead also supervises, writes scripts and prepares lists."),
    ),
}
CONFIRMED_BY = {
    "operator": _l("Who booked it, after ten minutes anyone"),
    "team": _l("Their team, after ten minutes anyone"),
    "anyone": _l("Anyone"),
}
"""Whose the call before an appointment is."""
WORK = {"hot_days": "cooling", "warm_days": "cooling", "zone": "hours", "from": "hours", "to": "hours"}


@blueprint.route("/projects/<int:project_id>/terms", methods=["GET", "POST"])
@needs("project.edit", Project, "project_id")
def terms(project_id: int) -> Any:
    """The terms of one project, with what each level would make of its base."""
    problem = ""
    if request.method == "POST":
        try:
            _save(project_id)
            flash(_("Saved. Every contact is judged anew by these terms."), "success")
            return redirect(url_for("leads.terms", project_id=project_id))
        except BadInput:
            problem = _(
                "Nothing was saved yet: look at gates (0 to 3), days, hours, seconds (5 to 120), callbacks (1 to 10)."
            )
    return _page(project_id, problem), 400 if problem else 200


def _page(project_id: int, problem: str) -> str:
    with reading() as s:
        project = s.get_one(Project, project_id)
        used = agreed.of(project)
        counts = {}
        for level in LEVELS:
            held = used if level == project.qualification else agreed.read(level, project.second_line or {})
            counts[level] = (held, qualification.count(qualification.base(s, project, now(), held)))
        return render_template(
            "leads/terms.html",
            project=project,
            used=used,
            own=agreed.read("own", project.second_line or {}),
            counts=counts,
            levels=LEVELS,
            organisations=ORGANISATIONS,
            optional=sorted(OPTIONAL),
            confirmed_by=CONFIRMED_BY,
            problem=problem,
            days=[(n, name) for n, (_code, name) in enumerate(DAYS, 1)],
            may_switch=may(s, me(), "project.organisation", project),
        )


def _save(project_id: int) -> None:
    form = request.form
    data: dict[str, Any] = {"cooling": {}, "hours": {}, "gates": {}}
    data["gates"] = {letter: _whole(form.get(f"gate_{letter}", "")) for letter in "BANT"}
    data["total"] = _whole(form.get("total", ""))
    for name, group in WORK.items():
        text = form.get(name, "").strip()
        data[group][name] = _whole(text) if group == "cooling" else text
    data["hours"]["days"] = [int(day) for day in form.getlist("day") if day.isdecimal()]
    data["left_out"] = [stage.value for stage in OPTIONAL if stage.value not in form.getlist("stage")]
    data |= {name: _whole(form.get(name, "")) for name in ("live_ring_s", "callbacks_each")}
    data["confirmation"] = form.get("confirmation", "")
    level = form.get("level", "")
    agreed.read(level, data)
    with writing() as s:
        project = s.get_one(Project, project_id)
        project.qualification, project.second_line = level, data
        audit.write(s, now(), me().id, "project.edit", f"project:{project_id}", level=level)


def _whole(text: str) -> int:
    """Raises BadInput."""
    if not text.strip().isdecimal():
        raise BadInput("A whole number is needed.")
    return int(text)


@blueprint.post("/projects/<int:project_id>/organisation")
@needs("project.organisation", Project, "project_id")
def organisation(project_id: int) -> Any:
    """Switch the project between the two ways to divide duties. Raises BadInput."""
    with writing() as s:
        project = s.get_one(Project, project_id)
        taken, brought = organisations.switch(s, project, request.form.get("organisation", ""), me().id, now())
    flash(_("Duties taken away: %(taken)s, brought along: %(brought)s.", taken=taken, brought=brought), "success")
    return redirect(url_for("leads.terms", project_id=project_id))
