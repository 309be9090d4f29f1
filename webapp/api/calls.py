"""Calls: the call on the desk, what one may do with it, and its outcome. The engine answers by session and call."""

from __future__ import annotations

from dialer.desk import callbacks, drafts, script_run, session, wrap_up
from dialer.errors import Refusal
from dialer.rules.words import AttemptState, OperatorState
from dialer.store.calls import Attempt
from dialer.store.outbox import ask_engine
from webapp.api import views
from webapp.api.day_shapes import DraftIn, DraftOut
from webapp.api.room import Ask, call
from webapp.api.shapes import CallOut, DisposeIn, Done, KeysIn, ReasonIn, SessionOut

TAG = "call"


def _mine(ask: Ask) -> Attempt:
    ask.needs("desk.use")
    attempt = views.my_attempt(ask.s, ask.user.id)
    if attempt is None:
        raise Refusal("no_call")
    return attempt


@call("GET", "/call", gives=CallOut, tag=TAG)
def get_call(ask: Ask) -> CallOut:
    """The call on my desk with its contact and script. 404 ``no_call`` if there is none."""
    attempt = _mine(ask)
    script_run.ensure(ask.s, attempt.id, attempt.operator_id or ask.user.id, ask.now)
    return views.call_out(ask, attempt)


def _asked(ask: Ask, kind: str, **arguments: object) -> Done:
    attempt = _mine(ask)
    if attempt.state in (AttemptState.ENDED, AttemptState.CLOSED):
        raise Refusal("call_over")
    ask_engine(ask.s, ask.now, kind, ask.user.id, attempt=attempt.id, **arguments)
    return Done()


@call("POST", "/call/hang-up", gives=Done, tag=TAG)
def hang_up(ask: Ask) -> Done:
    """Hang up."""
    return _asked(ask, "call.hang_up")


@call("POST", "/call/hold", gives=Done, tag=TAG)
def hold(ask: Ask) -> Done:
    """Let the contact hear music."""
    return _asked(ask, "call.hold")


@call("POST", "/call/resume", gives=Done, tag=TAG)
def resume(ask: Ask) -> Done:
    """Take the contact back."""
    return _asked(ask, "call.resume")


@call("POST", "/call/mute", gives=Done, tag=TAG)
def mute(ask: Ask) -> Done:
    """Be not heard."""
    return _asked(ask, "call.mute")


@call("POST", "/call/unmute", gives=Done, tag=TAG)
def unmute(ask: Ask) -> Done:
    """Be heard again."""
    return _asked(ask, "call.unmute")


@call("POST", "/call/keys", takes=KeysIn, gives=Done, tag=TAG)
def keys(ask: Ask, body: KeysIn) -> Done:
    """Send digits to the far side."""
    return _asked(ask, "call.keys", keys=body.keys)


@call("POST", "/call/dial", gives=Done, tag=TAG)
def dial(ask: Ask) -> Done:
    """Dial the contact that is looked at (preview)."""
    ask_engine(ask.s, ask.now, "call.dial", ask.user.id, contact=_previewed(ask))
    return Done()


@call("POST", "/call/skip", takes=ReasonIn, gives=Done, tag=TAG)
def skip(ask: Ask, body: ReasonIn) -> Done:
    """Do not dial the contact that is looked at."""
    ask_engine(ask.s, ask.now, "call.skip", ask.user.id, contact=_previewed(ask), reason=body.reason)
    return Done()


def _previewed(ask: Ask) -> int:
    attempt = _mine(ask)
    if session.get(ask.s, ask.user.id, ask.now).state is not OperatorState.PREVIEWING:
        raise Refusal("not_now")
    return attempt.contact_id


@call("POST", "/call/draft", takes=DraftIn, gives=DraftOut, tag=TAG)
def keep_draft(ask: Ask, body: DraftIn) -> DraftOut:
    """Keep the words of the wrap-up as they stand; the clock saves them if nobody does, and typing moves it on."""
    ask.needs("desk.use")
    drafts.save(ask.s, body.attempt_id, ask.user.id, body.model_dump(exclude_none=True), ask.now)
    row = session.get(ask.s, ask.user.id, ask.now)
    drafts.extend(ask.s, row, ask.now)
    return DraftOut(until=row.wrap_until_at)


@call("POST", "/call/dispose", takes=DisposeIn, gives=SessionOut, tag=TAG)
def dispose(ask: Ask, body: DisposeIn) -> SessionOut:
    """Write what came of the call; a repeat is refused with ``already_saved`` and changes nothing."""
    ask.needs("desk.use")
    if body.callback_at is not None and body.callback_at.tzinfo is None:
        raise Refusal("callback_needs_time")
    attempt = ask.s.get(Attempt, body.attempt_id)
    wanted = body.callback_team and attempt is not None
    team = callbacks.team_of(ask.s, ask.user.id, attempt.campaign_id) if wanted and attempt else None
    wrap_up.save(
        ask.s,
        body.attempt_id,
        ask.user.id,
        body.disposition,
        ask.now,
        note=body.note,
        callback_at=body.callback_at,
        callback_owner=ask.user.id if body.callback_mine and team is None else None,
        callback_team=team,
    )
    drafts.drop(ask.s, body.attempt_id, ask.user.id)
    return views.session_out(session.get(ask.s, ask.user.id, ask.now))
