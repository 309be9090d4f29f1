"""What each of Twilio's addresses does to the network, and the JSON it shows. Standard library and this room only."""

from __future__ import annotations

import io
import re
import time
import wave
from collections.abc import Callable, Mapping
from typing import Any

from dialer.lab.twilio import parameters as p
from dialer.lab.twilio.network import Network
from dialer.lab.twilio.state import FINAL, Call, Params, Room, sid

RATE = 8_000
BARRED = "+44113496099"
"""A number whose country the account's geographic permissions leave out."""


BAD_PARAMETER = 20001
"""Twilio's code for a request whose parameters are none of its own."""
CURRENT = "Twilio.CURRENT"
"""Stands for the recording of a call that is under way."""


class Refused(Exception):
    """An error reply; ``code`` is Twilio's."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


def answer(net: Network, method: str, path: str, given: Params) -> Any:
    """Carry a request out; JSON, bytes of a sound, or None for nothing. Raises Refused."""
    for verb, pattern, allowed, view in ROUTES:
        match = pattern.fullmatch(path)
        if match and verb == method:
            if wrong := p.complaint(allowed, given):
                raise Refused(400, BAD_PARAMETER, wrong)
            with net.lock:
                return view(net, given, *match.groups())
    raise Refused(404, 20404, f"{method} {path} is not here")


def told(call: Call) -> dict[str, Any]:
    """One line of the log: what really happened."""
    url = call.one("StatusCallback")
    return {
        "sid": call.sid, "to": call.to, "leg": url.rpartition("/")[2], "status": call.status, "sip": call.sip,
        "placed_s": call.created_s, "answered_s": call.answered_s, "ended_s": call.ended_s, "ended_by": call.ended_by,
        "rooms": list(call.rooms), "heard": list(call.heard), "tape": list(call.tape), "direction": call.direction,
        "muted": call.muted, "coach": call.coach,
        "hold": call.hold, "in_room": call.room.name if call.room else "",
    }  # fmt: skip


def _time(seconds: float) -> str | None:
    return time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(seconds)) if seconds else None


def _call(net: Network, call: Call) -> dict[str, Any]:
    lasted = int(call.ended_s - call.answered_s) if call.ended_s and call.answered_s else None
    return {
        "sid": call.sid, "account_sid": net.account, "to": call.to, "from": call.from_, "status": call.status,
        "direction": call.direction, "date_created": _time(call.created_s), "date_updated": _time(time.time()),
        "start_time": _time(call.answered_s), "end_time": _time(call.ended_s), "api_version": "2010-04-01",
        "parent_call_sid": call.parent.sid if call.parent else None,
        "duration": None if lasted is None else str(lasted), "uri": f"/Calls/{call.sid}.json",
    }  # fmt: skip


def _found(net: Network, call_sid: str) -> Call:
    call = net.calls.get(call_sid)
    if call is None:
        raise Refused(404, 20404, f"The requested resource /Calls/{call_sid}.json was not found")
    return call


def _create(net: Network, given: Params) -> Any:
    to = given["To"][0]
    if not ("Url" in given or "Twiml" in given or "ApplicationSid" in given):
        raise Refused(400, 21205, "Url parameter is required")
    if to.startswith("+") and not given["From"][0].startswith("+"):
        raise Refused(400, 21212, "The source phone number provided is not a phone number")
    if to == BARRED:
        raise Refused(400, 21215, "Geo Permission configuration is not permitting call")
    if to.startswith("+0") or len(to) < 5:
        raise Refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
    return _call(net, net.place(given))


def _update(net: Network, given: Params, call_sid: str) -> Any:
    call = _found(net, call_sid)
    if call.status in FINAL:
        raise Refused(400, 21220, "Call is not in-progress. Cannot redirect.")
    wanted = given.get("Status", [""])[0]
    if wanted and call.status != "in-progress":
        net.end(call, "canceled", 487, "us")
    elif wanted == "completed":
        net.end(call, "completed", 200, "us")
    elif "Twiml" in given:
        if call.status != "in-progress":
            raise Refused(400, 21220, "Call is not in-progress. Cannot redirect.")
        net.run(call, given["Twiml"][0])
    return _call(net, call)


def _list(net: Network, given: Params) -> Any:
    status, to = given.get("Status", [""])[0], given.get("To", [""])[0]
    parent = given.get("ParentCallSid", [""])[0]
    calls = [c for c in reversed(net.calls.values()) if status in ("", c.status) and to in ("", c.to)]
    calls = [c for c in calls if parent in ("", c.parent.sid if c.parent else None)]
    return _page(net, "calls", [_call(net, call) for call in calls], given)


def _page(net: Network, name: str, rows: list[Any], given: Params) -> Any:
    size, page = int(given.get("PageSize", ["50"])[0]), int(given.get("Page", ["0"])[0])
    if size > 1000:
        raise Refused(400, 20007, "Page size is too large")
    part = rows[page * size : (page + 1) * size]
    more = len(rows) > (page + 1) * size
    path = {"calls": "Calls", "conferences": "Conferences"}.get(name, "")
    query = "&".join(f"{k}={v[0]}" for k, v in given.items() if k not in ("Page", "PageSize", "PageToken"))
    uri = f"/2010-04-01/Accounts/{net.account}/{path}.json?PageSize={size}&Page={page + 1}&{query}" if more else None
    return {name: part, "page": page, "page_size": size, "next_page_uri": uri}


def _rooms(net: Network, given: Params) -> Any:
    status, name = given.get("Status", [""])[0], given.get("FriendlyName", [""])[0]
    rooms = [r for r in reversed(net.rooms.values()) if status in ("", r.status) and name in ("", r.name)]
    shown = [
        {
            "sid": r.sid, "account_sid": net.account, "friendly_name": r.name, "status": r.status, "region": "us1",
            "date_created": _time(r.created_s), "date_updated": _time(r.created_s),
        }
        for r in rooms
    ]  # fmt: skip
    return _page(net, "conferences", shown, given)


def _room(net: Network, room_sid: str) -> Room:
    room = net.rooms.get(room_sid)
    if room is None or room.status == "completed":
        raise Refused(404, 20404, "The requested conference was not found")
    return room


def _participant(net: Network, room: Room, call: Call) -> Any:
    return {
        "account_sid": net.account, "call_sid": call.sid, "conference_sid": room.sid, "label": call.label or None,
        "muted": call.muted, "hold": call.hold, "status": "connected",
        "coaching": bool(call.coach), "call_sid_to_coach": call.coach or None,
        "date_created": _time(room.created_s), "end_conference_on_exit": False, "start_conference_on_enter": True,
    }  # fmt: skip


def _participants(net: Network, given: Params, room_sid: str) -> Any:
    room = _room(net, room_sid)
    return _page(net, "participants", [_participant(net, room, call) for call in room.calls], given)


def _participate(net: Network, given: Params, room_sid: str, call_sid: str) -> Any:
    room, call = _room(net, room_sid), _found(net, call_sid)
    if call.room is not room:
        raise Refused(404, 20404, "The requested participant was not found")
    for name, told_on, told_off, event in (
        ("Muted", "participant-mute", "participant-unmute", "mute"),
        ("Hold", "participant-hold", "participant-unhold", "hold"),
    ):
        if name in given:
            on = given[name][0].lower() == "true"
            if on != getattr(call, name.lower()):
                setattr(call, name.lower(), on)
                net.tell_room(room, event, told_on if on else told_off, call)
    if "Coaching" in given:
        on = given["Coaching"][0].lower() == "true"
        if on and given.get("CallSidToCoach", [""])[0] not in {other.sid for other in room.calls}:
            raise Refused(400, BAD_PARAMETER, "CallSidToCoach is not in this conference")
        call.coach = given["CallSidToCoach"][0] if on else ""
    return _participant(net, room, call)


def _record(net: Network, given: Params, call_sid: str) -> Any:
    call = _found(net, call_sid)
    if call.status != "in-progress":
        raise Refused(400, 21220, "Requested resource is not eligible for recording")
    made: dict[str, Any] = {
        "sid": sid("RE"), "call": call, "status": "in-progress", "began_s": time.time(), "ended_s": 0.0,
        "url": given.get("RecordingStatusCallback", [""])[0], "paused": False,
    }  # fmt: skip
    net.recordings[made["sid"]] = made
    return _recording(net, made)


def _recording(net: Network, made: Mapping[str, Any]) -> Any:
    return {
        "sid": made["sid"], "call_sid": made["call"].sid, "account_sid": net.account, "status": made["status"],
        "channels": 2, "source": "StartCallRecordingAPI", "date_created": _time(made["began_s"]),
    }  # fmt: skip


def _record_on(net: Network, given: Params, call_sid: str, recording_sid: str) -> Any:
    made = net.recordings.get(recording_sid) or next(
        (one for one in net.recordings.values() if one["call"].sid == call_sid and recording_sid == CURRENT), None
    )
    if made is None or made["call"].sid != call_sid or made["status"] == "completed":
        raise Refused(404, 20404, "The requested recording was not found")
    made["status"] = given["Status"][0]
    return _recording(net, made)


def _recordings(net: Network, given: Params) -> Any:
    wanted = given.get("CallSid", [""])[0]
    found = [made for made in net.recordings.values() if wanted in ("", made["call"].sid)]
    return _page(net, "recordings", [_recording(net, made) for made in found], given)


def _media(net: Network, given: Params, recording_sid: str) -> bytes:
    made = net.recordings.get(recording_sid)
    if made is None or made["status"] != "completed":
        raise Refused(404, 20404, "The requested recording was not found")
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setparams((2, 2, RATE, 0, "NONE", ""))
        file.writeframes(b"\x10\x00\x20\x00" * int(RATE * (made["ended_s"] - made["began_s"])))
    return out.getvalue()


def _forget(net: Network, given: Params, recording_sid: str) -> None:
    if net.recordings.pop(recording_sid, None) is None:
        raise Refused(404, 20404, "The requested recording was not found")


def _account(net: Network, given: Params) -> Any:
    return {"sid": net.account, "status": "active", "type": "Full", "friendly_name": "Stand-in"}


def _numbers(net: Network, given: Params) -> Any:
    wanted = given.get("PhoneNumber", [""])[0]
    wanted = wanted if wanted.startswith("+7") else ""
    one = {"sid": "PN" + "0" * 32, "account_sid": net.account, "phone_number": wanted, "capabilities": {"voice": True}}
    return _page(net, "incoming_phone_numbers", [one] if wanted else [], given)


def _caller_ids(net: Network, given: Params) -> Any:
    return _page(net, "outgoing_caller_ids", [], given)


def _country(net: Network, given: Params, code: str) -> Any:
    if code not in ("RU", "GB", "US", "DE", "FR"):
        raise Refused(404, 20404, "no such country")
    return {"iso_code": code, "low_risk_numbers_enabled": code != "FR", "name": code}


_CA, _CF, _RE = (rf"({kind}[0-9a-f]{{32}})" for kind in ("CA", "CF", "RE"))
ROUTES: tuple[tuple[str, re.Pattern[str], Mapping[str, str], Callable[..., Any]], ...] = tuple(
    (method, re.compile(pattern), allowed, view)
    for method, pattern, allowed, view in (
        ("GET", r"\.json", p.NOTHING, _account),
        ("POST", r"/Calls\.json", p.CALLS_CREATE, _create),
        ("GET", r"/Calls\.json", p.CALLS_LIST, _list),
        ("GET", rf"/Calls/{_CA}\.json", p.NOTHING, lambda net, given, ca: _call(net, _found(net, ca))),
        ("POST", rf"/Calls/{_CA}\.json", p.CALLS_UPDATE, _update),
        ("POST", rf"/Calls/{_CA}/Recordings\.json", p.RECORDING_CREATE, _record),
        ("POST", rf"/Calls/{_CA}/Recordings/(RE[0-9a-f]{{32}}|{CURRENT})\.json", p.RECORDING_UPDATE, _record_on),
        ("GET", r"/Conferences\.json", p.CONFERENCES_LIST, _rooms),
        ("GET", rf"/Conferences/{_CF}/Participants\.json", p.PARTICIPANTS_LIST, _participants),
        ("POST", rf"/Conferences/{_CF}/Participants/{_CA}\.json", p.PARTICIPANT_UPDATE, _participate),
        ("GET", r"/v1/DialingPermissions/Countries/([A-Z]{2})", p.NOTHING, _country),
        ("GET", r"/OutgoingCallerIds\.json", p.CALLER_IDS_LIST, _caller_ids),
        ("GET", r"/IncomingPhoneNumbers\.json", p.NUMBERS_LIST, _numbers),
        ("GET", r"/Recordings\.json", p.RECORDINGS_LIST, _recordings),
        ("GET", rf"/Recordings/{_RE}\.wav", p.MEDIA, _media),
        ("DELETE", rf"/Recordings/{_RE}\.json", p.NOTHING, _forget),
    )
)
