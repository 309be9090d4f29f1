"""Views: comments of supervisors beside the draft. Each act answers with the list as it is then."""

from __future__ import annotations

from flask import render_template, request

from dialer.clock import now
from dialer.errors import Refusal
from dialer.scripting import comments
from dialer.store.scripts import CallScript, ScriptComment
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.problems import NotThere, sentence
from webapp.script.room import blueprint, whole_number


@blueprint.get("/scripts/<int:script_id>/comments")
@needs("script.comment", CallScript, "script_id")
def list_comments(script_id: int) -> str:
    """The comments."""
    return _list(script_id)


@blueprint.post("/scripts/<int:script_id>/comments")
@needs("script.comment", CallScript, "script_id")
def comment(script_id: int) -> tuple[str, int]:
    """Say something about a line, or about the whole script."""
    line = whole_number(request.form.get("line"))
    try:
        with writing() as s:
            text, node = request.form.get("text", ""), request.form.get("node", "")
            comments.add(s, script_id, text, me().id, now(), line if line > 0 else None, node)
    except Refusal as refusal:
        return _list(script_id, sentence(refusal)), 409
    return _list(script_id), 200


@blueprint.post("/scripts/<int:script_id>/comments/<int:comment_id>/settle")
@needs("script.comment", CallScript, "script_id")
def settle(script_id: int, comment_id: int) -> str:
    """Mark a comment as done."""
    with writing() as s:
        found = s.get(ScriptComment, comment_id)
        if found is None or found.script_id != script_id:
            raise NotThere
        comments.settle(s, found, me().id, now())
    return _list(script_id)


def _list(script_id: int, problem: str = "") -> str:
    with reading() as s:
        script = s.get_one(CallScript, script_id)
        told = comments.of_script(s, script)
    return render_template("script/comments.html", script=script, comments=told, problem=problem)
