"""Views: scripts of the projects one may see; a version to read, print, compare and publish again."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from dialer.clock import now
from dialer.people import audit, may
from dialer.people import projects as projects_of
from dialer.scripting import versions
from dialer.store.projects import Project
from dialer.store.scripts import CallScript, ScriptComment, ScriptVersion
from scripts import parse_text
from scripts.graph import svg
from scripts.paper import on_paper
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.language import chosen
from webapp.script.room import blueprint, rights


@blueprint.get("/scripts")
@needs("script.see")
def index() -> str:
    """Every script one may see, with its published version and its open comments."""
    still_open = (
        select(func.count())
        .where(ScriptComment.script_id == CallScript.id, ScriptComment.settled_at.is_(None))
        .scalar_subquery()
    )
    query = (
        select(CallScript, Project.name, ScriptVersion, still_open)
        .join(Project, Project.id == CallScript.project_id)
        .outerjoin(ScriptVersion, ScriptVersion.id == CallScript.published_id)
        .order_by(Project.name, CallScript.name)
    )
    mine = projects_of(me(), "script.see")
    if mine is not None:
        query = query.where(CallScript.project_id.in_(mine))
    with reading() as s:
        rows = [
            {
                "script": script, "project": name, "version": version, "comments": comments,
                "opens": may(s, me(), "script.comment", script), "same": versions.is_published(s, script),
            }
            for script, name, version, comments in s.execute(query)
        ]  # fmt: skip
        may_make = may(s, me(), "script.publish")
    return render_template("script/index.html", rows=rows, may_make=may_make)


@blueprint.get("/scripts/versions/<int:version_id>")
@needs("script.see", ScriptVersion, "version_id")
def version(version_id: int) -> str:
    """A published version, step by step."""
    with reading() as s:
        row = s.get_one(ScriptVersion, version_id)
        script = s.get_one(CallScript, row.script_id)
        history = versions.history(s, script.id)
    parsed = parse_text(row.text)
    drawing = svg(parsed, language=chosen(), href=lambda node: f"#step-{node}", embedded=True)
    return render_template(
        "script/version.html",
        script=script, version=row, history=history, parsed=parsed, drawing=drawing, can_do=rights(script),
        published_by=next((one.by for one in history if one.version.id == row.id), ""),
    )  # fmt: skip


@blueprint.get("/scripts/versions/<int:version_id>/print")
@needs("script.see", ScriptVersion, "version_id")
def printable(version_id: int) -> str:
    """The whole script on paper, for the day when the network is gone."""
    with reading() as s:
        row = s.get_one(ScriptVersion, version_id)
        script = s.get_one(CallScript, row.script_id)
        project = s.get_one(Project, script.project_id)
    parsed = parse_text(row.text)
    spoken = on_paper(parsed, chosen(), {"client": project.client, **project.facts})
    return render_template("script/print.html", script=script, version=row, parsed=parsed, spoken=spoken)


@blueprint.get("/scripts/versions/<int:version_id>/changes")
@needs("script.see", ScriptVersion, "version_id")
def changes(version_id: int) -> str:
    """What a version changed against the one before, or ``?since=NUMBER``."""
    with reading() as s:
        row = s.get_one(ScriptVersion, version_id)
        script = s.get_one(CallScript, row.script_id)
        history = versions.history(s, script.id)
    wanted = request.args.get("since", type=int) or row.number - 1
    older = next((one.version for one in history if one.version.number == wanted), None)
    found = versions.changes(older.text, row.text) if older else None
    return render_template(
        "script/changes.html", script=script, version=row, older=older, history=history, changes=found
    )


@blueprint.post("/scripts/versions/<int:version_id>/restore")
@needs("script.publish", ScriptVersion, "version_id")
def restore(version_id: int) -> Any:
    """Publish an older text again."""
    with writing() as s:
        made = versions.restore(s, version_id, me().id, now(), request.form.get("note", "").strip())
        audit.write(s, now(), me().id, "script.publish", f"script:{made.script_id}", version=made.number)
    flash(_("Version %(n)s is published. Calls that begin from now on follow it.", n=made.number), "success")
    return redirect(url_for("script.version", version_id=made.id))
