"""The blueprint of the script pages, and what several of its modules need."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, jsonify, request

from dialer.errors import BadInput
from dialer.people import may
from dialer.store.scripts import CallScript
from webapp.data import reading
from webapp.identity import me
from webapp.script.place_words import change_place, kind_label
from webapp.script.rule_words import rule_title
from webapp.told import in_words

blueprint = Blueprint("script", __name__, template_folder="templates")
blueprint.add_app_template_filter(change_place, "change_place")
blueprint.add_app_template_filter(kind_label, "change_kind")
blueprint.add_app_template_filter(rule_title, "lint_rule")
blueprint.add_app_template_filter(in_words, "in_words")


def body() -> dict[str, Any]:
    """The request's JSON object. Raises BadInput for anything else."""
    given = request.get_json(silent=True)
    if not isinstance(given, dict):
        raise BadInput("The request holds no JSON object.")
    return given


def text_of(given: dict[str, Any], name: str) -> str:
    """A text of a JSON object. Raises BadInput."""
    value = given.get(name)
    if not isinstance(value, str):
        raise BadInput(f"The request holds no text named {name}.")
    return value


def whole_number(value: object) -> int:
    """A whole number of a form or JSON object; -1 for what is none: no row and no revision has it."""
    text = str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def said(status: int, **content: Any) -> Response:
    """A JSON answer."""
    response = jsonify(content)
    response.status_code = status
    return response


def rights(script: CallScript) -> dict[str, bool]:
    """What the person may do with a script."""
    with reading() as s:
        return {
            name: may(s, me(), action, script)
            for name, action in (
                ("edit", "script.edit"), ("publish", "script.publish"), ("comment", "script.comment"),
                ("see", "script.see"), ("report", "report.see"),
            )
        }  # fmt: skip
