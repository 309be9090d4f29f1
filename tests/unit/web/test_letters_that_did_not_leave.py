"""Letters that did not leave are shown to those who lead, and sent again by their word only."""

from __future__ import annotations

import pytest

from dialer.rules.words import Duty
from dialer.store.mail import Letter
from tests.unit.web.conftest import csrf_of


@pytest.mark.parametrize("duty", [Duty.GROUP_LEAD, Duty.PROJECT_MANAGER])
def test_who_leads_sees_the_reason_and_sends_it_again(lite, world, person, enter, duty):
    client = enter(person("lena", duty, project_id=world.here.project))
    page = client.get("/appointments").text
    assert page.count("Letters that did not leave") == 1
    assert page.count("the mail server refused it (550)") == 1, "the other project's is not shown"
    path = f"/letters/{world.here.letter}/again"
    assert client.post(path, data={"csrf_token": csrf_of(client, "/password")}).status_code == 302
    with lite.read() as s:
        row = s.get_one(Letter, world.here.letter)
        assert (row.failed_at, row.tries, row.problem) == (None, 0, "")
        assert s.get_one(Letter, world.there.letter).failed_at is not None
    assert "Letters that did not leave" not in client.get("/appointments").text
    again = client.post(path, data={"csrf_token": csrf_of(client, "/password")})
    assert again.status_code == 409 and "on its way or has left" in again.text


def test_a_closer_neither_sees_nor_sends_them(world, person, enter):
    client = enter(person("igor", Duty.CLOSER, project_id=world.here.project))
    assert "Letters that did not leave" not in client.get("/appointments").text
    refused = client.post(f"/letters/{world.here.letter}/again", data={"csrf_token": csrf_of(client, "/password")})
    assert refused.status_code == 403
