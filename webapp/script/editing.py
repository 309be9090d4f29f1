"""Views: a new script, the editor, and what the editor asks as one types: save, check, rehearse."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import FileField, RadioField, SelectField, StringField
from wtforms.validators import DataRequired, Length

from dialer.clock import now
from dialer.errors import BadInput, Refusal
from dialer.people import audit, may
from dialer.scripting import checking, comments, drafts, rehearsal, starting, versions
from dialer.store.projects import Project
from dialer.store.scripts import CallScript, ScriptVersion
from webapp.choices import options
from webapp.data import database, reading, writing
from webapp.guards import check as check_right
from webapp.guards import large, needs
from webapp.identity import me
from webapp.language import chosen, zone
from webapp.layout.filters import clock
from webapp.problems import sentence
from webapp.script.room import blueprint, body, rights, said, text_of, whole_number
from webapp.script.rule_words import rule_title
from webapp.told import in_words, of_error

MOST_BYTES = 8 * 1024 * 1024
"""A script of a million characters in JSON, or a questionnaire."""
BEGINNINGS = {
    "outline": _l("A short outline to fill in"),
    "library": _l("A finished script of the library"),
    "questionnaire": _l("A questionnaire (XLSForm, .xlsx)"),
}
FINISHED = {
    "appointment": _l("Appointment setting"),
    "event_invitation": _l("Event invitation"),
    "lead_generation": _l("Lead generation by BANT"),
    "reactivation": _l("Re-activation of a base"),
    "second_line_closing": _l("Second-line closing"),
    "telephone_survey": _l("Telephone survey"),
}


class NewForm(FlaskForm):
    """What a new script is called, where it belongs and what it begins with."""

    project_id = SelectField(_l("Project"), coerce=int)
    name = StringField(_l("Title"), [DataRequired(), Length(max=120)], filters=[lambda v: v.strip() if v else v])
    begin = RadioField(_l("Begin with"), choices=options(BEGINNINGS.items()), default="outline")
    finished = SelectField(_l("Script of the library"))
    file = FileField(_l("Questionnaire"))


@blueprint.route("/scripts/new", methods=["GET", "POST"])
@needs("script.publish")
@large(MOST_BYTES)
def new() -> Any:
    """A new script, which nobody has published yet."""
    form = NewForm()
    with reading() as s:
        every = s.scalars(select(Project).order_by(Project.name)).all()
        form.project_id.choices = options((p.id, p.name) for p in every if may(s, me(), "script.publish", p))
    form.finished.choices = options((name, FINISHED.get(name, name)) for name in starting.library())
    if form.validate_on_submit():
        try:
            return redirect(url_for("script.edit", script_id=_create(form)))
        except BadInput as fault:
            form.file.errors = [of_error(fault)]
        except Refusal as refusal:
            if refusal.code == "forbidden":
                raise
            form.name.errors = [sentence(refusal)]
    return render_template("script/new.html", form=form), 400 if form.errors else 200


def _create(form: NewForm) -> int:
    with reading() as s:
        project = s.get_one(Project, form.project_id.data)
    check_right(database(), "script.publish", project)
    text, notes = _beginning(form)
    with writing() as s:
        made = drafts.create(s, project.id, form.name.data or "", text, me().id, now())
        audit.write(s, now(), me().id, "script.create", f"script:{made.id}")
    if notes:
        flash(_("Left out of the questionnaire: %(what)s", what="; ".join(in_words(note) for note in notes)), "warning")
    return made.id


def _beginning(form: NewForm) -> tuple[str, list[str]]:
    if form.begin.data == "library":
        return starting.from_library(form.finished.data or ""), []
    if form.begin.data == "questionnaire":
        file = request.files.get("file")
        if file is None or not file.filename:
            raise BadInput(_("Choose a file first."))
        made = starting.from_questionnaire(file.read(), file.filename)
        return made.text, made.notes
    return starting.OUTLINE, []


@blueprint.get("/scripts/<int:script_id>")
@needs("script.comment", CallScript, "script_id")
def edit(script_id: int) -> str:
    """The editor; for who may not edit, the draft to read and to comment on."""
    with reading() as s:
        script = s.get_one(CallScript, script_id)
        project = s.get_one(Project, script.project_id)
        published = s.get(ScriptVersion, script.published_id) if script.published_id else None
        same = versions.is_published(s, script)
        told = comments.of_script(s, script)
    return render_template(
        "script/edit.html", script=script, project=project, published=published, same=same, comments=told,
        can_do=rights(script),
    )  # fmt: skip


@blueprint.post("/scripts/<int:script_id>/draft")
@needs("script.edit", CallScript, "script_id")
@large(MOST_BYTES)
def save(script_id: int) -> Response:
    """Keep the text; the new revision, or 409 with who was faster."""
    given = body()
    try:
        with writing() as s:
            revision = whole_number(given.get("revision"))
            script = drafts.save(s, script_id, text_of(given, "text"), revision, me().id, now())
            same = versions.is_published(s, script)
    except Refusal as refusal:
        return (
            _stale(refusal) if refusal.code == "draft_stale" else said(409, code=refusal.code, error=sentence(refusal))
        )
    return said(200, revision=script.revision, at=clock(script.updated_at), same=same)


def _stale(refusal: Refusal) -> Response:
    told = _(
        "%(who)s saved this draft at %(at)s, after you opened it. Your text is not lost: choose which one to keep.",
        who=refusal.detail["by"] or _("Somebody else"),
        at=clock(refusal.detail["at"]),
    )
    return said(409, code="draft_stale", error=told, revision=refusal.detail["revision"])


@blueprint.post("/scripts/<int:script_id>/check")
@needs("script.comment", CallScript, "script_id")
@large(MOST_BYTES)
def check(script_id: int) -> Response:
    """What is wrong with a text, where its steps stand, and its drawing."""
    found = checking.check(drafts.clean(text_of(body(), "text")), chosen())
    problems = [asdict_of(problem) for problem in found.problems]
    return said(200, problems=problems, steps=list(found.steps), drawing=found.drawing, errors=found.errors)


def asdict_of(problem: Any) -> dict[str, Any]:
    """A finding for the browser, with its sentence and its rule in the person's language."""
    return asdict(problem) | {"message": in_words(problem.message), "title": rule_title(problem.code)}


@blueprint.post("/scripts/<int:script_id>/rehearse")
@needs("script.comment", CallScript, "script_id")
@large(MOST_BYTES)
def rehearse(script_id: int) -> Response:
    """Play the text as it is being written: the screen after the moves, as a part of the page."""
    given = body()
    moves = given.get("moves")
    contact = given.get("contact")
    with reading() as s:
        project = s.get_one(Project, s.get_one(CallScript, script_id).project_id)
    played = rehearsal.play(
        text_of(given, "text"),
        [move for move in moves if isinstance(move, dict)] if isinstance(moves, list) else [],
        language=str(given.get("language") or chosen()),
        now=now(),
        contact=contact if isinstance(contact, dict) else {},
        project={"name": project.name, "client": project.client, **project.facts},
        operator=me().name,
        zone=zone(),
        seed=str(given.get("seed") or "preview"),
        node=str(given["node"]) if given.get("node") else None,
    )
    html = render_template("script/rehearsal.html", step=played.screen, errors=played.errors, refused=played.refused)
    return said(200, html=html, kept=played.kept, node=played.screen.node, language=played.screen.language)
