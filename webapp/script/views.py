"""Views: scripts of the projects one may see; a version to read; a text to check and publish."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from dialer.campaigns import publishing
from dialer.clock import now
from dialer.people import audit, may
from dialer.people import projects as projects_of
from dialer.store.projects import Project
from dialer.store.scripts import CallScript, ScriptVersion
from scripts import parse_text
from scripts.lint import has_errors
from webapp.choices import options
from webapp.data import database, reading, writing
from webapp.guards import check, needs
from webapp.identity import me

blueprint = Blueprint("script", __name__, template_folder="templates")


class PublishForm(FlaskForm):
    """A script text, under a name, in a project."""

    project_id = SelectField(_l("Project"), coerce=int)
    name = StringField(_l("Title"), [DataRequired(), Length(max=120)], filters=[lambda v: v.strip() if v else v])
    note = StringField(_l("What is new"), [Length(max=300)])
    text = TextAreaField(_l("Text (.call)"), [DataRequired()], render_kw={"rows": 24, "spellcheck": "false"})


@blueprint.get("/scripts")
@needs("script.see")
def index() -> str:
    """Every script one may see, with its published version."""
    query = (
        select(CallScript, Project.name, ScriptVersion)
        .join(Project, Project.id == CallScript.project_id)
        .outerjoin(ScriptVersion, ScriptVersion.id == CallScript.published_id)
        .order_by(Project.name, CallScript.name)
    )
    mine = projects_of(me(), "script.see")
    if mine is not None:
        query = query.where(CallScript.project_id.in_(mine))
    with reading() as s:
        rows = [
            (script, name, version, may(s, me(), "script.publish", script))
            for script, name, version in s.execute(query)
        ]
        may_publish = may(s, me(), "script.publish")
    return render_template("script/index.html", rows=rows, may_publish=may_publish)


@blueprint.get("/scripts/versions/<int:version_id>")
@needs("script.see", ScriptVersion, "version_id")
def version(version_id: int) -> str:
    """A published version, step by step."""
    with reading() as s:
        row = s.get_one(ScriptVersion, version_id)
        script = s.get_one(CallScript, row.script_id)
        versions = list(
            s.scalars(
                select(ScriptVersion).where(ScriptVersion.script_id == script.id).order_by(ScriptVersion.number.desc())
            )
        )
    return render_template(
        "script/version.html", script=script, version=row, versions=versions, parsed=parse_text(row.text)
    )


@blueprint.route("/scripts/new", methods=["GET", "POST"])
@needs("script.publish")
def new() -> Any:
    """The first version of a new script."""
    return _serve(PublishForm(), None)


@blueprint.route("/scripts/<int:script_id>/publish", methods=["GET", "POST"])
@needs("script.publish", CallScript, "script_id")
def publish(script_id: int) -> Any:
    """A further version of a script that is there."""
    with reading() as s:
        script = s.get_one(CallScript, script_id)
    return _serve(PublishForm(obj=script, data={"text": script.draft}), script)


def _serve(form: PublishForm, script: CallScript | None) -> Any:
    with reading() as s:
        every = s.scalars(select(Project).order_by(Project.name)).all()
        form.project_id.choices = options((p.id, p.name) for p in every if may(s, me(), "script.publish", p))
    problems = []
    if form.validate_on_submit():
        problems = publishing.problems(form.text.data or "")
        if request.form.get("act") == "publish" and not has_errors(problems):
            made = _publish(form, script)
            if made is not None:
                flash(
                    _("Version %(n)s is published. Calls that begin from now on follow it.", n=made.number), "success"
                )
                return redirect(url_for("script.version", version_id=made.id))
        elif not problems:
            flash(_("Nothing is wrong with this text."), "success")
    status = 400 if form.errors or has_errors(problems) else 200
    return render_template("script/publish.html", form=form, script=script, problems=problems), status


def _publish(form: PublishForm, script: CallScript | None) -> ScriptVersion | None:
    """Store it; None, with the error at the field, if the name is taken."""
    if script is None:
        with reading() as s:
            project = s.get_one(Project, form.project_id.data)
        check(database(), "script.publish", project)
    try:
        with writing() as s:
            row = (
                s.get_one(CallScript, script.id)
                if script
                else CallScript(project_id=form.project_id.data, updated_at=now())
            )
            row.name = form.name.data or ""
            s.add(row)
            s.flush()
            made = publishing.publish(s, row, form.text.data or "", me().id, now(), form.note.data or "")
            audit.write(s, now(), me().id, "script.publish", f"script:{row.id}", version=made.number)
            return made
    except IntegrityError:
        form.name.errors = [*form.name.errors, _("There is already a script of this name in the project.")]
        return None
