"""The second factor: set up by a code that fits, asked for at login, each code good once, slow to guess."""

from __future__ import annotations

import re

import pyotp
import pytest

from dialer import clock
from dialer.people import accounts, second_factor, throttle
from dialer.rules.words import Duty
from dialer.settings import Settings
from tests.unit.web.conftest import PASSWORD, csrf_of
from webapp import create_app

RECOVERY = re.compile(r"<code>([2-9A-Z]{5}-[2-9A-Z]{5})</code>")
codes_of: dict[str, list[str]] = {}
"""secret -> the recovery codes that were shown with it."""
SECRET = re.compile(r'second-factor-secret">([A-Z2-7 ]{16,})<')


def set_up(client) -> str:
    """Through the page, as a person does; returns the secret."""
    secret = SECRET.search(client.get("/second-factor").text).group(1).replace(" ", "")
    form = {"csrf_token": csrf_of(client, "/second-factor"), "code": code(secret, -1)}
    answer = client.post("/second-factor", data=form)
    assert answer.status_code == 200
    codes_of[secret] = RECOVERY.findall(answer.text)
    return secret


def code(secret: str, later: int = 0) -> str:
    return pyotp.TOTP(secret).generate_otp(int(clock.now().timestamp()) // 30 + later)


def by_password(app, login: str):
    client = app.test_client()
    form = {"login": login, "password": PASSWORD, "csrf_token": csrf_of(client), "next": "/campaigns"}
    return client, client.post("/login", data=form)


def type_code(client, text: str):
    return client.post("/login/code", data={"csrf_token": csrf_of(client, "/login/code"), "code": text})


def test_after_setting_it_up_the_password_alone_opens_nothing(app, world, person, enter):
    secret = set_up(enter(person("pavel", Duty.PROJECT_MANAGER)))
    client, answer = by_password(app, "pavel")
    assert answer.headers["Location"].endswith("/login/code")
    assert client.get("/campaigns").status_code == 302
    assert type_code(client, "000000").status_code == 401
    assert client.get("/campaigns").status_code == 302
    assert type_code(client, code(secret)).headers["Location"].endswith("/campaigns")
    assert client.get("/campaigns").status_code == 200


def test_a_code_is_good_once(app, world, person, enter):
    secret = set_up(enter(person("pavel", Duty.PROJECT_MANAGER)))
    once = code(secret)
    assert type_code(by_password(app, "pavel")[0], once).status_code == 302
    assert type_code(by_password(app, "pavel")[0], once).status_code == 401


def test_a_recovery_code_opens_the_door_once_however_it_is_typed(app, lite, world, person, enter):
    codes = codes_of[set_up(enter(person("pavel", Duty.PROJECT_MANAGER)))]
    assert len(set(codes)) == 8
    client, _ = by_password(app, "pavel")
    assert type_code(client, codes[0].lower().replace("-", " ")).status_code == 302
    assert "7 are left" in client.get("/campaigns").text
    assert type_code(by_password(app, "pavel")[0], codes[0]).status_code == 401
    assert type_code(by_password(app, "pavel")[0], codes[1]).status_code == 302
    with lite.read() as s:
        kept = accounts.by_login(s, "pavel").recovery
    assert len(kept) == 6 and not any(one in str(kept) for one in codes), "only hashes are kept"


def test_setting_it_up_anew_and_switching_it_off_end_the_old_recovery_codes(app, lite, world, person, enter):
    pavel = person("pavel", Duty.PROJECT_MANAGER)
    client = enter(pavel)
    old = codes_of[set_up(client)]
    new = codes_of[set_up(client)]
    assert type_code(by_password(app, "pavel")[0], old[0]).status_code == 401
    assert type_code(by_password(app, "pavel")[0], new[0]).status_code == 302
    with lite.write() as s:
        second_factor.switch_off(s, user := accounts.by_login(s, "pavel"), None, clock.now())
        assert user.recovery == []


def test_it_is_not_set_up_by_a_code_that_does_not_fit(lite, world, person, enter):
    client = enter(person("pavel", Duty.PROJECT_MANAGER))
    client.get("/second-factor")
    form = {"csrf_token": csrf_of(client, "/second-factor"), "code": "123"}
    assert client.post("/second-factor", data=form).status_code == 400
    with lite.read() as s:
        assert accounts.by_login(s, "pavel").totp_secret is None


def test_guessing_codes_closes_the_door(app, world, person, enter):
    secret = set_up(enter(person("pavel", Duty.PROJECT_MANAGER)))
    client, _ = by_password(app, "pavel")
    answers = [type_code(client, "12345").status_code for _ in range(throttle.PER_LOGIN + 1)]
    assert answers[-1] == 429 and type_code(client, code(secret)).status_code == 429


def test_a_code_page_without_a_password_leads_to_the_login_page(app):
    assert app.test_client().get("/login/code").headers["Location"].endswith("/login")


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        ({}, True),
        ({"web_host": "0.0.0.0"}, True),
        ({"demo": True}, False),
        ({"demo": True, "web_host": "0.0.0.0"}, True),
        ({"second_factor": "optional"}, False),
        ({"demo": True, "second_factor": "required"}, True),
    ],
)
def test_only_a_demo_on_this_machine_goes_without_unless_it_is_said(monkeypatch, given, needed):
    monkeypatch.delenv("DIALER_SECOND_FACTOR")
    assert Settings(**given).needs_second_factor is needed


def test_where_it_is_required_who_is_above_operator_sets_it_up_first(settings: Settings, lite, world, person):
    app = create_app(settings.model_copy(update={"second_factor": "required"}), lite, TESTING=True)
    person("pavel", Duty.PROJECT_MANAGER)
    person("anna", Duty.OPERATOR)
    pavel, anna = by_password(app, "pavel")[0], by_password(app, "anna")[0]
    assert pavel.get("/campaigns").headers["Location"].endswith("/second-factor")
    set_up(pavel)
    assert pavel.get("/campaigns").status_code == 200
    assert anna.get("/desk").status_code == 200


def test_who_lost_their_device_is_let_in_without(lite, world, person, enter, app):
    pavel = person("pavel", Duty.PROJECT_MANAGER)
    client = enter(pavel)
    set_up(client)
    with lite.write() as s:
        second_factor.switch_off(s, accounts.by_login(s, "pavel"), None, clock.now())
    assert client.get("/campaigns").status_code == 302, "open sessions end"
    assert by_password(app, "pavel")[1].headers["Location"].endswith("/campaigns")


@pytest.mark.parametrize("text", ["", "abcdef", "０００００0", "1" * 500])
def test_what_is_no_code_is_refused(text: str):
    assert second_factor.fits(pyotp.random_base32(), text, clock.now()) is None
