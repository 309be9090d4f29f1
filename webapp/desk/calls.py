"""Acts on the call itself: asked of the engine, which answers through the outbox."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy.orm import Session

from dialer.desk import session
from dialer.errors import Refusal
from dialer.rules.words import AttemptState, OperatorState
from dialer.store.calls import Attempt
from dialer.store.desk import OperatorSession
from dialer.store.outbox import ask_engine
from webapp.desk.presence import Form
from webapp.desk.room import act, my_id

KEYS = re.compile(r"[0-9*#]{1,32}\Z")
SKIP_REASONS = ("wrong_person", "bad_time", "no_sense", "other")
"""Codes; the page translates them."""
PLAIN = {
    "hang-up": "call.hang_up",
    "hold": "call.hold",
    "resume": "call.resume",
    "mute": "call.mute",
    "unmute": "call.unmute",
}


def my_call(s: Session) -> tuple[OperatorSession, Attempt]:
    """This person's session and the attempt on their desk. Raises Refusal ``not_your_call``."""
    row = s.get(OperatorSession, my_id())
    attempt = s.get(Attempt, row.attempt_id) if row and row.attempt_id else None
    if row is None or attempt is None or my_id() not in (attempt.operator_id, attempt.closer_id):
        raise Refusal("not_your_call")
    return row, attempt


@act("/desk/call/<any('hang-up', hold, resume, mute, unmute):what>")
def control(s: Session, now: datetime, form: Form, what: str) -> None:
    """Hang up, hold, take back, mute, unmute."""
    _, attempt = my_call(s)
    if attempt.state in (AttemptState.ENDED, AttemptState.CLOSED):
        raise Refusal("call_over")
    ask_engine(s, now, PLAIN[what], my_id(), attempt=attempt.id)


@act("/desk/call/keys")
def keys(s: Session, now: datetime, form: Form) -> None:
    """Send digits to the far side."""
    _, attempt = my_call(s)
    if not KEYS.match(form.get("keys", "")):
        raise Refusal("bad_keys")
    ask_engine(s, now, "call.keys", my_id(), attempt=attempt.id, keys=form["keys"])


@act("/desk/call/dial")
def dial(s: Session, now: datetime, form: Form) -> None:
    """Dial the contact that is looked at."""
    ask_engine(s, now, "call.dial", my_id(), contact=_previewed(s, now))


@act("/desk/call/skip")
def skip(s: Session, now: datetime, form: Form) -> None:
    """Do not dial the contact that is looked at, for a reason."""
    if form.get("reason") not in SKIP_REASONS:
        raise Refusal("unknown_reason")
    ask_engine(s, now, "call.skip", my_id(), contact=_previewed(s, now), reason=form["reason"])


def _previewed(s: Session, now: datetime) -> int:
    if session.get(s, my_id(), now).state is not OperatorState.PREVIEWING:
        raise Refusal("not_now")
    return my_call(s)[1].contact_id
