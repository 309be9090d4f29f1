"""Acts along the script. Every one names the attempt and the revision it was made from; typed words come along.

Answers arrive as ``q.FIELD`` (several for a multiple choice) with ``o.FIELD`` for the words of an open option.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, jsonify, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from dialer import clock
from dialer.desk import script_run
from dialer.desk.script_run import Moved
from dialer.errors import Refusal
from webapp.data import writing
from webapp.desk.presence import Form
from webapp.desk.room import act, blueprint, my_id, refused_text
from webapp.guards import needs
from webapp.language import chosen


def _at(form: Form) -> tuple[str, int, int]:
    revision = form.get("revision", "")
    return form.get("attempt", ""), my_id(), int(revision) if revision.isdigit() else -1


def values_of(form: Form) -> dict[str, Any]:
    """The raw answers of a form, by field."""
    found: dict[str, Any] = {}
    for name in form:
        if name.startswith("q."):
            field, given = name[2:], form.getlist(name)
            value: Any = [item for item in given if item] if f"multi.{field}" in form else given[-1]
            found[field] = {"value": value, "open": form[f"o.{field}"]} if f"o.{field}" in form else value
    return found


@blueprint.post("/desk/script/answer")
@needs("desk.use")
def answer() -> Response:
    """Take answers as they are given: JSON with the new revision and, by field, what is wrong."""
    now = clock.now()
    try:
        with writing() as s:
            moved = script_run.answer(s, *_at(request.form), values_of(request.form), now)
    except Refusal as refusal:
        return _json(409, error=refusal.code, said=refused_text(refusal))
    errors = {field: texts.get(chosen()) or texts["en"] for field, texts in moved.errors.items()}
    return _json(200, revision=moved.revision, errors=errors)


@blueprint.post("/desk/script/draft")
@needs("desk.use")
def draft() -> Response:
    """Keep typed words that are not yet answers."""
    try:
        with writing() as s:
            script_run.save_draft(s, request.form.get("attempt", ""), my_id(), values_of(request.form), clock.now())
    except Refusal as refusal:
        return _json(409, error=refusal.code, said=refused_text(refusal))
    return _json(200)


def _json(status: int, **content: Any) -> Response:
    response = jsonify(content)
    response.status_code = status
    return response


@act("/desk/script/choose", of_script=True)
def choose(s: Session, now: datetime, form: Form) -> str | None:
    """Press an answer button, with all that the step's form holds."""
    moved = script_run.choose(s, *_at(form), form.get("code", ""), now, values_of(form))
    return _errors_text(moved)


def _errors_text(moved: Moved) -> str | None:
    texts = [str(t.get(chosen()) or t["en"]) for t in moved.errors.values()]
    return " ".join(texts) or None


@act("/desk/script/objection", of_script=True)
def objection(s: Session, now: datetime, form: Form) -> None:
    """Answer an objection."""
    script_run.objection(s, *_at(form), form.get("node", ""), now)


@act("/desk/script/back", of_script=True)
def back(s: Session, now: datetime, form: Form) -> None:
    """One step back."""
    script_run.back(s, *_at(form), now)


@act("/desk/script/jump", of_script=True)
def jump(s: Session, now: datetime, form: Form) -> None:
    """To a step that was visited."""
    script_run.jump(s, *_at(form), form.get("node", ""), now)


@act("/desk/script/no-such-answer", of_script=True)
def no_such_answer(s: Session, now: datetime, form: Form) -> str:
    """Tell the author what has no button."""
    script_run.no_such_answer(s, *_at(form), form.get("text", ""), now)
    return gettext("Noted for the author of the script.")


@act("/desk/script/end", of_script=True)
def end(s: Session, now: datetime, form: Form) -> None:
    """Leave the script: call back, stop calling, hung up."""
    script_run.end(s, *_at(form), form.get("how", ""), now)


@act("/desk/script/language", of_script=True)
def language(s: Session, now: datetime, form: Form) -> None:
    """Say the script in another language from here on."""
    script_run.set_language(s, form.get("attempt", ""), my_id(), form.get("language", ""), now)
