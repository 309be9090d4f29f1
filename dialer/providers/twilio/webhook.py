"""Letting a webhook in, or not: signature, shape, is it about a call of ours, and the row it becomes.

Twilio's signature has no time, no nonce and no separators between fields: an old request validates for ever, and so
does one whose field borders were shifted. So every field that is used must have its exact shape and come once, the
call must be one of ours, and each (call, event, sequence number) becomes one row at most. Runs in the web process.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from twilio.request_validator import RequestValidator

from dialer.providers.base import ID_PATTERN
from dialer.settings import Twilio
from dialer.store.calls import Attempt
from dialer.store.desk import Handoff, Listening, OperatorSession
from dialer.store.provider import ProviderEvent
from dialer.store.watch import nudge

SID = {kind: re.compile(rf"{kind}[0-9a-f]{{32}}\Z") for kind in ("CA", "CF", "RE")}
SEQ = re.compile(r"[0-9]{1,6}\Z")
SIP = re.compile(r"[1-6][0-9]{2}\Z")
KEY = re.compile(r"[0-9*#]\Z")
WORD = re.compile(r"[a-z_-]{1,32}\Z")
NUMBER = re.compile(r"(\+[1-9][0-9]{6,14})?\Z")
STATUSES = frozenset(
    {"queued", "initiated", "ringing", "in-progress", "completed", "busy", "failed", "no-answer", "canceled"}
)
ROOM_EVENTS = frozenset(
    {"participant-join", "participant-leave", "participant-hold", "participant-unhold", "conference-end"}
)
ANYBODY = re.compile(r"[^\x00-\x1f]{0,128}\Z")
"""A caller may be hidden, a SIP address, or ``anonymous``."""
OPERATOR, CLOSER, LISTENER = "o", "c", "s"


class Form(Protocol):
    """A form as werkzeug gives it: a name may have several values."""

    def getlist(self, name: str) -> list[str]: ...


class BadShape(Exception):
    """A signed request that is none Twilio would send."""


def is_signed(settings: Twilio, url: str, form: Any, given: str | None) -> bool:
    """Whether ``given`` is the signature of ``form`` sent to ``url`` under one of the two auth tokens."""
    if not given:
        return False
    tokens = (settings.auth_token, settings.previous_auth_token)
    return any(
        RequestValidator(token.get_secret_value()).validate(url, form, given)
        for token in tokens
        if token.get_secret_value()
    )


def one(form: Form, name: str, shape: re.Pattern[str], default: str | None = None) -> str:
    """The only value of a field. Raises BadShape if it is absent, repeated, or not of that shape."""
    values = form.getlist(name)
    if not values and default is not None:
        return default
    if len(values) != 1 or not shape.match(values[0]):
        raise BadShape(name)
    return values[0]


def call_of(form: Form, account: str) -> str:
    """The call a webhook is about. Raises BadShape, also for another account's."""
    if form.getlist("AccountSid") != [account]:
        raise BadShape("AccountSid")
    return one(form, "CallSid", SID["CA"])


def status_row(form: Form, account: str, leg: str) -> dict[str, Any]:
    """A call's status callback. Raises BadShape."""
    call, seq = call_of(form, account), one(form, "SequenceNumber", SEQ)
    status = one(form, "CallStatus", WORD)
    if status not in STATUSES:
        raise BadShape("CallStatus")
    sip = one(form, "SipResponseCode", SIP, "0")
    data = {"status": status, "seq": int(seq), "sip": int(sip)}
    return {"key": f"{call}:status:{int(seq)}", "kind": "status", "leg": leg, "call": call, "data": data}


def room_row(form: Form, account: str, room: str) -> dict[str, Any] | None:
    """A conference's callback; None for an event that says nothing to us. Raises BadShape."""
    event = one(form, "StatusCallbackEvent", WORD)
    if form.getlist("AccountSid") != [account] or form.getlist("FriendlyName") != [room]:
        raise BadShape("FriendlyName")
    if event not in ROOM_EVENTS:
        return None
    conference, seq = one(form, "ConferenceSid", SID["CF"]), int(one(form, "SequenceNumber", SEQ))
    leg = call = ""
    if event != "conference-end":
        leg, call = one(form, "ParticipantLabel", ID_PATTERN), call_of(form, account)
    data = {"event": event, "room": room, "conference": conference, "seq": seq}
    return {"key": f"{conference}:room:{seq}", "kind": "room", "leg": leg, "call": call, "data": data}


def bridge_row(form: Form, account: str, leg: str, room: str) -> dict[str, Any]:
    """The call that brings a leg into a room at the PBX went a step further; the leg's own call is its parent."""
    child, seq = call_of(form, account), int(one(form, "SequenceNumber", SEQ))
    parent, status = one(form, "ParentCallSid", SID["CA"]), one(form, "CallStatus", WORD)
    if status not in STATUSES:
        raise BadShape("CallStatus")
    data = {"room": room, "child": child, "status": status, "seq": seq}
    return {"key": f"{child}:bridge:{seq}", "kind": "bridge", "leg": leg, "call": parent, "data": data}


def amd_row(form: Form, account: str, leg: str) -> dict[str, Any]:
    """What answering machine detection heard. Raises BadShape."""
    call, heard = call_of(form, account), one(form, "AnsweredBy", WORD)
    return {"key": f"{call}:amd", "kind": "amd", "leg": leg, "call": call, "data": {"heard": heard}}


def recording_row(form: Form, account: str, leg: str) -> dict[str, Any]:
    """A recording is ready, or will never be. Its address is not even looked at. Raises BadShape."""
    call, recording = call_of(form, account), one(form, "RecordingSid", SID["RE"])
    status = one(form, "RecordingStatus", WORD)
    data = {"recording": recording, "status": status}
    return {"key": f"{recording}:{status}", "kind": "recording", "leg": leg, "call": call, "data": data}


def is_ours(s: Session, leg: str, call: str) -> bool:
    """Whether we have such a leg at Twilio and ``call`` may be it."""
    if leg[:1] == OPERATOR:
        return s.scalars(select(OperatorSession.user_id).where(OperatorSession.leg == leg)).first() is not None
    if leg[:1] == LISTENER:
        return s.scalars(select(Listening.user_id).where(Listening.leg == leg)).first() is not None
    if leg[:1] == CLOSER:
        return s.scalars(select(Handoff.id).where(Handoff.leg == leg)).first() is not None
    query = select(Attempt.provider_ref).where(Attempt.id == leg, Attempt.provider == "twilio")
    known = s.scalars(query).first()
    return known is not None and known in ("", call)


def keep(s: Session, row: Mapping[str, Any], at: datetime) -> bool:
    """Write one webhook for the engine's process; False if it was here before."""
    postgres = s.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if postgres else sqlite.insert
    statement = insert(ProviderEvent).values(**row, at=at, done=False).on_conflict_do_nothing(index_elements=["key"])
    done: Any = s.execute(statement)
    if not done.rowcount:
        return False
    nudge(s)
    return True
