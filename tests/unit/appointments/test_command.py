"""``dialer appointments`` lists what is booked and what is free."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from dialer import clock
from dialer.cli.appointments import group
from dialer.desk.appointments import booking, slots
from dialer.errors import BadInput
from dialer.store import Database
from dialer.store.projects import Campaign
from tests.support import floor
from tests.support.floor import CALL


@pytest.fixture
def run(lite: Database, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DIALER_DATABASE_URL", str(lite.engine.url))
    return lambda *words: CliRunner().invoke(group, list(words))


def test_it_lists_what_is_booked_and_what_is_free(lite: Database, run: Any) -> None:
    now = clock.now()
    shop = floor.build(lite, now)
    with lite.write() as s:
        floor.talk(s, shop, now)
        one = slots.free(s, s.get_one(Campaign, shop.campaign), now)[0]
        held = booking.hold(s, CALL, shop.closer, one.starts_at, shop.operator, now)
        booking.book(s, held.id, shop.operator, now)
    [line] = json.loads(run("list", "--project", "Склады", "--json").output)
    assert (line["state"], line["closer"], line["starts_at"]) == ("booked", "Игорь Титов", one.starts_at.isoformat())
    assert json.loads(run("list", "--project", "Склады", "--state", "held", "--json").output) == []
    free = json.loads(run("slots", "--campaign", str(shop.campaign), "--json").output)
    assert free and one.starts_at.isoformat() not in [row["starts_at"] for row in free]
    assert "booked" in run("list", "--project", "Склады").output
    assert "no appointments" in run("list", "--project", "Склады", "--state", "held").output
    assert run("slots", "--campaign", "Волга, склады").output.count("\n") == slots.SHOWN


def test_a_project_that_is_not_there_is_one_sentence(lite: Database, run: Any) -> None:
    done = run("list", "--project", "None")
    assert isinstance(done.exception, BadInput) and str(done.exception) == "there is no project None"
