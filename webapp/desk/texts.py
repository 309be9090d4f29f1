"""The desk's words: reasons, failures and what to do next, refusals, keys, and what its scripts say."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from flask_babel import format_date, format_datetime, format_time, get_locale
from flask_babel import lazy_gettext as _l

from dialer.desk.local_time import LocalTime
from webapp import keys, problems
from webapp.desk.room import blueprint
from webapp.keys import Shortcut
from webapp.language import zone_info
from webapp.texts import TEXTS

PAUSES = {
    "break": _l("Short break"),
    "lunch": _l("Lunch"),
    "training": _l("Training"),
    "meeting": _l("Meeting"),
    "technical": _l("Technical trouble"),
    "personal": _l("Personal"),
}
OFFLINE = {
    "phone_lost": _l("Your phone was lost. Check the headset and its connection, then start again."),
    "page_lost": _l("The page was gone for too long. Start again when you are back."),
    "logout": "",
    "": "",
}
FAILURES = {
    "declined": (_l("The closer declined."), _l("Try another one, or put the lead into the closers' list.")),
    "no_answer": (_l("The closer did not answer."), _l("Try another one, or put the lead into the closers' list.")),
    "busy": (_l("The closer's phone is busy."), _l("Try another one, or put the lead into the closers' list.")),
    "lost": (_l("The closer's phone could not be reached."), _l("Put the lead into the closers' list.")),
    "caller_gone": (
        _l("The contact hung up before the closer joined."),
        _l("Put the lead into the closers' list and agree on a callback."),
    ),
    "cancelled": (_l("You took the offer back."), _l("The call is yours as before.")),
}
"""Why a live handoff came to nothing: what happened, and what to do now."""
QUICK = {
    "in_1h": _l("In 1 hour"),
    "in_3h": _l("In 3 hours"),
    "tomorrow": _l("Tomorrow 10:00"),
    "in_3d": _l("In 3 days 10:00"),
}
SKIPS = {
    "wrong_person": _l("Not the right person"),
    "bad_time": _l("A bad time to ring"),
    "no_sense": _l("The data make no sense"),
    "other": _l("Another reason"),
}
LETTERS = {"B": _l("Budget"), "A": _l("Authority"), "N": _l("Need"), "T": _l("Timing")}
TEMPERATURES = {"hot": _l("hot"), "warm": _l("warm"), "cold": _l("cold")}

problems.SENTENCES.update(
    not_a_member=_l("You do not work in this campaign. Ask your group lead to add you."),
    campaign_not_running=_l("The campaign is not running. Ask your project manager."),
    not_now=_l("This is not possible at the moment. The page shows how things stand now."),
    unknown_reason=_l("Choose one of the reasons."),
    call_over=_l("The call is already over."),
    failed=_l("This did not work, by a fault of ours. Tell your system administrator."),
    bad_keys=_l("Only digits, * and # can be sent."),
    script_moved=_l("The script has moved on in another window. This page shows where it stands now."),
    no_such_language=_l("The script is not written in this language."),
    no_live_call=_l("There is nobody on the line to hand over."),
    already_handed=_l("This lead is already on its way to a closer."),
    no_closer_ready=_l("No closer is ready now. Put the lead into the closers' list."),
    handoff_gone=_l("This handoff is over or somebody else's."),
    reason_needed=_l("Say why: the operator learns from it."),
    judge_first=_l("Accept the lead or send it back first."),
    note_empty=_l("The note is empty."),
    note_too_long=_l("The note is too long."),
    no_such_contact=_l("This contact does not exist any more."),
    callback_in_the_past=_l("This time has passed. Choose a later one."),
    callback_too_far=_l("A callback may be at most a year away."),
    no_call=_l("There is no call on the desk."),
    key_reused=_l("This Idempotency-Key was used for another request."),
    number_taken=_l("A contact of this campaign has this number already."),
    name_taken=_l("There is already a campaign of this name in the project."),
    other_campaign=_l("This contact belongs to another campaign than the one you work in now."),
    no_email=_l("This is no e-mail address."),
    being_called=_l("This contact is being called at this moment."),
    may_not_dial=_l("A rule of calling does not allow this call now."),
    correct_late=_l("This outcome can no longer be changed: the call is not settled yet, or too long ago."),
    correct_suppressed=_l("The number is on the do-not-call list. Only a base administrator can take it off."),
    correct_moved_on=_l("This contact has been called again since: its newer call counts."),
    correct_handed=_l("A closer has this lead already. Tell them what is wrong."),
    no_such_callback=_l("This callback is settled or somebody else's."),
)

TEXTS.update(
    desk_saved=_l("Saved"),
    desk_saving=_l("Saving…"),
    desk_not_saved=_l(
        "Not saved yet: the connection is gone. Your words are kept here and sent as soon as it is back."
    ),
    desk_press_again=_l("Press again to hang up"),
    desk_lost=_l("The connection to the server is lost. The call goes on; the page catches up by itself."),
    desk_mic_blocked=_l("The microphone is blocked. Allow it in the browser's address bar."),
    desk_mic_missing=_l("No microphone was found. Plug the headset in."),
    desk_mic_failed=_l("The microphone cannot be used. Close other programs that hold it."),
    desk_mic_allowed=_l("The microphone is allowed."),
    desk_mic_ok=_l("The microphone hears you."),
    desk_mic_say=_l("Say something: the bar must move."),
    desk_sound_played=_l("You should have heard a tone. If not, choose other headphones or turn them up."),
    desk_phone_ok=_l("The phone is connected."),
    desk_phone_wait=_l("The phone is connecting…"),
    desk_phone_missing=_l("You have no phone yet. Your system administrator gives you one on the page People."),
    desk_phone_refused=_l("The telephone network refused this phone's password or key. Ask your system administrator."),
    desk_phone_down=_l("The phone has no connection to the PBX. It tries again by itself."),
    desk_result=_l("A closer has answered about your lead."),
    desk_retry=_l("Try again"),
    desk_allow=_l("Allow the microphone"),
    desk_sound=_l("Turn the sound on"),
    desk_sound_blocked=_l("The browser blocks the sound of this page."),
    desk_logged_out=_l("You were logged out."),
    desk_log_in=_l("Log in"),
)

REFUSED_LATER = ("not_your_call", "call_over", "not_now", "may_not_dial", "being_called", "campaign_not_running")
"""What the engine may answer to something asked of it: the page was shown before the answer came."""
TEXTS.update({f"refused_{code}": problems.SENTENCES[code] for code in REFUSED_LATER})

keys.register(
    Shortcut("pick", ("Digit1",), "1 … 9", _l("Choose the answer; after the call, the outcome"), "desk"),
    Shortcut("outcome", ("Digit1",), "Shift 1 … 9", _l("Choose the outcome during the call"), "desk", shift=True),
    Shortcut("next-step", ("KeyN",), "N", _l("Next step of the script"), "desk"),
    Shortcut("step-back", ("KeyB",), "B", _l("One step back"), "desk"),
    Shortcut("objections", ("KeyO",), "O", _l("Find an objection"), "desk"),
    Shortcut("note", ("KeyT",), "T", _l("Write the note"), "desk"),
    Shortcut("mute", ("KeyM",), "M", _l("Mute, unmute"), "desk"),
    Shortcut("hold", ("KeyH",), "H", _l("Hold, take back"), "desk"),
    Shortcut("hand-over", ("KeyL",), "L", _l("Hand to a closer"), "desk"),
    Shortcut("ready", ("KeyR",), "R", _l("Ready"), "desk"),
    Shortcut("find", ("KeyF",), "F", _l("Find whom to call (manual campaigns)"), "desk"),
    Shortcut("my-day", ("KeyJ",), "J", _l("My calls today"), "desk"),
    Shortcut("pause", ("KeyP",), "P", _l("Pause"), "desk"),
    Shortcut("save", ("KeyS",), "S", _l("Save and next"), "desk"),
    Shortcut("dial", ("KeyD",), "D", _l("Dial the contact shown, answer the call"), "desk"),
    Shortcut("hang-up", ("KeyX",), "Shift X", _l("Hang up"), "desk", shift=True),
    Shortcut("alt", ("AltLeft",), "Alt …", _l("The same keys while typing"), "desk"),
)  # fmt: skip


def city(zone: str) -> str:
    """The town a time zone is named after, in the person's language."""
    return str(get_timezone_location(ZoneInfo(zone), locale=get_locale(), return_city=True))


