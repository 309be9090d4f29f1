"""Views: projects, made and changed."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from dialer.clock import now
from dialer.people import audit, may
from dialer.people import projects as projects_of
from dialer.store.projects import Campaign, Project
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.manager.forms import KINDS, ProjectForm
from webapp.manager.room import blueprint


@blueprint.get("/projects")
@needs("project.see")
def projects() -> str:
    """Every project one may see, with how many campaigns it has."""
    query = (
        select(Project, func.count(Campaign.id))
        .outerjoin(Campaign, Campaign.project_id == Project.id)
        .group_by(Project.id)
        .order_by(Project.name)
    )
    mine = projects_of(me(), "project.see")
    if mine is not None:
        query = query.where(Project.id.in_(mine))
    with reading() as s:
        rows = [(p, n, may(s, me(), "project.edit", p)) for p, n in s.execute(query)]
        may_create = may(s, me(), "project.create")
    return render_template("manager/projects.html", rows=rows, kinds=dict(KINDS), may_create=may_create)


@blueprint.route("/projects/new", methods=["GET", "POST"])
@needs("project.create")
def new_project() -> Any:
    """Make one."""
    form = ProjectForm()
    if form.validate_on_submit():
        project = Project(name="", client="", created_at=now())
        if _save(form, project):
            flash(_("The project was made. Next: a campaign for it."), "success")
            return redirect(url_for("manager.new_campaign", project_id=project.id))
    return render_template("manager/project_form.html", form=form, project=None), 400 if form.errors else 200


@blueprint.route("/projects/<int:project_id>/edit", methods=["GET", "POST"])
@needs("project.edit", Project, "project_id")
def edit_project(project_id: int) -> Any:
    """Change one."""
    with reading() as s:
        project = s.get_one(Project, project_id)
    form = ProjectForm(obj=project)
    if not form.is_submitted():
        form.facts.data = _facts_text(project.facts)
    if form.validate_on_submit() and _save(form, project):
        flash(_("Saved."), "success")
        return redirect(url_for("manager.projects"))
    return render_template("manager/project_form.html", form=form, project=project), 400 if form.errors else 200


def _facts_text(facts: dict[str, Any]) -> str:
    return "\n".join(f"{name}: {value}" for name, value in facts.items())


def _facts(text: str) -> dict[str, str | int | float]:
    """A script may reckon with what is written as a number."""
    pairs = (line.partition(":") for line in text.splitlines() if line.strip())
    return {name.strip(): _number(value.strip()) for name, _colon, value in pairs}


def _number(text: str) -> str | int | float:
    if not re.fullmatch(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,9})?", text):
        return text
    return float(text) if "." in text else int(text)


def _save(form: ProjectForm, project: Project) -> bool:
    """Write the form into the project; False, with the error at the field, if the name is taken."""
    try:
        with writing() as s:
            project = s.merge(project) if project.id else project
            for name in ("name", "client", "kind", "country", "qualification"):
                setattr(project, name, form[name].data)
            project.facts = _facts(form.facts.data or "")
            s.add(project)
            s.flush()
            audit.write(s, now(), me().id, "project.edit", f"project:{project.id}")
    except IntegrityError:
        form.name.errors = [*form.name.errors, _("There is already a project of this name.")]
        return False
    return True
