"""Routes and numbers by page, command and API: written, shown, put to rest."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from dialer import clock
from dialer import settings as settings_of
from dialer.cli.routes import group
from dialer.errors import BadInput
from dialer.rules.words import Duty, LinkState
from dialer.store.projects import Campaign
from dialer.store.provider import NetworkLink, NumberRest
from tests.conftest import NOON
from tests.unit.web.conftest import csrf_of

A, B = "+74951112201", "+74951112202"
TEXT = f"asterisk:a {A} {B} cap=300\ntwilio +12025550100"


@pytest.fixture
def path(world):
    return f"/campaigns/{world.here.campaign}/routes"


@pytest.fixture
def manager(person, enter, world):
    return enter(person("pm", Duty.PROJECT_MANAGER))


def save(client, path, text):
    return client.post(path, data={"csrf_token": csrf_of(client, path), "routes": text})


def test_routes_are_written_on_the_page_and_shown_with_their_numbers(lite, world, manager, path):
    assert "no routes of its own" in manager.get(path).text
    assert save(manager, path, TEXT).status_code == 302
    page = manager.get(path).text
    assert "1. asterisk:a" in page and "2. twilio" in page and f'data-number="{B}"' in page and "0 of 300" in page
    with lite.read() as s:
        assert [r["network"] for r in s.get_one(Campaign, world.here.campaign).routes] == ["asterisk", "twilio"]


def test_a_line_that_is_none_is_named_and_nothing_typed_is_lost(lite, world, manager, path):
    answer = save(manager, path, "asterisk:a\nskype +74951112233")
    assert answer.status_code == 400
    assert "line 2: there is no network" in answer.text and "skype +74951112233</textarea>" in answer.text
    with lite.read() as s:
        assert s.get_one(Campaign, world.here.campaign).routes == []


def test_a_number_of_the_campaign_rests_and_comes_back_and_no_other_number_does(lite, world, manager, path):
    save(manager, path, TEXT)
    token = csrf_of(manager, path)
    base = f"/campaigns/{world.here.campaign}/numbers"
    manager.post(f"{base}/rest", data={"csrf_token": token, "number": A})
    manager.post(f"{base}/rest", data={"csrf_token": token, "number": "+74959999999"})
    with lite.read() as s:
        assert [row.number for row in s.query(NumberRest)] == [A]
    assert "Show again" in manager.get(path).text
    manager.post(f"{base}/wake", data={"csrf_token": token, "number": A})
    assert "Show again" not in manager.get(path).text


def test_who_may_only_see_finds_no_form(person, enter, world, path):
    client = enter(person("ana", Duty.SUPERVISOR, project_id=world.here.project))
    page = client.get(path)
    assert page.status_code == 200 and "<textarea" not in page.text


@pytest.fixture
def run(lite, monkeypatch):
    monkeypatch.setenv("DIALER_DATABASE_URL", str(lite.engine.url))
    settings_of.load.cache_clear()
    return lambda *words: CliRunner().invoke(group, words, catch_exceptions=True)


def test_the_command_does_the_same(lite, world, run):
    campaign = str(world.here.campaign)
    assert run("show", "--campaign", campaign).output.startswith("no routes of its own")
    assert "asterisk:a, then twilio" in run("set", "--campaign", campaign, *TEXT.splitlines()).output
    assert run("rest", A, "--hours", "1", "--reason", "complaints").exit_code == 0
    rows = json.loads(run("show", "--campaign", campaign, "--json").output)
    assert rows[0]["numbers"][0]["reason"] == "complaints" and rows[0]["numbers"][0]["resting_until"]
    assert A in run("show", "--campaign", campaign).output
    assert "is shown again" in run("wake", A).output and "did not rest" in run("wake", A).output
    assert run("set", "--campaign", campaign).exit_code == 0
    assert json.loads(run("show", "--campaign", campaign, "--json").output) == []


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("set", "--campaign", "1", "skype"), "line 1: there is no network"),
        (("set", "--campaign", "nowhere", "twilio"), "there is no campaign nowhere"),
        (("rest", "8495"), "8495 is not a number"),
    ],
)
def test_a_mistake_is_one_sentence(world, run, words, why):
    found = run(*words)
    assert isinstance(found.exception, BadInput) and why in str(found.exception)


def link(s, network="twilio", **columns):
    row = NetworkLink(engine="host:1", network=network, state=LinkState.UP, since_at=NOON, seen_at=clock.now())
    for name, value in columns.items():
        setattr(row, name, value)
    s.add(row)


def test_how_each_network_stands_is_shown(lite, world, manager, path):
    assert "No engine is running" in manager.get(path).text
    with lite.write() as s:
        link(s, "asterisk", state=LinkState.DOWN, error="connection refused", error_at=NOON)
        link(s, "twilio")
        link(s, "pretend", seen_at=NOON)
    page = manager.get(path).text
    states = re.findall(r'data-network="(\w+)" data-state="(\w+)"', page)
    assert states == [("asterisk", "down"), ("pretend", "silent"), ("twilio", "up")]
    assert "connection refused" in page and "host:1" not in page
    with lite.write() as s:
        link(s, engine="host:2")
    assert "host:1" in manager.get(path).text, "with two engines it is said whose word it is"
