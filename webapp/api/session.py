"""Calls: the session of the token's person, and their callbacks."""

from __future__ import annotations

from dialer.desk import callbacks, session
from webapp.api import views
from webapp.api.room import Ask, call
from webapp.api.shapes import CallbackList, CallbackOut, ConnectIn, Done, PauseIn, ReasonIn, SessionOut

TAG = "session"


@call("GET", "/session", gives=SessionOut, tag=TAG)
def get_session(ask: Ask) -> SessionOut:
    """What I am doing now."""
    ask.needs("desk.use")
    return views.session_out(session.get(ask.s, ask.user.id, ask.now))


@call("POST", "/session/connect", takes=ConnectIn, gives=SessionOut, tag=TAG)
def connect(ask: Ask, body: ConnectIn) -> SessionOut:
    """Begin to work in a campaign: the phone of an operator is rung, a closer is ready at once."""
    ask.needs("desk.use")
    return views.session_out(session.connect(ask.s, ask.user.id, body.campaign_id, ask.now))


@call("POST", "/session/ready", gives=SessionOut, tag=TAG)
def ready(ask: Ask) -> SessionOut:
    """End a pause."""
    ask.needs("desk.use")
    return views.session_out(session.ready(ask.s, ask.user.id, ask.now))


@call("POST", "/session/pause", takes=PauseIn, gives=SessionOut, tag=TAG)
def pause(ask: Ask, body: PauseIn) -> SessionOut:
    """Pause with a reason (break, lunch, training, meeting, technical, personal); in a call, after its wrap-up."""
    ask.needs("desk.use")
    return views.session_out(session.pause(ask.s, ask.user.id, body.reason, ask.now))


@call("POST", "/session/leave", gives=SessionOut, tag=TAG)
def leave(ask: Ask) -> SessionOut:
    """Stop working."""
    ask.needs("desk.use")
    return views.session_out(session.leave(ask.s, ask.user.id, ask.now))


@call("POST", "/session/seen", gives=Done, tag=TAG)
def seen(ask: Ask) -> Done:
    """A sign of life: a session without one for long is ended."""
    ask.needs("desk.use")
    session.seen(ask.s, ask.user.id, ask.now)
    return Done()


@call("GET", "/callbacks", gives=CallbackList, tag="callbacks")
def list_callbacks(ask: Ask) -> CallbackList:
    """Promised times I may keep: mine, and anyone's of my campaigns; soonest first."""
    ask.needs("desk.use")
    badge = callbacks.badge(ask.s, ask.user.id, ask.now)
    lines = [CallbackOut.model_validate(line) for line in callbacks.for_user(ask.s, ask.user.id)]
    return CallbackList(waiting=badge.waiting, due=badge.due, callbacks=lines)


@call("POST", "/callbacks/<int:callback_id>/cancel", takes=ReasonIn, gives=Done, tag="callbacks")
def cancel_callback(ask: Ask, body: ReasonIn, callback_id: int) -> Done:
    """Take a promise back, for a reason; it stays on record."""
    ask.needs("desk.use")
    callbacks.cancel(ask.s, callback_id, ask.user.id, ask.now, body.reason)
    return Done()
