"""What every answer tells the browser, and what a request without a token is told."""

from __future__ import annotations

from dialer.rules.words import Duty
from tests.unit.web.conftest import csrf_of
from webapp import create_app


def test_no_page_allows_inline_code(app):
    policy = app.test_client().get("/login").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


def test_pages_are_not_kept_but_static_files_are(app):
    client = app.test_client()
    assert client.get("/login").headers["Cache-Control"] == "no-store"
    with client.get("/static/css/warmline.css?v=1") as file:
        assert "max-age=31536000" in file.headers["Cache-Control"]
    with client.get("/static/js/page.js") as module:
        assert module.headers["Cache-Control"] == "no-cache"


def test_other_sites_may_not_frame_or_sniff_us(app):
    headers = app.test_client().get("/login").headers
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_the_session_cookie_is_out_of_reach_of_scripts(app):
    cookie = app.test_client().get("/login").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_over_tls_the_cookie_is_secure_and_bound_to_the_host(settings, lite):
    app = create_app(settings.model_copy(update={"public_url": "https://dialer.example.com"}), lite, TESTING=True)
    answer = app.test_client().get("/login", base_url="https://dialer.example.com")
    assert answer.headers["Set-Cookie"].startswith("__Host-warmline=") and "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_the_phone_may_reach_its_pbx_and_nothing_else(settings, lite):
    pbx = settings.asterisk.model_copy(update={"ws_url": "wss://pbx.example.com:8089/ws"})
    app = create_app(settings.model_copy(update={"asterisk": pbx}), lite, TESTING=True)
    policy = app.test_client().get("/login").headers["Content-Security-Policy"]
    assert "connect-src 'self' wss://pbx.example.com:8089;" in policy


def test_a_form_without_a_token_is_refused(app, person, enter):
    client = enter(person("anna", Duty.SUPERVISOR))
    assert client.post("/logout").status_code == 400
    assert client.get("/").status_code == 200, "still logged in"


def test_a_token_of_another_session_is_refused(app, person, enter):
    foreign = csrf_of(app.test_client())
    client = enter(person("anna", Duty.SUPERVISOR))
    assert client.post("/logout", data={"csrf_token": foreign}).status_code == 400


def test_a_missing_page_is_a_calm_page_in_the_browsers_language(app):
    client = app.test_client()
    assert "There is nothing here" in client.get("/no-such-page").text
    assert client.get("/no-such-page", headers={"Accept-Language": "ru"}).status_code == 404


def test_too_large_a_request_is_refused(app, person, enter):
    client = enter(person("anna", Duty.SUPERVISOR))
    answer = client.post("/preferences", data={"language": "x" * 3_000_000, "csrf_token": csrf_of(client, "/")})
    assert answer.status_code == 413


def test_health_answers_without_a_login(app):
    assert app.test_client().get("/healthz").json == {"status": "ok"}
