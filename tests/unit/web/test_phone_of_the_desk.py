"""Which phone the desk is told to be: by network, by its settings, and by the person's own phone name."""

from __future__ import annotations

import jwt
import pytest

from dialer.rules.words import Duty
from dialer.settings import Settings
from dialer.store.people import User
from tests.unit.web.conftest import PASSWORD, csrf_of
from webapp import create_app

KEY = {"account_sid": "AC" + "0" * 32, "api_key": "SK" + "1" * 32, "api_secret": "s" * 32}


def asked(settings, lite, person, endpoint="", provider="twilio", **parts):
    """A browser in which an operator with this phone name is logged in, at an installation of these settings."""
    made = Settings.model_validate({**settings.model_dump(), "provider": provider, **parts})
    who = person("anna", Duty.OPERATOR)
    with lite.write() as s:
        s.get_one(User, who.id).endpoint = endpoint
    client = create_app(made, lite, TESTING=True).test_client()
    client.post("/login", data={"login": "anna", "password": PASSWORD, "csrf_token": csrf_of(client)})
    return client


@pytest.mark.parametrize(
    ("endpoint", "twilio", "kind"),
    [
        ("client:anna", KEY, "browser"),
        ("", KEY, "browser"),
        ("client:anna", {}, "none"),
        ("sip:anna@example.com", {}, "sip"),
        ("+74950001122", KEY, "sip"),
    ],
)
def test_at_twilio_the_phones_name_and_the_key_decide(settings, lite, person, endpoint, twilio, kind):
    client = asked(settings, lite, person, endpoint, twilio=twilio)
    told = client.get("/desk/phone.json").json
    assert told["kind"] == kind and "password" not in told


@pytest.mark.parametrize(("endpoint", "kind"), [("op-7", "sip"), ("", "missing")])
def test_at_a_pbx_a_person_without_a_phone_is_told_so(settings, lite, person, endpoint, kind):
    client = asked(settings, lite, person, endpoint, provider="asterisk")
    assert client.get("/desk/phone.json").json["kind"] == kind


def test_the_token_is_for_ones_own_phone_and_can_only_be_rung(settings, lite, person):
    client = asked(settings, lite, person, "client:anna", twilio={**KEY, "region": "ie1"})
    told = client.get("/twilio/token.json").json
    token = jwt.decode(told["token"], KEY["api_secret"], algorithms=["HS256"])
    assert told["identity"] == token["grants"]["identity"] == "anna"
    assert token["grants"]["voice"] == {"incoming": {"allow": True}}
    assert (token["iss"], token["sub"]) == (KEY["api_key"], KEY["account_sid"])
    assert jwt.get_unverified_header(told["token"])["twr"] == "ie1"


@pytest.mark.parametrize(
    ("twilio", "origin"),
    [
        ({**KEY, "edge": "dublin"}, "connect-src 'self' wss://voice-js.dublin.twilio.com;"),
        (KEY, "connect-src 'self' wss://*.twilio.com;"),
        ({}, "connect-src 'self';"),
    ],
)
def test_the_page_may_reach_twilios_socket_and_nothing_else(settings, lite, person, twilio, origin):
    client = asked(settings, lite, person, twilio=twilio)
    assert origin in client.get("/desk").headers["Content-Security-Policy"]


def test_on_asterisk_the_password_goes_to_its_owner(settings, lite, person):
    pbx = {"ws_url": "wss://pbx.example.com:8089/ws", "sip_domain": "pbx.example.com"}
    client = asked(settings, lite, person, "op-7", provider="asterisk", asterisk=pbx)
    told = client.get("/desk/phone.json").json
    assert (told["kind"], told["uri"], told["network"]) == ("browser", "sip:op-7@pbx.example.com", "asterisk")
