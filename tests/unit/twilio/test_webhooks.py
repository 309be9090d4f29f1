"""Who may tell us what became of a call: only Twilio, only about a call of ours, only in shape, and only once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict

from dialer.lab.twilio.server import ACCOUNT
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.provider import ProviderEvent
from tests.unit.twilio.conftest import CALL, HOST, OTHER_CALL, PREVIOUS, Send, status_form

Rows = Callable[[], list[ProviderEvent]]


def test_a_signed_webhook_is_kept_for_the_engine(send: Send, rows: Rows, leg: str) -> None:
    assert send(f"/twilio/status/{leg}", status_form()).status_code == 204
    (row,) = rows()
    assert (row.leg, row.call, row.kind, row.done) == (leg, CALL, "status", False)
    assert row.data == {"status": "busy", "seq": 2, "sip": 486}


def test_the_token_of_before_a_rotation_is_taken_too(send: Send, rows: Rows, leg: str) -> None:
    assert send(f"/twilio/status/{leg}", status_form(), token=PREVIOUS).status_code == 204
    assert len(rows()) == 1


@pytest.mark.parametrize("address", ["status", "amd", "recording", "answer"])
def test_without_the_right_signature_nothing_is_told_or_kept(
    client: FlaskClient, send: Send, rows: Rows, leg: str, address: str
) -> None:
    path = f"/twilio/{address}/{leg}"
    assert client.post(path, data=status_form()).status_code == 403
    assert send(path, status_form(), token="somebody else's").status_code == 403
    assert send(path, status_form(), signed=status_form(CallStatus="completed")).status_code == 403
    assert send("/twilio/status/nosuchleg00", status_form(), token="no").status_code == 403
    assert rows() == []


@pytest.mark.parametrize(
    "path", ["/twilio/inbound", "/twilio/sorry", "/twilio/room/rabcdefgh", "/twilio/bridge/a0000000/rabcdefgh"]
)
def test_every_other_address_asks_for_a_signature_too(client: FlaskClient, path: str) -> None:
    assert client.post(path, data=status_form()).status_code == 403
    assert client.get(path).status_code == 405


def test_the_public_address_counts_and_not_what_a_proxy_says(send: Send, leg: str) -> None:
    spoof = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "Host": "evil.example"}
    assert send(f"/twilio/status/{leg}", status_form(), headers=spoof).status_code == 204
    assert HOST.startswith("https://")


@pytest.mark.parametrize(
    "kind",
    [
        {"content_type": "application/json", "data": b'{"CallSid": "CA1"}'},
        {"content_type": "text/plain", "data": b"CallSid=CA1"},
        {"content_type": "multipart/form-data; boundary=x", "data": b"--x--"},
        {"content_type": "application/x-www-form-urlencoded", "data": b""},
    ],
)
def test_anything_but_a_signed_form_is_refused_without_a_fault(
    client: FlaskClient, leg: str, kind: dict[str, str]
) -> None:
    assert client.post(f"/twilio/status/{leg}", headers={"X-Twilio-Signature": "eA=="}, **kind).status_code == 403


def test_a_body_of_megabytes_is_not_read(client: FlaskClient, leg: str) -> None:
    answer = client.post(f"/twilio/status/{leg}", data={"a": "x" * 10_000_000}, headers={"X-Twilio-Signature": "eA=="})
    assert answer.status_code in (403, 413)


def test_telling_it_again_changes_nothing(send: Send, rows: Rows, leg: str) -> None:
    for _ in range(5):
        assert send(f"/twilio/status/{leg}", status_form()).status_code == 204
    assert len(rows()) == 1


BORDERS = [
    {"CallSid": CALL + "CallStatusbusy", "CallStatus": "absent"},
    {"CallStatus": "busyCallbackSourcecall-progress-events", "CallbackSource": "absent"},
    {"SequenceNumber": "2SipResponseCode486", "SipResponseCode": "absent"},
    {"AccountSid": f"{ACCOUNT}CallSid{CALL}", "CallSid": "absent"},
]


@pytest.mark.parametrize("shifted", BORDERS)
def test_a_form_whose_borders_were_shifted_validates_and_is_still_refused(
    send: Send, rows: Rows, leg: str, shifted: dict[str, str]
) -> None:
    answer = send(f"/twilio/status/{leg}", status_form(**shifted), signed=status_form())
    assert answer.status_code == 400, "the signature is right, the shape is not"
    assert rows() == []


def test_a_field_given_twice_is_refused(send: Send, rows: Rows, leg: str) -> None:
    twice = MultiDict([*status_form().items(), ("CallStatus", "busy")])
    assert send(f"/twilio/status/{leg}", twice, signed=status_form()).status_code == 400
    assert rows() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"AccountSid": "AC" + "f" * 32},
        {"CallSid": "CA12"},
        {"CallStatus": "gone"},
        {"SequenceNumber": "-1"},
        {"SipResponseCode": "48"},
        {"SequenceNumber": "absent"},
    ],
)
def test_what_twilio_would_not_send_is_refused(send: Send, rows: Rows, leg: str, wrong: dict[str, str]) -> None:
    assert send(f"/twilio/status/{leg}", status_form(**wrong)).status_code == 400
    assert rows() == []


def test_a_call_we_do_not_know_leaves_no_row(send: Send, rows: Rows, leg: str, lite: Database) -> None:
    assert send("/twilio/status/anobodysleg0000", status_form()).status_code == 404
    assert send("/twilio/status/..%2F..%2Fetc", status_form()).status_code in (403, 404)
    with lite.write() as s:
        s.get_one(Attempt, leg).provider_ref = OTHER_CALL
    assert send(f"/twilio/status/{leg}", status_form()).status_code == 404, "the leg is another call"
    with lite.write() as s:
        s.get_one(Attempt, leg).provider = "asterisk"
    assert send(f"/twilio/status/{leg}", status_form(CallSid=OTHER_CALL)).status_code == 404
    assert rows() == []


def test_where_a_recording_is_said_to_lie_is_not_even_kept(send: Send, rows: Rows, leg: str) -> None:
    form = {
        "AccountSid": ACCOUNT,
        "CallSid": CALL,
        "RecordingSid": "RE" + "3" * 32,
        "RecordingStatus": "completed",
        "RecordingUrl": "http://169.254.169.254/latest/meta-data",
    }
    assert send(f"/twilio/recording/{leg}", form).status_code == 204
    assert rows()[0].data == {"recording": "RE" + "3" * 32, "status": "completed"}
    assert send(f"/twilio/recording/{leg}", {**form, "RecordingSid": "../x"}).status_code == 400


def test_a_conference_event_names_its_leg_by_the_label_we_gave(send: Send, rows: Rows, leg: str) -> None:
    form = {
        "AccountSid": ACCOUNT,
        "CallSid": CALL,
        "ConferenceSid": "CF" + "4" * 32,
        "FriendlyName": "rsomeroom",
        "ParticipantLabel": leg,
        "SequenceNumber": "7",
        "StatusCallbackEvent": "participant-join",
    }
    assert send("/twilio/room/rsomeroom", form).status_code == 204
    assert (rows()[0].leg, rows()[0].data["seq"]) == (leg, 7)
    assert send("/twilio/room/ranotherone", form).status_code == 400
    assert send("/twilio/room/rsomeroom", {**form, "ParticipantLabel": "a" * 80}).status_code == 400
    assert (
        send("/twilio/room/rsomeroom", {**form, "StatusCallbackEvent": "participant-speech-start"}).status_code == 204
    )
    assert len(rows()) == 1


def test_a_bridge_is_about_its_parents_leg(send: Send, rows: Rows, leg: str) -> None:
    form = status_form(CallSid=OTHER_CALL, ParentCallSid=CALL, CallStatus="in-progress", SequenceNumber="0")
    for _ in range(2):
        assert send(f"/twilio/bridge/{leg}/rsomeroom", form).status_code == 204
    (row,) = rows()
    assert (row.leg, row.call, row.data["room"], row.data["child"]) == (leg, CALL, "rsomeroom", OTHER_CALL)
    shifted = {**form, "ParentCallSid": CALL + "SequenceNumber0"}
    del shifted["SequenceNumber"]
    assert send(f"/twilio/bridge/{leg}/rsomeroom", shifted).status_code == 400
    assert send(f"/twilio/bridge/{leg}/rsomeroom", {**form, "CallStatus": "gone"}).status_code == 400
    assert send("/twilio/bridge/anobodysleg0000/rsomeroom", form).status_code == 404
    assert len(rows()) == 1


def test_an_answer_nobody_decides_about_is_polite_and_counted(send: Send, leg: str, lite: Database) -> None:
    answer = send(f"/twilio/answer/{leg}", status_form(CallStatus="in-progress"))
    assert answer.status_code == 200 and answer.mimetype == "text/xml"
    assert "<Say" in answer.text and answer.text.endswith("<Hangup /></Response>")
    with lite.read() as s:
        assert s.get_one(Attempt, leg).abandoned
    again = send(f"/twilio/answer/{leg}", status_form(CallStatus="in-progress"))
    assert again.text == answer.text, "who is asked twice says the same"


def test_the_fallback_is_polite_too(send: Send) -> None:
    assert "<Say" in send("/twilio/sorry", status_form()).text
