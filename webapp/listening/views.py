"""Views: the live calls one may hear, and what one asks the engine about them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.people import audit, may
from dialer.providers.base import Voice
from dialer.rules.words import AttemptState
from dialer.store.calls import IS_OPEN, Attempt
from dialer.store.desk import Listening
from dialer.store.outbox import ask_engine
from dialer.store.people import User
from dialer.store.projects import Campaign
from webapp.data import reading, writing
from webapp.desk.phone import account
from webapp.guards import needs
from webapp.identity import me

blueprint = Blueprint("listening", __name__, template_folder="templates")


@blueprint.get("/live-calls")
@needs("call.listen")
def index() -> str:
    """The page."""
    return render_template("listening/index.html", **_context())


@blueprint.get("/live-calls/now")
@needs("call.listen")
def live() -> str:
    """The part that changes."""
    return render_template("listening/live.html", **_context())


@blueprint.get("/live-calls/phone.json")
@needs("call.listen")
def phone() -> Response:
    """What the page needs to be this person's phone."""
    return jsonify({**account(me()), "token_url": url_for("twilio.listener_token")})


def _context() -> dict[str, Any]:
    with reading() as s:
        rows = _calls(s)
        mine = s.get(Listening, me().id)
    current = next((row for row in rows if mine and row.attempt.id == mine.attempt_id), None)
    return {"rows": rows, "mine": mine, "current": current, "voices": list(Voice)}


def _calls(s: Session) -> list[SimpleNamespace]:
    """Calls in which somebody of ours talks, longest first; whose they are decides who may hear them."""
    query = (
        select(Attempt, User, Campaign)
        .join(User, User.id == Attempt.operator_id)
        .join(Campaign, Campaign.id == Attempt.campaign_id)
        .where(Attempt.state == AttemptState.CONNECTED, IS_OPEN, Attempt.operator_id != me().id)
        .order_by(Attempt.connected_at)
    )
    found = s.execute(query).all()
    return [SimpleNamespace(attempt=a, operator=u, campaign=c) for a, u, c in found if may(s, me(), "call.listen", a)]


@blueprint.post("/live-calls/<attempt_id>/listen")
@needs("call.listen", Attempt, "attempt_id")
def listen(attempt_id: str) -> Any:
    """Ring my phone into the call, unheard."""
    with writing() as s:
        audit.write(s, now(), me().id, "call.listen", f"attempt:{attempt_id}")
        ask_engine(s, now(), "listen.start", me().id, attempt=attempt_id)
    return redirect(url_for("listening.index"))


@blueprint.post("/live-calls/voice")
@needs("call.listen")
def voice() -> Any:
    """Who hears me now."""
    with writing() as s:
        mine = s.get(Listening, me().id)
        if mine is not None and request.form.get("voice") in set(Voice):
            audit.write(s, now(), me().id, "call.listen", f"attempt:{mine.attempt_id}", voice=request.form["voice"])
            ask_engine(s, now(), "listen.voice", me().id, voice=request.form["voice"])
    return redirect(url_for("listening.index"))


@blueprint.post("/live-calls/leave")
@needs("call.listen")
def leave() -> Any:
    """Hang my phone up."""
    with writing() as s:
        ask_engine(s, now(), "listen.stop", me().id)
    return redirect(url_for("listening.index"))
