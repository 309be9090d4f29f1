"""The do-not-call list by the pages."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialer.rules.words import ContactState, Duty
from dialer.store.contacts import Contact, Suppression
from dialer.store.people import Audit
from tests.conftest import NOON
from tests.unit.web.conftest import csrf_of


@pytest.fixture
def admin(person, enter, world):
    return enter(person("base", Duty.BASE_ADMIN, project_id=world.here.project))


def _stop(client, number, scope, reason="asked for it"):
    form = {"csrf_token": csrf_of(client, "/do-not-call"), "number": number, "scope_id": scope, "reason": reason}
    return client.post("/do-not-call", data=form)


def test_a_stopped_number_stops_its_contact(admin, lite, world):
    assert _stop(admin, "8 (916) 123-45-01", world.here.project).status_code == 302
    with lite.read() as s:
        assert s.get_one(Contact, world.here.contact).state is ContactState.SUPPRESSED
        assert s.scalar(select(Suppression.source).where(Suppression.number == world.here.number)) == "request"


@pytest.mark.parametrize("number", ["112", "hello", "", "+7 916"])
def test_what_is_no_number_is_told(admin, lite, world, number):
    with lite.read() as s:
        before = s.query(Suppression).count()
    assert _stop(admin, number, world.here.project).status_code == 400
    with lite.read() as s:
        assert s.query(Suppression).count() == before


def test_a_reason_is_asked_for(admin, world):
    assert _stop(admin, "+79161234501", world.here.project, reason="").status_code == 400


def test_who_is_bound_to_a_project_cannot_stop_numbers_elsewhere(admin, world):
    for scope in (0, world.there.project):
        assert _stop(admin, "+79161234501", scope).status_code == 400


def test_an_entry_is_removed_with_its_reason(admin, lite, world):
    form = {"csrf_token": csrf_of(admin, "/do-not-call"), "reason": "entered by mistake"}
    admin.post(f"/do-not-call/{world.here.suppression}/remove", data=form)
    with lite.read() as s:
        assert s.get(Suppression, world.here.suppression) is None
        row = s.scalar(select(Audit).where(Audit.action == "suppression.remove"))
    assert row.detail["reason"] == "entered by mistake"


def test_without_a_reason_it_stays(admin, lite, world):
    admin.post(f"/do-not-call/{world.here.suppression}/remove", data={"csrf_token": csrf_of(admin, "/do-not-call")})
    with lite.read() as s:
        assert s.get(Suppression, world.here.suppression) is not None


def test_the_list_shows_ones_own_project_and_everywhere(admin, lite, world):
    with lite.write() as s:
        s.get_one(Suppression, world.there.suppression).number = "+74950000001"
        s.add(Suppression(number="+74950000002", scope_id=0, added_at=NOON))
    page = admin.get("/do-not-call").text
    assert f"remove-{world.here.suppression}" in page
    assert "+74950000002" in page
    assert "+74950000001" not in page
