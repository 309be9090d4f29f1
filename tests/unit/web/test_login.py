"""Coming in and going out: throttle, sessions, cookies, redirects."""

from __future__ import annotations

import pytest

from dialer.people import accounts, throttle
from dialer.rules.words import Duty
from dialer.settings import Settings
from dialer.store.people import Audit, LoginFailure, User
from tests.unit.web.conftest import PASSWORD, csrf_of
from webapp import create_app
from webapp.login.views import ours


def _try(client, login, password):
    form = {"login": login, "password": password, "csrf_token": csrf_of(client)}
    return client.post("/login", data=form)


def test_a_person_with_the_right_password_comes_in(app, person):
    client = app.test_client()
    assert _try(client, person("anna", Duty.SUPERVISOR).login, PASSWORD).status_code == 302
    assert b"Anna" in client.get("/").data


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app, person):
    person("anna", Duty.SUPERVISOR)
    wrong, unknown = _try(app.test_client(), "anna", "not this one"), _try(app.test_client(), "nobody", "not this one")
    assert wrong.status_code == unknown.status_code == 401
    alert = 'role="alert">The login name or the password is wrong.'
    assert alert in wrong.text and alert in unknown.text


def test_the_eleventh_guess_is_not_even_looked_at(app, lite, person):
    person("anna", Duty.SUPERVISOR)
    client = app.test_client()
    for _ in range(throttle.PER_LOGIN):
        assert _try(client, "anna", "guess").status_code == 401
    assert _try(client, "anna", PASSWORD).status_code == 429


def test_failures_hold_no_login_name_and_are_forgotten_by_a_success(app, lite, person):
    person("anna", Duty.SUPERVISOR)
    _try(app.test_client(), "anna", "guess")
    with lite.read() as s:
        keys = [f.key for f in s.query(LoginFailure)]
    assert len(keys) == 2 and not any("anna" in key for key in keys)
    _try(app.test_client(), "anna", PASSWORD)
    with lite.read() as s:
        assert s.query(LoginFailure).count() == 1, "the address keeps its count, the name does not"


def test_logging_out_everywhere_ends_the_other_browser_too(app, person, enter):
    anna = person("anna", Duty.SUPERVISOR)
    first, second = enter(anna), enter(anna)
    first.post("/logout", data={"where": "everywhere", "csrf_token": csrf_of(first, "/")})
    assert second.get("/").status_code == 302


def test_logging_out_here_leaves_the_other_browser_alone(person, enter):
    anna = person("anna", Duty.SUPERVISOR)
    first, second = enter(anna), enter(anna)
    first.post("/logout", data={"csrf_token": csrf_of(first, "/")})
    assert first.get("/").status_code == 302
    assert second.get("/").status_code == 200


def test_a_switched_off_person_is_out_at_once(lite, person, enter):
    anna = person("anna", Duty.SUPERVISOR)
    client = enter(anna)
    with lite.write() as s:
        s.get_one(User, anna.id).active = False
    assert client.get("/").status_code == 302


def test_a_new_password_ends_the_other_sessions_but_not_this_one(person, enter):
    anna = person("anna", Duty.SUPERVISOR)
    first, second = enter(anna), enter(anna)
    form = {"old": PASSWORD, "new": "another long one", "again": "another long one"}
    answer = first.post("/password", data=form | {"csrf_token": csrf_of(first, "/password")})
    assert answer.status_code == 302
    assert first.get("/").status_code == 200
    assert second.get("/").status_code == 302


@pytest.mark.parametrize("bad", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1", ""])
def test_a_login_leads_only_to_our_own_addresses(app, bad):
    with app.test_request_context():
        assert ours(bad) == "/"
        assert ours("/campaigns?page=2") == "/campaigns?page=2"


def test_a_login_is_written_down(app, lite, person, enter):
    enter(person("anna", Duty.SUPERVISOR))
    with lite.read() as s:
        assert [(a.action, a.allowed) for a in s.query(Audit)] == [("login", True)]


def test_without_the_demo_no_login_is_shown(app, settings):
    settings.data.mkdir(parents=True)
    (settings.data / "demo-logins.json").write_text('[{"login": "anna", "password": "shown-secret"}]')
    assert b"shown-secret" not in app.test_client().get("/login").data


def test_the_demo_shows_its_logins(settings, lite):
    settings.data.mkdir(parents=True)
    (settings.data / "demo-logins.json").write_text('[{"login": "anna", "password": "shown-secret"}]')
    demo = create_app(settings.model_copy(update={"demo": True}), lite, TESTING=True)
    assert b"shown-secret" in demo.test_client().get("/login").data


def test_it_does_not_start_with_a_short_key(lite, tmp_path):
    from dialer.settings import SettingsError

    with pytest.raises(SettingsError, match="DIALER_SECRET_KEY"):
        create_app(Settings(data=tmp_path, secret_key="short"), lite)


def test_the_chosen_language_stays_with_the_person(app, lite, person, enter):
    client = enter(person("anna", Duty.SUPERVISOR))
    client.post("/preferences", data={"language": "ru", "csrf_token": csrf_of(client, "/")})
    assert 'lang="ru"' in client.get("/").text
    with lite.read() as s:
        assert accounts.by_login(s, "anna").language == "ru"
