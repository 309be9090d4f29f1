"""People by the page of the system administrator."""

from __future__ import annotations

import pytest

from dialer.people import accounts
from dialer.rules.words import Duty
from dialer.store.people import User
from tests.unit.web.conftest import csrf_of


@pytest.fixture
def admin(person, enter, world):
    return enter(person("root", Duty.SYSTEM_ADMIN))


def _form(client, path, **changes):
    form = {"csrf_token": csrf_of(client, path), "login": "nina", "name": "Nina", "language": "ru", "active": "y"}
    return form | {"password": "a good long one"} | changes


def test_a_new_person_can_log_in_with_their_duties(admin, lite, world, enter, app):
    form = _form(admin, "/people/new", duty=[f"operator:{world.here.project}", "supervisor:0"])
    assert admin.post("/people/new", data=form).status_code == 302
    with lite.read() as s:
        nina = accounts.by_login(s, "nina")
    assert {(h.duty, h.project_id) for h in nina.holdings} == {
        (Duty.OPERATOR, world.here.project),
        (Duty.SUPERVISOR, None),
    }
    assert nina.endpoint == f"op-{nina.id}" and len(nina.phone_secret) > 20
    client = app.test_client()
    login = {"login": "nina", "password": "a good long one", "csrf_token": csrf_of(client)}
    assert client.post("/login", data=login).status_code == 302


@pytest.mark.parametrize("change", [{"login": "Ни"}, {"login": "root"}, {"password": "short"}, {"password": ""}])
def test_what_cannot_be_used_is_told(admin, lite, change):
    with lite.read() as s:
        before = s.query(User).count()
    answer = admin.post("/people/new", data=_form(admin, "/people/new", **change))
    assert answer.status_code == 400 and 'class="field-error"' in answer.text
    with lite.read() as s:
        assert s.query(User).count() == before


def test_duties_that_do_not_exist_are_left_out(admin, lite, world):
    admin.post(
        "/people/new", data=_form(admin, "/people/new", duty=["emperor:0", "operator:999", "operator:x", "closer:0"])
    )
    with lite.read() as s:
        assert [(h.duty, h.project_id) for h in accounts.by_login(s, "nina").holdings] == [(Duty.CLOSER, None)]


def test_a_switched_off_person_is_logged_out(admin, person, enter):
    anna = person("anna", Duty.SUPERVISOR)
    theirs = enter(anna)
    form = _form(admin, f"/people/{anna.id}", duty=["supervisor:0"], password="")
    del form["active"]
    admin.post(f"/people/{anna.id}", data=form)
    assert theirs.get("/").status_code == 302


def test_changed_duties_count_at_the_next_click(admin, person, enter):
    anna = person("anna", Duty.SUPERVISOR)
    theirs = enter(anna)
    assert theirs.get("/recordings").status_code == 200
    admin.post(f"/people/{anna.id}", data=_form(admin, f"/people/{anna.id}", duty=["script_writer:0"], password=""))
    assert theirs.get("/recordings").status_code == 403
    assert theirs.get("/scripts").status_code == 200


def test_nobody_changes_their_own_duties(admin, lite):
    with lite.read() as s:
        me = accounts.by_login(s, "root")
    form = _form(admin, f"/people/{me.id}", duty=["system_admin:0", "project_manager:0"], password="")
    assert admin.post(f"/people/{me.id}", data=form).status_code == 409
    with lite.read() as s:
        assert {h.duty for h in accounts.by_login(s, "root").holdings} == {Duty.SYSTEM_ADMIN}


def test_a_password_is_never_shown_or_kept_readable(admin, lite):
    admin.post("/people/new", data=_form(admin, "/people/new"))
    with lite.read() as s:
        nina = accounts.by_login(s, "nina")
    assert nina.password_hash.startswith("$argon2id$")
    assert "a good long one" not in admin.get(f"/people/{nina.id}").text


def test_whose_phone_rings_is_said_on_the_page_and_two_people_never_share_one(admin, lite, person):
    nina, olga = person("nina", Duty.OPERATOR), person("olga", Duty.OPERATOR)
    path = f"/people/{nina.id}"
    given = {"endpoint": "sip:7@pbx.example:5060", "phone_password": "s3cret-of-the-pbx", "password": ""}
    assert admin.post(path, data=_form(admin, path, **given)).status_code == 302
    page = admin.get(path).text
    assert "sip:7@pbx.example:5060" in page and "s3cret-of-the-pbx" not in page
    kept = _form(admin, path, password="", endpoint=given["endpoint"])
    assert admin.post(path, data=kept).status_code == 302, "an empty password keeps the present one"
    for wrong in (olga.endpoint, "op 7", "Local/1@x", "+12"):
        answer = admin.post(path, data=kept | {"endpoint": wrong})
        assert answer.status_code == 400 and wrong in answer.text and 'class="field-error"' in answer.text
    with lite.read() as s:
        row = accounts.by_login(s, "nina")
        assert (row.endpoint, row.phone_secret) == ("sip:7@pbx.example:5060", "s3cret-of-the-pbx")
