"""The desk's blueprint, and the frame of its acts: one transaction, then the page's body as it is now.

A refusal changes nothing: its sentence travels in a header and is shown as one line, and the body shows the truth.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import format_datetime, gettext
from sqlalchemy.orm import Session

from dialer import clock
from dialer.errors import Refusal
from webapp.data import reading, writing
from webapp.desk import snapshot
from webapp.guards import needs
from webapp.identity import me
from webapp.language import chosen, midnight
from webapp.problems import sentence
from webapp.words import rule_label

blueprint = Blueprint("desk", __name__, template_folder="templates")
SAID = "X-Desk-Said"
TONE = "X-Desk-Tone"
log = logging.getLogger(__name__)

Act = Callable[..., str | None]


def body(status: int = 200, said: str = "", tone: str = "good", shown: tuple[str, str] | None = None) -> Response:
    """The page's body with, if there is something to say, one line for the person; ``shown``: see ``snapshot.take``."""
    now = clock.now()
    with reading() as s:
        desk = snapshot.take(s, me(), now, chosen(), midnight(), shown)
        response = make_response(render_template("desk/body.html", desk=desk), status)
    if said:
        response.headers[SAID] = quote(said)
        response.headers[TONE] = tone
    return response


def act(rule: str, *, of_script: bool = False) -> Callable[[Act], Callable[..., Response]]:
    """A POST of the desk. The view gets (session, now, form) and the rule's arguments; it may return a line to say.

    ``of_script``: it changes neither bar nor contact, so a page that shows this call in this state keeps its own.
    """

    def mark(view: Act) -> Callable[..., Response]:
        @blueprint.post(rule)
        @needs("desk.use")
        @wraps(view)
        def run(**arguments: Any) -> Response:
            try:
                with writing() as s:
                    said = view(s, clock.now(), request.form, **arguments)
            except Refusal as refusal:
                log.info("desk: refused", extra={"act": view.__name__, "code": refusal.code})
                return body(409, refused_text(refusal), "bad")
            return body(said=said or "", shown=_shown(request.form) if of_script else None)

        return run

    return mark


def _shown(form: Any) -> tuple[str, str] | None:
    """(attempt, state) of the page that asked, if it says so."""
    return (form["attempt"], form["state"]) if form.get("attempt") and form.get("state") else None


def refused_text(refusal: Refusal) -> str:
    """What to tell the person; scripts bring their own sentences in both languages, and name the questions meant."""
    texts = refusal.detail.get("texts")
    if not texts:
        return _rule_text(refusal) if refusal.detail.get("rule") else sentence(refusal)
    said = str(texts.get(chosen()) or texts["en"])
    labels = refusal.detail.get("labels") or {}
    meant = [str(label.get(chosen()) or next(iter(label.values()))) for label in labels.values()]
    return f"{said.rstrip('.')}: {', '.join(meant)}." if meant else said


def _rule_text(refusal: Refusal) -> str:
    """A rule of calling said no: which one, and when the call may be made (P6)."""
    said = gettext("Not dialled: %(rule)s.", rule=rule_label(refusal.detail["rule"]))
    next_at = refusal.detail.get("next_at")
    return (
        f"{said} {gettext('Possible from %(time)s.', time=format_datetime(next_at, 'd MMM, HH:mm'))}"
        if next_at
        else said
    )


def my_id() -> int:
    """The id of the person at the browser."""
    return me().id


__all__ = ["Session", "act", "blueprint", "body", "my_id"]
