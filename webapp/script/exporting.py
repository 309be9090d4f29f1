"""Views: the draft as a file: its text, its questionnaire, its codebook."""

from __future__ import annotations

from flask import Response

from dialer.errors import BadInput
from dialer.scripting import files
from dialer.store.scripts import CallScript
from scripts import ScriptError, parse_text
from scripts.model import Script
from webapp.data import reading
from webapp.guards import needs
from webapp.language import chosen
from webapp.script.room import blueprint
from webapp.script.survey import as_download


def _draft(script_id: int) -> Script:
    with reading() as s:
        text = s.get_one(CallScript, script_id).draft
    try:
        return parse_text(text)
    except ScriptError as fault:
        raise BadInput(fault.placed) from None


@blueprint.get("/scripts/<int:script_id>/text")
@needs("script.comment", CallScript, "script_id")
def export_text(script_id: int) -> Response:
    """The draft as it is, a ``.call`` file."""
    with reading() as s:
        script = s.get_one(CallScript, script_id)
    return as_download(files.File(f"script-{script_id}.call", script.draft.encode(), "text/plain"))


@blueprint.get("/scripts/<int:script_id>/questionnaire")
@needs("script.comment", CallScript, "script_id")
def export_questionnaire(script_id: int) -> Response:
    """The draft as an XLSForm. Raises BadInput if it cannot be read."""
    return as_download(files.questionnaire(_draft(script_id)))


@blueprint.get("/scripts/<int:script_id>/codebook/<any(csv, xlsx):kind>")
@needs("script.comment", CallScript, "script_id")
def export_codebook(script_id: int, kind: str) -> Response:
    """What each column of an export means. Raises BadInput if the draft cannot be read."""
    return as_download(files.codebook_file(_draft(script_id), kind, chosen()))
