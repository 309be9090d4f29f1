"""The stand-in is strict: it signs as Twilio does, and refuses aloud what Twilio would not take."""

from __future__ import annotations

from dataclasses import replace

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from dialer.lab.twilio import StandIn
from dialer.lab.twilio.mail import signature
from dialer.lab.twilio.twiml import BadTwiml, parse
from dialer.providers.base import Join, Message, Plan, Reject
from dialer.providers.twilio import plans
from dialer.providers.twilio.client import connect
from dialer.providers.twilio.config import TwilioConfig

LEG, ROOM, TO, FROM = "a" * 26, "r" * 26, "+79165550060", "+74950001122"


def test_its_signature_is_the_one_that_the_library_checks() -> None:
    url, form = "https://dial.example.com/twilio/status/a1?x=1", {"To": "+7", "B": "б", "AccountSid": ""}
    assert RequestValidator("token").validate(url, form, signature("token", url, form))
    assert not RequestValidator("token").validate(url, {**form, "B": "c"}, signature("token", url, form))


@pytest.fixture
def config(tmp_path) -> TwilioConfig:  # type: ignore[no-untyped-def]
    return TwilioConfig("AC" + "0123456789abcdef" * 2, "", "", "https://dial.example.com", tmp_path)


@pytest.mark.parametrize("plan", [Join(ROOM), Join(ROOM, record=False), Message("sorry-en"), Message("x"), Reject()])
def test_every_plan_survives_the_database_and_is_twiml_it_takes(config: TwilioConfig, plan: Plan) -> None:
    assert plans.from_row(plans.to_row(plan)) == plan
    assert parse(plans.twiml(config, LEG, plan))[-1].verb == ("conference" if isinstance(plan, Join) else "hangup")


def test_the_other_documents_are_taken_too(config: TwilioConfig) -> None:
    away = replace(config, bridge="sip:pbx.example.com", bridge_user="u", bridge_password="p")
    assert parse(plans.join(away, LEG, ROOM))[0].text == f"sip:{ROOM}@pbx.example.com"
    assert parse(plans.music(LEG))[0].verb == "conference"
    assert [step.verb for step in parse(plans.join(config, LEG, ROOM, "12#"))] == ["digits", "conference"]
    assert parse(plans.sorry())[-1].verb == "hangup"
    with pytest.raises(ValueError, match="not an id"):
        plans.join(config, '"><Dial>', ROOM)


@pytest.mark.parametrize(
    "document",
    [
        "<Response><Redirect>x</Redirect></Response>",
        "<Response><Dial><Number>+7916</Number></Dial></Response>",
        "<Response><Dial><Conference volume='9'>x</Conference></Dial></Response>",
        "<Response><Dial><Conference/></Dial></Response>",
        "<Response><Dial><Sip>pbx.example.com</Sip></Dial></Response>",
        "<Response><Say language='xx'>x</Say></Response>",
        "<Answer/>",
        "<Response>",
        "<!DOCTYPE x [<!ENTITY a 'b'>]><Response/>",
    ],
)
def test_what_is_not_in_the_subset_is_refused_aloud(document: str) -> None:
    with pytest.raises(BadTwiml):
        parse(document)


def test_a_wrong_key_an_unknown_parameter_and_a_missing_document_are_refused(config: TwilioConfig) -> None:
    with StandIn() as made:
        ours = TwilioConfig(
            config.account, config.account, made.token, config.public_url, config.raw, base_url=made.base_url
        )
        client: Client = connect(ours)
        for params, code in (
            ({"to": TO, "from_": FROM}, 21205),
            ({"to": TO, "from_": FROM, "url": "ftp://x"}, 20001),
            ({"to": TO, "from_": "client:x", "url": "https://x"}, 21212),
        ):
            with pytest.raises(TwilioRestException) as refused:
                client.calls.create(**params)
            assert refused.value.code == code
        client.username, client.auth = "other", ("other", "wrong")
        with pytest.raises(TwilioRestException) as stranger:
            client.calls.create(to=TO, from_=FROM, url="https://x")
        assert stranger.value.status == 401
        assert made.log() == []
