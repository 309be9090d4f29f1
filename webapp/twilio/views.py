"""The addresses Twilio calls: what an answered leg does, how calls and rooms fare, what was recorded."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, jsonify, send_file
from sqlalchemy.exc import SQLAlchemyError

from dialer.clock import now
from dialer.compliance import opt_out
from dialer.providers.twilio import config, plans, question, tokens, webhook
from dialer.store.calls import Attempt
from dialer.store.projects import Campaign
from webapp.data import database, reading, settings, writing
from webapp.guards import needs, public
from webapp.identity import me
from webapp.twilio.room import account, blueprint, hook, log, plain, xml

INBOUND = "i"


def _keep(row: dict[str, Any]) -> Response:
    with writing() as s:
        if row["leg"] and not webhook.is_ours(s, row["leg"], row["call"]):
            return plain(404, "unknown")
        webhook.keep(s, row, now())
    return Response(status=204)


@hook("/status/<leg>")
def status(form: Any, leg: str) -> Response:
    """A call went a step further."""
    return _keep(webhook.status_row(form, account(), leg))


@hook("/room/<room>")
def room(form: Any, room: str) -> Response:
    """Somebody came into a conference, left it, or is on hold."""
    row = webhook.room_row(form, account(), room)
    return Response(status=204) if row is None else _keep(row)


@hook("/bridge/<leg>/<room>")
def bridge(form: Any, leg: str, room: str) -> Response:
    """A call that brings a leg into a room at the PBX was answered, or is over."""
    return _keep(webhook.bridge_row(form, account(), leg, room))


@hook("/amd/<leg>")
def amd(form: Any, leg: str) -> Response:
    """A machine or a human answered."""
    return _keep(webhook.amd_row(form, account(), leg))


@hook("/recording/<leg>")
def recording(form: Any, leg: str) -> Response:
    """A recording is ready."""
    return _keep(webhook.recording_row(form, account(), leg))


@hook("/answer/<leg>")
def answer(form: Any, leg: str) -> Response:
    """A contact picked up: what now? The engine decides; if it does not say in time, we apologise."""
    call = webhook.call_of(form, account())
    with reading() as s:
        if not webhook.is_ours(s, leg, call):
            return plain(404, "unknown")
    return _say(leg, call)


@hook("/keys/<leg>")
def keys(form: Any, leg: str) -> Response:
    """A key was pressed while a message was said: 9 takes the person off every list, any other ends the call."""
    call, key = webhook.call_of(form, account()), webhook.one(form, "Digits", webhook.KEY)
    with writing() as s:
        if not webhook.is_ours(s, leg, call):
            return plain(404, "unknown")
        if key != "9":
            return xml(plans.bye())
        attempt = s.get(Attempt, leg)
        if attempt is None:
            return plain(404, "unknown")
        opt_out.note(s, opt_out.callee(s, leg), now())
        said = s.get_one(Campaign, attempt.campaign_id).announcement
    log.info("webhook.opted_out", leg=leg)
    return xml(plans.opted_out(config.from_settings(settings()), said))


@hook("/inbound")
def inbound(form: Any) -> Response:
    """A person rings one of our numbers."""
    call = webhook.call_of(form, account())
    caller = webhook.one(form, "From", webhook.ANYBODY)
    called = webhook.one(form, "To", webhook.NUMBER)
    known = caller if webhook.NUMBER.match(caller) else ""
    return _say(INBOUND + call[2:], call, inbound=True, caller=known, called=called)


def _say(leg: str, call: str, **more: Any) -> Response:
    """The answer's TwiML; whatever breaks, the person on the line hears a polite sentence and not a dead line."""
    try:
        plan = question.ask(database(), leg, call, **more)
    except SQLAlchemyError as err:
        log.error("webhook.not_asked", leg=leg, error=type(err).__name__)
        plan = None
    if plan is None:
        log.warning("webhook.answered_alone", leg=leg)
        return xml(plans.sorry())
    return xml(plans.twiml(config.from_settings(settings()), leg, plan))


@hook("/sorry")
def sorry(form: Any) -> Response:
    """The fallback of every call, asked when the answer's address failed."""
    return xml(plans.sorry())


@blueprint.get("/sound/<name>.<kind>")
@public
def sound(name: str, kind: str) -> Response:
    """An announcement, as whoever is called may hear it."""
    found = plans.sound_of(config.from_settings(settings()), name)
    if found is None or found.suffix != f".{kind}":
        abort(404)
    return send_file(found)


@blueprint.get("/token.json")
@needs("desk.use")
def token() -> Response:
    """The browser phone's key to Twilio, for an hour, for this person's own phone name: it can only be rung."""
    return _token()


@blueprint.get("/listener-token.json")
@needs("call.listen")
def listener_token() -> Response:
    """The same for a supervisor."""
    return _token()


def _token() -> Response:
    name = me().endpoint or f"op-{me().id}"
    return jsonify(identity=name.removeprefix("client:"), token=tokens.voice(settings().twilio, name))
