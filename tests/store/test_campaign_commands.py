"""``dialer campaign`` as a person types it, and why a campaign places no call."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from dialer import settings
from dialer.cli import campaign as command
from dialer.errors import BadInput
from dialer.reports import standstill
from dialer.rules.words import CampaignState, ContactState, OperatorState
from dialer.store import Database
from dialer.store.contacts import Contact
from dialer.store.desk import OperatorSession
from dialer.store.messages import Command
from dialer.store.people import Audit, User
from dialer.store.projects import Campaign
from dialer.store.scripts import CallScript, ScriptVersion
from tests.conftest import NOON
from tests.support import world as worlds


@pytest.fixture
def here(lite: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The database that the commands open, with one person to work."""
    monkeypatch.setenv("DIALER_DATABASE_URL", str(lite.engine.url))
    monkeypatch.setattr(command, "now", lambda: NOON)
    settings.load.cache_clear()
    with lite.write() as s:
        s.add(User(login="anna", name="Anna", password_hash="", created_at=NOON))
    yield lite


def run(*args: str) -> str:
    result = CliRunner().invoke(command.group, args)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.output


def told(*args: str) -> Any:
    return json.loads(run(*args, "--json"))


def with_script_and_contact(db: Database, campaign_id: int) -> None:
    with db.write() as s:
        campaign = s.get_one(Campaign, campaign_id)
        script = CallScript(project_id=campaign.project_id, name="way", draft="", updated_at=NOON)
        s.add(script)
        s.flush()
        version = ScriptVersion(script_id=script.id, number=1, hash="h", text="", published_at=NOON)
        s.add(version)
        s.flush()
        script.published_id, campaign.script_id = version.id, script.id
        s.add(Contact(campaign_id=campaign_id, zone_set_id=worlds._zone(s, "Europe/Moscow"), created_at=NOON))


def test_a_campaign_is_made_started_paused_and_stopped(here: Database) -> None:
    made = told("create", "Autumn", "--project", "Mill", "--operator", "anna", "--caller-id", "+74950001122")
    assert (made["project"], made["state"], made["mode"]) == ("Mill", "draft", "progressive")
    with_script_and_contact(here, made["id"])
    assert told("start", "Autumn")["state"] == "running"
    assert run("pause", "Mill/Autumn") == "Autumn is paused\n"
    assert told("stop", str(made["id"]))["state"] == "stopped"
    assert [row["name"] for row in told("list")] == ["Autumn"]
    with here.read() as s:
        assert [c.kind for c in s.query(Command)] == ["campaign.stop"]
        assert [a.action for a in s.query(Audit)][-3:] == ["campaign.start", "campaign.pause", "campaign.stop"]


def test_an_empty_list_says_how_to_begin(here: Database) -> None:
    assert "dialer campaign create" in run("list")
    assert told("list") == []


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("start", "Nowhere"), "there is no campaign Nowhere"),
        (("start", "Autumn"), "cannot be started: it has no script"),
        (("pause", "Autumn"), "cannot be paused: it is draft"),
        (("create", "Autumn", "--project", "Mill"), "has a campaign Autumn already"),
        (("create", "B", "--project", "Mill", "--operator", "ghost"), "nobody with the login name ghost"),
        (("create", "B", "--project", "Mill", "--profile", "mars"), "there is no profile named mars"),
        (("create", "B", "--project", "Mill", "--retry-plan", "mars"), "there is no retry plan named mars"),
        (("create", "B", "--project", "Mill", "--script", "mars"), "has no script mars"),
        (("create", "B", "--project", "Mill", "--caller-id", "1@evil"), "a caller id is a number"),
    ],
)
def test_a_mistake_is_one_sentence_and_changes_nothing(here: Database, words: tuple[str, ...], sentence: str) -> None:
    run("create", "Autumn", "--project", "Mill")
    with pytest.raises(BadInput, match=sentence):
        run(*words)
    with here.read() as s:
        assert [(c.name, c.state) for c in s.query(Campaign)] == [("Autumn", CampaignState.DRAFT)]


def test_status_says_why_no_call_is_placed(here: Database) -> None:
    made = told("create", "Autumn", "--project", "Mill", "--operator", "anna")
    with_script_and_contact(here, made["id"])
    run("start", "Autumn")
    found = told("status", "Autumn")
    assert [r["code"] for r in found["standstill"]] == ["no_engine", "nobody_here"]
    assert found["contacts"] == {"ready": 1} and found["people"] == {"offline": 1} and found["left"] == 1
    text = run("status", "Autumn")
    assert "no call is placed: no engine dials it" in text and "no operator is at work" in text


def codes(world: worlds.World) -> list[str]:
    with world.db.read() as s:
        return [r.code for r in standstill.reasons(s, s.get_one(Campaign, world.campaign_id), world.now)]


def test_each_thing_in_the_way_is_named_and_none_where_calls_are_placed(db: Database) -> None:
    world = worlds.make(db, operators=1, closers=0, rules={"hours": {"mon-fri": "09:00-18:00"}})
    world.start()
    assert codes(world) == ["nobody_here", "nothing_left"]
    ana = world.operator_ready(0)
    assert codes(world) == ["nothing_left"]
    contact = world.contact(zones="America/New_York")
    with db.read() as s:
        reason = standstill.reasons(s, s.get_one(Campaign, world.campaign_id), world.now)[0]
    assert reason.text.startswith("1 contacts are ready") and reason.text.endswith("next at 2026-03-04 14:00 UTC")
    for values, code in (
        ({"state": ContactState.WAITING, "due_at": world.now + timedelta(hours=1)}, "waiting"),
        ({"state": ContactState.HELD, "due_at": None, "held_by": "consent"}, "held"),
    ):
        with db.write() as s:
            for name, value in values.items():
                setattr(s.get_one(Contact, contact), name, value)
        assert codes(world) == [code]
    world.contact(worlds.number("talk"))
    assert codes(world) == []
    world.run(1)
    assert codes(world) == ["nobody_ready", "held"]
    with db.write() as s:
        s.get_one(OperatorSession, ana).state = OperatorState.PAUSED
    assert codes(world)[0] == "nobody_ready"


def test_what_keeps_the_engine_itself_is_told_by_it(db: Database) -> None:
    world = worlds.make(db, operators=1, closers=0)
    world.contact()
    world.start()
    world.provider.break_link()
    world.run(3)  # its words are at least two seconds apart
    assert codes(world) == ["engine", "nobody_here"]
    world.provider.start(world.engine.post, world.engine.ask)
    world.run(3)  # its words are at least two seconds apart
    assert codes(world) == ["nobody_here"]
    world.now += timedelta(minutes=1)
    assert codes(world) == ["no_engine", "nobody_here"]
    with db.write() as s:
        s.get_one(Campaign, world.campaign_id).rules = {"profiles": ["gone"]}
    assert codes(world) == ["no_engine", "nobody_here", "rules"]
    with db.write() as s:
        s.get_one(Campaign, world.campaign_id).state = CampaignState.PAUSED
    assert codes(world)[0] == "campaign_state"