def cities(there: LocalTime) -> str:
    """``Samara`` or, where the zone is not certain, ``Kaliningrad … Kamchatka``."""
    first, last = city(there.zones[0]), city(there.zones[-1])
    return first if there.sure else f"{first} … {last}"


def clock_there(there: LocalTime) -> str:
    """``11:42`` or, where the zone is not certain, ``11:42 – 14:42``."""
    early, late = f"{there.early:%H:%M}", f"{there.late:%H:%M}"
    return early if there.sure else f"{early} – {late}"


def offsets(there: LocalTime) -> str:
    """``UTC+4`` or, where the zone is not certain, ``UTC+2 … UTC+12``."""
    first, last = _offset(there.early), _offset(there.late)
    return first if there.sure else f"{first} … {last}"


def _offset(clock: datetime) -> str:
    minutes = int((clock.utcoffset() or timedelta()).total_seconds()) // 60
    whole, rest = divmod(abs(minutes), 60)
    return f"UTC{'-' if minutes < 0 else '+'}{whole}" + (f":{rest:02d}" if rest else "")


def time_at(at: datetime, zone: str) -> str:
    """``Thu 5 Mar, 10:00`` on the clocks of that zone."""
    there = at.astimezone(ZoneInfo(zone))
    return f"{format_date(there.date(), 'EEE d MMM')}, {there:%H:%M}"


def time_value(at: datetime, zone: str) -> str:
    """``2026-03-05T10:00``: that zone's wall clock as an input of type datetime-local holds it."""
    return at.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%dT%H:%M")


def time_here(at: datetime) -> str:
    """``10:00`` today, else with the day, on the clocks of the person at the browser."""
    here = at.astimezone(zone_info())
    return (
        format_time(at, "HH:mm")
        if here.date() == datetime.now(zone_info()).date()
        else format_datetime(at, "EEE d MMM, HH:mm")
    )


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {
        "pauses": PAUSES, "offline_reasons": OFFLINE, "failures": FAILURES, "quick_labels": QUICK, "skips": SKIPS,
        "letters": LETTERS, "temperatures": TEMPERATURES, "city": city, "cities": cities, "clock_there": clock_there,
        "offsets": offsets,
        "time_at": time_at, "time_here": time_here, "time_value": time_value,
    }  # fmt: skip
