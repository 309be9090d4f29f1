"""Live calls: who may hear which, what is asked of the engine, and that it is written down."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialer.clock import now
from dialer.rules.words import AttemptState, Duty
from dialer.store.calls import Attempt
from dialer.store.desk import Listening
from dialer.store.messages import Command
from dialer.store.people import Audit
from tests.unit.web.conftest import csrf_of


@pytest.fixture
def talking(lite, world, person):
    """A call in each project, with an operator each."""
    calls = []
    for n, side in enumerate((world.here, world.there)):
        operator = person(f"op{n}", Duty.OPERATOR, project_id=side.project)
        with lite.write() as s:
            attempt = s.get_one(Attempt, side.attempt)
            attempt.state, attempt.operator_id, attempt.connected_at = AttemptState.CONNECTED, operator.id, now()
            attempt.closed_at = attempt.ended_at = attempt.outcome = attempt.disposition = None
        calls.append(side.attempt)
    return calls


@pytest.fixture
def vera(person, world):
    return person("vera", Duty.SUPERVISOR, project_id=world.here.project)


def commands(lite):
    with lite.read() as s:
        return [(c.kind, c.user_id, c.args) for c in s.scalars(select(Command).order_by(Command.id))]


def test_only_calls_of_ones_own_project_are_shown_and_heard(lite, enter, talking, vera):
    client = enter(vera)
    page = client.get("/live-calls").text
    assert talking[0] in page and talking[1] not in page
    token = {"csrf_token": csrf_of(client, "/live-calls")}
    assert client.post(f"/live-calls/{talking[1]}/listen", data=token).status_code in (403, 404)
    assert commands(lite) == []
    assert client.post(f"/live-calls/{talking[0]}/listen", data=token).status_code == 302
    assert commands(lite) == [("listen.start", vera.id, {"attempt": talking[0]})]
    with lite.read() as s:
        rows = s.scalars(select(Audit).where(Audit.action == "call.listen", Audit.user_id == vera.id)).all()
        assert f"attempt:{talking[0]}" in [row.object for row in rows if row.allowed]
        assert talking[1] in [row.object.partition(":")[2] for row in rows if not row.allowed], "the try too"


def test_while_listening_the_voice_is_chosen_and_left_again(lite, enter, talking, vera):
    client = enter(vera)
    with lite.write() as s:
        s.add(Listening(user_id=vera.id, attempt_id=talking[0], leg="s" + "0" * 12, up=True, since_at=now()))
    page = client.get("/live-calls/now").text
    assert 'data-listening="listen"' in page and "you are here" in page
    token = csrf_of(client, "/live-calls")
    client.post("/live-calls/voice", data={"csrf_token": token, "voice": "whisper"})
    client.post("/live-calls/voice", data={"csrf_token": token, "voice": "shout"})
    client.post("/live-calls/leave", data={"csrf_token": token})
    assert [kind for kind, *_ in commands(lite)] == ["listen.voice", "listen.stop"]


def test_an_operator_hears_nobody_elses_calls(enter, person, talking, world):
    client = enter(person("ben", Duty.OPERATOR, project_id=world.here.project))
    assert client.get("/live-calls").status_code == 403
    assert client.get("/live-calls/phone.json").status_code == 403


def test_with_nobody_talking_the_page_says_what_it_is_for(enter, vera):
    assert "Nobody talks at this moment" in enter(vera).get("/live-calls").text
