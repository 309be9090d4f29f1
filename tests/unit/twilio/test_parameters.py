"""The stand-in's list of parameters is the helper library's, and it refuses what is not on it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from twilio.rest.api.v2010.account.call import CallContext, CallList
from twilio.rest.api.v2010.account.call.recording import RecordingContext, RecordingList
from twilio.rest.api.v2010.account.conference import ConferenceList
from twilio.rest.api.v2010.account.conference.participant import ParticipantContext, ParticipantList
from twilio.rest.api.v2010.account.incoming_phone_number import IncomingPhoneNumberList
from twilio.rest.api.v2010.account.outgoing_caller_id import OutgoingCallerIdList
from twilio.rest.api.v2010.account.recording import RecordingList as Recordings

from dialer.lab.twilio import parameters as p

OURS = ("limit", "page_size", "self")
SUFFIXES = {"_before": "<", "_after": ">"}


def wire_name(python: str) -> str:
    """``status_callback_event`` -> ``StatusCallbackEvent``, ``start_time_after`` -> ``StartTime>``."""
    for suffix, sign in SUFFIXES.items():
        if python.endswith(suffix):
            return wire_name(python.removesuffix(suffix)) + sign
    return "".join(part.title() for part in python.rstrip("_").split("_"))


@pytest.mark.parametrize(
    ("method", "listed"),
    [
        (CallList.create, p.CALLS_CREATE),
        (CallContext.update, p.CALLS_UPDATE),
        (CallList.list, p.CALLS_LIST),
        (ParticipantContext.update, p.PARTICIPANT_UPDATE),
        (ParticipantList.list, p.PARTICIPANTS_LIST),
        (ConferenceList.list, p.CONFERENCES_LIST),
        (RecordingList.create, p.RECORDING_CREATE),
        (Recordings.list, p.RECORDINGS_LIST),
        (IncomingPhoneNumberList.list, p.NUMBERS_LIST),
        (OutgoingCallerIdList.list, p.CALLER_IDS_LIST),
        (RecordingContext.update, p.RECORDING_UPDATE),
    ],
)
def test_the_list_has_every_name_of_the_library_and_no_other(
    method: Callable[..., Any], listed: Mapping[str, str]
) -> None:
    asked = {n: v for n, v in inspect.signature(method).parameters.items() if n not in OURS}
    pages = {"PageSize", "Page", "PageToken"}
    assert {wire_name(name) for name in asked} == set(listed) - pages
    required = {wire_name(n) for n, v in asked.items() if v.default is inspect.Parameter.empty}
    assert required == {name for name, kind in listed.items() if kind.startswith(p.REQUIRED)}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"To": ["+79161234567"]}, "From is required"),
        ({"To": ["8916"], "From": ["+79161234567"]}, "To is not a party"),
        ({"To": ["+79161234567"] * 2, "From": ["+79161234567"]}, "To is given twice"),
        ({"To": ["+79161234567"], "From": ["+79161234567"], "Ring": ["1"]}, "there is no parameter Ring"),
        ({"To": ["+79161234567"], "From": ["+79161234567"], "Timeout": ["soon"]}, "Timeout is not a int"),
        (
            {"To": ["+79161234567"], "From": ["+79161234567"], "StatusCallbackEvent": ["ringing", "gone"]},
            "StatusCallbackEvent is not a progress",
        ),
    ],
)
def test_a_request_that_twilio_would_not_know_is_refused(given: dict[str, list[str]], why: str) -> None:
    assert p.complaint(p.CALLS_CREATE, given) == why
