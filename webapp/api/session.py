"""Calls: the session of the token's person, and their callbacks."""

from __future__ import annotations

from dialer import profiles
from dialer.desk import callbacks, session
from webapp.api import views
from webapp.api.day_shapes import DispositionList, DispositionOut, PhoneOut, WorkList, WorkOut
from webapp.api.room import Ask, call
from webapp.api.shapes import CallbackList, CallbackOut, ConnectIn, Done, PauseIn, ReasonIn, SessionOut
from webapp.desk import phone

TAG = "session"


@call("GET", "/session/campaigns", gives=WorkList, tag=TAG)
def campaigns_to_work_in(ask: Ask) -> WorkList:
    """Campaigns I may begin to work in now; those that run first."""
    ask.needs("desk.use")
    return WorkList(campaigns=[WorkOut.model_validate(row) for row in session.campaigns_of(ask.s, ask.user.id)])


@call("GET", "/session/phone", gives=PhoneOut, tag=TAG)
def get_phone(ask: Ask) -> PhoneOut:
    """My own phone's account at the PBX or at Twilio, for a softphone or a robot; nobody else's."""
    ask.needs("desk.use")
    return PhoneOut.model_validate(phone.account(ask.user))


@call("GET", "/dispositions", gives=DispositionList, tag="call")
def list_dispositions(ask: Ask) -> DispositionList:
    """Outcomes that a person may give, in the order of the desk, and what follows from each."""
    ask.needs("desk.use")
    given = [d for d in profiles.dispositions().values() if d.by == "operator"]
    return DispositionList(dispositions=[DispositionOut.model_validate(d) for d in given])


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
    """A sign of life, as every other call is: a session without one for 150 s is ended, a call that is up is not."""
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
