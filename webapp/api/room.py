"""The frame of every API call.

::

    @call("POST", "/session/pause", takes=PauseIn, gives=SessionOut, tag="session")
    def pause(ask: Ask, body: PauseIn) -> SessionOut: ...

Who asks is known by the bearer token before anything is read; the whole call is one transaction; a refusal is
``{"error": code, "message": sentence}``. A call that creates something may carry an ``Idempotency-Key``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from pydantic import BaseModel
from spectree import Response as Answers
from spectree import SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from sqlalchemy.orm import Session

from dialer import clock
from dialer.desk import session
from dialer.errors import BadInput, Refusal
from dialer.people import audit, authorize, tokens
from dialer.store.people import User
from webapp.api import repeats
from webapp.data import writing
from webapp.desk.room import refused_text
from webapp.guards import public
from webapp.problems import NotThere
from webapp.security import csrf

STATUS = {"forbidden": 403, "no_token": 401}
NOT_THERE = frozenset({"no_such_contact", "no_such_callback", "no_call", "handoff_gone", "no_such_appointment"})
log = logging.getLogger(__name__)

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")
csrf.exempt(blueprint)


class Problem(BaseModel):
    """What every refusal looks like: a fixed word for programs, a sentence for people."""

    error: str
    message: str


@dataclass(frozen=True)
class Ask:
    """One call: the transaction it is, who asks, and when."""

    s: Session
    user: User
    now: datetime

    def needs(self, action: str, row: Any = None) -> None:
        """Raises Refusal ``forbidden``."""
        authorize(self.s, self.user, action, row)


def _refuse_bad_shape(request_: Any, response: Any, error: Any, *_: Any) -> None:
    if error is None:
        return
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    response.data = Problem(error="bad_input", message=f"{where}: {first['msg']}".lstrip(": ")).model_dump_json()
    response.mimetype = "application/json"


spec = SpecTree(
    "flask",
    mode="strict",
    title="Warmline",
    version="1",
    description="Outbound dialer: sessions, calls, scripts, handoffs, contacts and campaigns.",
    annotations=False,
    before=_refuse_bad_shape,
    validation_error_model=Problem,
    security_schemes=[
        SecurityScheme(name="token", data=SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")),
    ],
    security={"token": []},
)


def call(
    method: str,
    rule: str,
    *,
    gives: Any,
    tag: str,
    takes: type[BaseModel] | None = None,
    asks: type[BaseModel] | None = None,
    creates: bool = False,
) -> Callable[[Callable[..., BaseModel]], Callable[..., BaseModel]]:
    """Register a call. ``takes`` is the JSON body, ``asks`` the query; ``creates`` answers 201 and honours repeats."""
    status = 201 if creates else 200
    answers = Answers(
        **{f"HTTP_{status}": gives}, HTTP_401=Problem, HTTP_403=Problem, HTTP_404=Problem, HTTP_409=Problem
    )

    def mark(view: Callable[..., BaseModel]) -> Callable[..., BaseModel]:
        @wraps(view)
        def run(**path: Any) -> Response:
            given = getattr(request, "context", None)
            if takes is not None:
                path["body"] = given.json if given else None
            if asks is not None:
                path["query"] = given.query if given else None
            return _answer(view, path, status)

        checked = spec.validate(json=takes, query=asks, resp=answers, tags=[tag], skip_validation=False)(run)
        blueprint.add_url_rule(rule, view.__name__, public(checked), methods=[method])
        return view

    return mark


def _answer(view: Callable[..., BaseModel], arguments: dict[str, Any], status: int) -> Response:
    key = request.headers.get("Idempotency-Key", "") if status == 201 else ""
    try:
        with writing() as s:
            now = clock.now()
            if key and (kept := repeats.find(s, g.asks.id, key, repeats.fingerprint(request))):
                return _json(kept.status, kept.body)
            made = view(Ask(s, g.asks, now), **arguments)
            session.seen(s, g.asks.id, now)  # whoever asks is there
            content = made.model_dump(mode="json")
            if key:
                repeats.keep(s, g.asks.id, key, repeats.fingerprint(request), status, content, now)
    except Refusal as refusal:
        if refusal.code == "forbidden":
            _note_denied()
        known = 404 if refusal.code in NOT_THERE else 409
        return _problem(STATUS.get(refusal.code, known), refusal.code, refused_text(refusal))
    return _json(status, content)


def _note_denied() -> None:
    with writing() as s:
        audit.write(s, clock.now(), g.asks.id, str(request.endpoint), request.path[:120], allowed=False)


def _json(status: int, content: Any) -> Response:
    response = jsonify(content)
    response.status_code = status
    return response


def _problem(status: int, code: str, message: str) -> Response:
    return _json(status, {"error": code, "message": message})


@blueprint.before_request
def _know_who() -> Response | None:
    """Find out whose token it is before anything else is looked at."""
    if request.endpoint == "api.openapi_json":
        return None
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer" and token:
        with writing() as s:
            g.asks = tokens.owner(s, token.strip(), clock.now())
    if getattr(g, "asks", None) is None:
        response = _problem(401, "no_token", "Send a valid token: Authorization: Bearer wl_…")
        response.headers["WWW-Authenticate"] = "Bearer"
        return response
    return None


@blueprint.errorhandler(BadInput)
def _bad(error: BadInput) -> Response:
    return _problem(400, "bad_input", str(error))


@blueprint.errorhandler(NotThere)
def _gone(error: NotThere) -> Response:
    return _problem(404, "not_there", "There is nothing of this id.")
