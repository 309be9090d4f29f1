"""What the engine asks, as AMI actions. Pure: a request in, headers out, or a refusal before anything is sent.

Every id, number and name is checked here although the encoder checks again: a number such as ``1&PJSIP/x`` would
dial two phones without containing a single forbidden character. May import ``dialer.profiles``,
``dialer.providers.base`` and this room.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialer import profiles
from dialer.providers.asterisk.encode import AUTO_ANSWER
from dialer.providers.asterisk.names import (
    AMD,
    ANSWERED,
    E164,
    ENDPOINT,
    HOLD,
    KEYS,
    LISTEN,
    LISTENER_ON,
    OPERATOR,
    ROOM,
    WHISPER,
    is_ours,
)  # fmt: skip
from dialer.providers.base import ID_PATTERN, CustomerCall, DeskCall, ProviderError, Voice

Action = dict[str, object]
RING_MAX_S = 300
KEY_MS = 160
"""Length of one DTMF digit; the ITU-T Q.24 minimum is 40 ms."""


def _check(pattern: re.Pattern[str], value: str, what: str) -> str:
    """Raises a permanent :class:`ProviderError` that names the field, never the value."""
    if not pattern.match(value):
        raise ProviderError(f"{what} is not in the form that may be sent to Asterisk", permanent=True)
    return value


def _check_leg(leg: str) -> str:
    if not is_ours(leg):
        raise ProviderError("the leg's id is not in the form that may be sent to Asterisk", permanent=True)
    return leg


def originate(call: CustomerCall, default_trunk: str) -> Action:
    """Dial a contact. ChannelId and ActionID are the attempt's id: events find it without a look-up."""
    number = _check(E164, call.to, "the number").removeprefix("+")
    trunk = _check(ENDPOINT, call.trunk or default_trunk, "the trunk")
    action = _place(call.leg, f"PJSIP/{number}@{trunk}", ANSWERED, call.ring_s)
    if call.caller_id:
        action["CallerID"] = f"<{_check(E164, call.caller_id, 'the caller id')}>"
    if call.amd:
        action["Variable"] = [f"{AMD}={'-'.join(map(str, profiles.detection(call.amd)))}"]
    return action


def call_desk(call: DeskCall) -> Action:
    """Ring a phone of ours. The room is asked for by the dialplan when it is picked up."""
    _check(ID_PATTERN, call.room, "the room")
    endpoint = _check(ENDPOINT, call.endpoint, "the phone")
    action = _place(call.leg, f"PJSIP/{endpoint}", OPERATOR, call.ring_s)
    action["CallerID"] = f'"Warmline" <{call.leg}>'  # a phone can tell by it which call this is
    variables = [*(AUTO_ANSWER if call.auto_answer else ()), *((LISTENER_ON,) if call.listener else ())]
    if variables:
        action["Variable"] = variables
    return action


def _place(leg: str, channel: str, context: str, ring_s: int) -> Action:
    if not 1 <= ring_s <= RING_MAX_S:
        raise ProviderError(f"the ring time must be 1 to {RING_MAX_S} s", permanent=True)
    return {
        "Action": "Originate",
        "ActionID": _check_leg(leg),
        "ChannelId": leg,
        "Channel": channel,
        "Context": context,
        "Exten": "s",
        "Priority": 1,
        "Timeout": ring_s * 1000,
        "Async": "true",
    }


def move(uniqueid: str, room: str) -> Action:
    return _redirect(uniqueid, ROOM, _check(ID_PATTERN, room, "the room"))


def hold(uniqueid: str) -> Action:
    return _redirect(uniqueid, HOLD, "s")


def _redirect(uniqueid: str, context: str, exten: str) -> Action:
    return {"Action": "Redirect", "Channel": uniqueid, "Context": context, "Exten": exten, "Priority": 1}


def voice(uniqueid: str, room: str, operator: str, who: Voice) -> Action:
    """A supervisor hears the room and is heard by nobody or all; to whisper they leave it and spy on the operator."""
    if who is Voice.WHISPER:
        return _redirect(uniqueid, WHISPER, _check_leg(operator))
    context = LISTEN if who is Voice.LISTEN else ROOM
    return _redirect(uniqueid, context, _check(ID_PATTERN, room, "the room"))


def mute(channel: str, room: str, muted: bool) -> Action:
    """ConfbridgeMute knows participants by channel name only, not by Uniqueid."""
    name = "ConfbridgeMute" if muted else "ConfbridgeUnmute"
    return {"Action": name, "Conference": _check(ID_PATTERN, room, "the room"), "Channel": channel}


def keys(uniqueid: str, digits: str) -> Iterator[Action]:
    """One PlayDTMF a digit; Asterisk carries them out one after the other."""
    for digit in _check(KEYS, digits, "the keys"):
        yield {"Action": "PlayDTMF", "Channel": uniqueid, "Digit": digit, "Duration": KEY_MS}


def record(uniqueid: str, on: bool) -> Action:
    """Pausing writes silence, so that the recording keeps step with the call."""
    return {"Action": "MixMonitorMute", "Channel": uniqueid, "Direction": "both", "State": int(not on)}


def hang_up(uniqueid: str) -> Action:
    return {"Action": "Hangup", "Channel": uniqueid, "Cause": 16}
