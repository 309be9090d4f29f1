"""Views: the teams of a project, who leads them and who is in them."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dialer.clock import now
from dialer.errors import BadInput
from dialer.people import audit
from dialer.people import teams as house
from dialer.rules.words import Duty
from dialer.store.people import Team
from dialer.store.projects import Project
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.manager.room import blueprint


@blueprint.get("/projects/<int:project_id>/teams")
@needs("project.edit", Project, "project_id")
def teams(project_id: int) -> str:
    """Every team, each a form of its own, and one for a new team."""
    return _page(project_id)


@blueprint.post("/projects/<int:project_id>/teams")
@needs("project.edit", Project, "project_id")
def make_team(project_id: int) -> Any:
    """A new team."""
    name = request.form.get("name", "")
    try:
        with writing() as s:
            made = house.make(s, project_id, name)
            audit.write(s, now(), me().id, "project.edit", f"project:{project_id}", team=made.id)
    except BadInput:
        return _page(project_id, _problem(), name), 400
    flash(_("The team was made. Next: who leads it, and who is in it."), "success")
    return redirect(url_for("manager.teams", project_id=project_id))


@blueprint.post("/teams/<int:team_id>")
@needs("project.edit", Team, "team_id")
def change_team(team_id: int) -> Any:
    """Its name and people."""
    chosen = {name: set(request.form.getlist(name, type=int)) for name in ("lead", "member")}
    with reading() as s:
        project_id = s.get_one(Team, team_id).project_id
    try:
        with writing() as s:
            team = s.get_one(Team, team_id)
            house.change(s, team, request.form.get("name", ""), chosen["lead"], chosen["member"])
            audit.write(s, now(), me().id, "project.edit", f"project:{project_id}", team=team_id)
    except BadInput:
        return _page(project_id, _problem()), 400
    flash(_("Saved."), "success")
    return redirect(url_for("manager.teams", project_id=project_id))


@blueprint.post("/teams/<int:team_id>/remove")
@needs("project.edit", Team, "team_id")
def remove_team(team_id: int) -> Any:
    """Dissolve it; its people stay."""
    with writing() as s:
        team = s.get_one(Team, team_id)
        project_id = team.project_id
        house.remove(s, team)
        audit.write(s, now(), me().id, "project.edit", f"project:{project_id}", team=team_id, removed=True)
    flash(_("The team is dissolved. Its people keep their duties."), "success")
    return redirect(url_for("manager.teams", project_id=project_id))


def _problem() -> str:
    return _("Nothing was saved: a team needs a name of its own, of at most 120 characters.")


def _page(project_id: int, problem: str = "", typed: str = "") -> str:
    with reading() as s:
        return render_template(
            "manager/teams.html",
            project=s.get_one(Project, project_id),
            teams=house.of_project(s, project_id),
            leads=house.able(s, project_id, Duty.GROUP_LEAD),
            members=house.able(s, project_id, *house.MEMBERS),
            problem=problem,
            typed=typed,
        )
