"""What Twilio's voice API (2010-04-01) takes: names, types and which are required, written from the signatures of its
helper library; a test compares the names with the library that is installed. What is not listed is refused aloud.

May import the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

E164_OR_URI = re.compile(r"(\+[1-9][0-9]{6,14}|client:[A-Za-z0-9_.-]{1,121}|sip:[^\s@]+@[^\s@]+)\Z")
KINDS = {
    "text": re.compile(r"(?s).*\Z"),
    "party": E164_OR_URI,
    "url": re.compile(r"https?://[^\s/?#_]+(:[0-9]+)?(/\S*)?\Z"),
    "method": re.compile(r"(GET|POST)\Z"),
    "int": re.compile(r"[0-9]{1,9}\Z"),
    "bool": re.compile(r"([Tt]rue|[Ff]alse)\Z"),
    "time": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z)?\Z"),
    "digits": re.compile(r"[0-9A-DwW#*]{1,32}\Z"),
    "progress": re.compile(r"(initiated|ringing|answered|completed)\Z"),
    "recorded": re.compile(r"(in-progress|completed|absent)\Z"),
    "detection": re.compile(r"(Enable|DetectMessageEnd)\Z"),
    "status": re.compile(r"(queued|ringing|in-progress|completed|busy|failed|no-answer|canceled)\Z"),
    "end": re.compile(r"(canceled|completed)\Z"),
    "room_status": re.compile(r"(init|in-progress|completed)\Z"),
    "recording_status": re.compile(r"(in-progress|paused|stopped)\Z"),
    "channels": re.compile(r"(mono|dual)\Z"),
    "track": re.compile(r"(inbound|outbound|both)\Z"),
    "trim": re.compile(r"(trim-silence|do-not-trim)\Z"),
    "pause": re.compile(r"(skip|silence)\Z"),
    "call": re.compile(r"CA[0-9a-f]{32}\Z"),
}
LISTS = frozenset({"progress", "recorded"})
"""Kinds that may be given more than once."""
REQUIRED = "!"
_PAGE = {"PageSize": "int", "Page": "int", "PageToken": "text"}

CALLS_CREATE = {
    "To": "!party", "From": "!party", "Method": "method", "FallbackUrl": "url", "FallbackMethod": "method",
    "StatusCallback": "url", "StatusCallbackEvent": "progress", "StatusCallbackMethod": "method",
    "SendDigits": "digits", "Timeout": "int", "Record": "bool", "RecordingChannels": "channels",
    "RecordingStatusCallback": "url", "RecordingStatusCallbackMethod": "method", "RecordingConfigurationId": "text",
    "SipAuthUsername": "text", "SipAuthPassword": "text", "MachineDetection": "detection",
    "MachineDetectionTimeout": "int", "RecordingStatusCallbackEvent": "recorded", "Trim": "trim", "CallerId": "text",
    "MachineDetectionSpeechThreshold": "int", "MachineDetectionSpeechEndThreshold": "int",
    "MachineDetectionSilenceTimeout": "int", "AsyncAmd": "bool", "AsyncAmdStatusCallback": "url",
    "AsyncAmdStatusCallbackMethod": "method", "Passports": "text", "Byoc": "text", "CallReason": "text",
    "CallToken": "text", "RecordingTrack": "track", "TimeLimit": "int", "ClientNotificationUrl": "url", "Url": "url",
    "Twiml": "text", "ApplicationSid": "text",
}  # fmt: skip
CALLS_UPDATE = {
    "Url": "url", "Method": "method", "Status": "end", "FallbackUrl": "url", "FallbackMethod": "method",
    "StatusCallback": "url", "StatusCallbackMethod": "method", "Twiml": "text", "TimeLimit": "int",
}  # fmt: skip
CALLS_LIST = {
    "To": "party", "From": "party", "ParentCallSid": "call", "Status": "status", "StartTime": "time",
    "StartTime<": "time", "StartTime>": "time", "EndTime": "time", "EndTime<": "time", "EndTime>": "time", **_PAGE,
}  # fmt: skip
PARTICIPANT_UPDATE = {
    "Muted": "bool", "Hold": "bool", "HoldUrl": "url", "HoldMethod": "method", "AnnounceUrl": "url",
    "AnnounceMethod": "method", "WaitUrl": "url", "WaitMethod": "method", "BeepOnExit": "bool",
    "EndConferenceOnExit": "bool", "Coaching": "bool", "CallSidToCoach": "call",
}  # fmt: skip
PARTICIPANTS_LIST = {"Muted": "bool", "Hold": "bool", "Coaching": "bool", **_PAGE}
CONFERENCES_LIST = {
    "DateCreated": "time", "DateCreated<": "time", "DateCreated>": "time", "DateUpdated": "time",
    "DateUpdated<": "time", "DateUpdated>": "time", "FriendlyName": "text", "Status": "room_status", **_PAGE,
}  # fmt: skip
RECORDING_CREATE = {
    "RecordingStatusCallbackEvent": "recorded", "RecordingStatusCallback": "url",
    "RecordingStatusCallbackMethod": "method", "Trim": "trim", "RecordingChannels": "channels",
    "RecordingTrack": "track", "RecordingConfigurationId": "text",
}  # fmt: skip
RECORDING_UPDATE = {"Status": "!recording_status", "PauseBehavior": "pause"}
NUMBERS_LIST = {"Beta": "bool", "FriendlyName": "text", "PhoneNumber": "text", "Origin": "text", **_PAGE}
CALLER_IDS_LIST = {"PhoneNumber": "text", "FriendlyName": "text", **_PAGE}
RECORDINGS_LIST = {
    "DateCreated": "time", "DateCreated<": "time", "DateCreated>": "time", "CallSid": "call",
    "ConferenceSid": "text", "IncludeSoftDeleted": "bool", **_PAGE,
}  # fmt: skip
MEDIA = {"RequestedChannels": "int"}
NOTHING: dict[str, str] = {}


def complaint(allowed: Mapping[str, str], given: Mapping[str, Sequence[str]]) -> str:
    """What is wrong with a request's parameters; empty if nothing is."""
    for name, values in given.items():
        kind = allowed.get(name, "").removeprefix(REQUIRED)
        if not kind:
            return f"there is no parameter {name}"
        if len(values) > 1 and kind not in LISTS:
            return f"{name} is given twice"
        if any(not KINDS[kind].match(value) for value in values):
            return f"{name} is not a {kind}"
    absent = [name for name, kind in allowed.items() if kind.startswith(REQUIRED) and name not in given]
    return f"{absent[0]} is required" if absent else ""
