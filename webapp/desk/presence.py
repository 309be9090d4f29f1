"""Acts: begin to work, be ready, pause, leave; signs of life of the page and of its phone."""

from __future__ import annotations

from datetime import datetime

from flask import Response
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from dialer import clock
from dialer.desk import session
from dialer.errors import Refusal
from dialer.rules.words import OperatorState
from webapp.data import writing
from webapp.desk.room import act, blueprint, my_id
from webapp.guards import needs

Form = MultiDict[str, str]


@act("/desk/connect")
def connect(s: Session, now: datetime, form: Form) -> None:
    """Begin to work in a campaign."""
    if not form.get("campaign", "").isdigit():
        raise Refusal("not_a_member")
    session.connect(s, my_id(), int(form["campaign"]), now)
    session.seen(s, my_id(), now)


@act("/desk/ready")
def ready(s: Session, now: datetime, form: Form) -> None:
    """End the pause, or take back the wish for one."""
    session.ready(s, my_id(), now)


@act("/desk/pause")
def pause(s: Session, now: datetime, form: Form) -> None:
    """Pause with a reason; in a call, after its wrap-up."""
    session.pause(s, my_id(), form.get("reason", ""), now)


@act("/desk/leave")
def leave(s: Session, now: datetime, form: Form) -> None:
    """Stop working."""
    session.leave(s, my_id(), now)


@blueprint.post("/desk/seen")
@needs("desk.use")
def seen() -> Response:
    """The page is alive."""
    with writing() as s:
        session.seen(s, my_id(), clock.now())
    return Response(status=204)


@blueprint.post("/desk/phone-up")
@needs("desk.use")
def phone_up() -> Response:
    """The browser phone has registered (again): have it rung if it should be in its room."""
    with writing() as s:
        if session.get(s, my_id(), clock.now()).state is not OperatorState.OFFLINE:
            session.reconnect_phone(s, my_id(), clock.now())
    return Response(status=204)
