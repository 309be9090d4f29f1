"""What one step along the script asks of the database: a number that may fall and not rise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select

from dialer import clock
from dialer.store import Database
from dialer.store.scripts import Answer, ScriptRun, ScriptStep
from tests.support import floor
from tests.support.floor import CALL
from tests.unit.web.conftest import csrf_of

MOST = 28
"""Statements of a step with an answer, BEGIN and the look at who is asking included (66 before they were gathered)."""
MOST_OF_THE_WHOLE = 33
"""Of the whole page's body."""


@contextmanager
def counting(db: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(re.sub(r"\s+", " ", statement)[:100])

    event.listen(db.engine, "before_cursor_execute", note)
    yield said
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.fixture
def now() -> datetime:
    return clock.now()


@pytest.fixture
def desk(app, lite, now) -> FlaskClient:
    """The operator's browser, in a call."""
    built = floor.build(lite, now)
    with lite.write() as s:
        floor.talk(s, built, now)
    client = app.test_client()
    client.post("/login", data={"csrf_token": csrf_of(client), "login": "anna", "password": floor.PASSWORD})
    client.get("/desk")
    return client


def step(client: FlaskClient, db: Database, code: str, state: str = "talking", **typed: str):
    with db.read() as s:
        revision = s.get_one(ScriptRun, CALL).revision
    form = {"attempt": CALL, "revision": str(revision), "code": code, "state": state} | typed
    return client.post("/desk/script/choose", data=form, headers={"X-CSRFToken": csrf_of(client, "/password")})


def test_a_step_asks_few_questions_of_the_database(desk, lite):
    step(desk, lite, "dm")
    step(desk, lite, "yes")
    token = csrf_of(desk, "/password")
    with lite.read() as s:
        revision = s.get_one(ScriptRun, CALL).revision
    form = {"attempt": CALL, "revision": str(revision), "code": "next", "state": "talking", "q.stock": "1"}
    with counting(lite) as said:
        answer = desk.post("/desk/script/choose", data=form, headers={"X-CSRFToken": token})
    assert answer.status_code == 200 and 'id="script-col"' in answer.text
    assert len(said) <= MOST, "\n".join(said)
    with lite.read() as s:  # P3: all of it is stored all the same, once
        assert s.scalars(select(Answer).where(Answer.field == "stock")).one().value == {"value": 1}
        events = [(row.entry["event"], row.entry["field"]) for row in s.scalars(select(ScriptStep))]
        assert events.count(("answered", "stock")) == 1
    with counting(lite) as said:
        desk.get("/desk/body")
    assert len(said) <= MOST_OF_THE_WHOLE, "\n".join(said)


def test_a_step_leaves_bar_and_contact_to_the_page_that_shows_them(desk, lite):
    part = step(desk, lite, "dm").text
    assert part.count("data-unchanged") == 2 and "ООО «Ромашка»" not in part and 'id="call-col"' in part
    whole = desk.get("/desk/body").text
    assert "data-unchanged" not in whole and "ООО «Ромашка»" in whole


def test_a_page_that_shows_another_state_or_says_none_gets_the_whole(desk, lite):
    for state in ("wrap_up", ""):
        answer = step(desk, lite, "dm" if state else "yes", state=state)
        assert "data-unchanged" not in answer.text and "ООО «Ромашка»" in answer.text


def test_a_step_that_is_refused_shows_the_whole_truth(desk, lite):
    answer = step(desk, lite, "no-such-button")
    assert answer.status_code == 409 and "data-unchanged" not in answer.text and "ООО «Ромашка»" in answer.text
