"""The commands ``suppress``, ``rules`` and ``contacts why``, as a person types them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result

from dialer import clock, settings
from dialer.cli import rules, suppress, why
from dialer.compliance import named_lists
from dialer.compliance.named_lists import Copy
from dialer.errors import BadInput
from dialer.rules.words import ContactState
from dialer.store import Database
from tests.conftest import NOON
from tests.support.small_campaign import Desk, desk

ONE = "+79161234567"


@pytest.fixture
def here(lite: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A campaign in the database that the commands open, at a fixed time."""
    monkeypatch.setenv("DIALER_DATABASE_URL", str(lite.engine.url))
    monkeypatch.setattr(clock, "now", lambda: NOON)
    settings.load.cache_clear()
    with lite.write() as s:
        named_lists.note(s, Copy("us_dnc", NOON.date()), 0, Path(__file__), 1, NOON)
    yield desk(lite, rules={"profiles": ["us_fl"], "prefixes": ["+7"]})
    settings.load.cache_clear()


def run(command: click.Command, *args: str) -> Result:
    result = CliRunner().invoke(command, args, catch_exceptions=True)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def told(command: click.Command, *args: str) -> Any:
    return json.loads(run(command, *args, "--json").stdout)


def test_why_shows_each_rule_and_the_next_moment(here: Desk) -> None:
    here.contact(ONE, zones="America/New_York")
    result = run(why.command, "8 916 123-45-67", "--campaign", "Spring calls")
    assert result.exit_code == 0
    assert result.output.splitlines()[0] == f"{ONE}: May be dialled from 2026-03-04 08:00 America/New_York"
    assert "- hours" in result.output and "+ suppressed" in result.output
    assert "us_federal@2+us_fl@2" in result.output


def test_why_speaks_russian_and_json(here: Desk) -> None:
    contact = here.contact(ONE)
    found = told(why.command, ONE, "--campaign", str(here.campaign_id), "--language", "ru")
    assert (found["contact"], found["may_dial"], found["text"]) == (contact, True, "Можно звонить сейчас")
    assert {"rule", "ok", "until", "values", "text"} == set(found["rules"][0])


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((ONE, "--campaign", "Winter"), "there is no campaign Winter"),
        ((ONE, "--campaign", "1"), "has the number"),
        (("hello", "--campaign", "1"), "cannot be read as a phone number"),
    ],
)
def test_why_about_nobody_is_one_sentence(here: Desk, args: tuple[str, ...], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        run(why.command, *args)


def test_two_campaigns_of_one_name_need_their_project(here: Desk) -> None:
    other = desk(here.db, "Autumn")
    with here.db.write() as s:
        from dialer.store.projects import Campaign

        s.get_one(Campaign, other.campaign_id).name = "Spring calls"
    here.contact(ONE)
    with pytest.raises(BadInput, match="write project/Spring calls or the id"):
        run(why.command, ONE, "--campaign", "Spring calls")
    assert told(why.command, ONE, "--campaign", "Spring/Spring calls")["campaign"] == here.campaign_id


def test_a_number_is_stopped_checked_and_freed(here: Desk) -> None:
    contact = here.contact(ONE)
    assert "is free" in run(suppress.group, "check", ONE).output
    assert "is stopped" in run(suppress.group, "add", "8 916 123 45 67", "--reason", "asked").output
    assert "was stopped already" in run(suppress.group, "add", ONE).output
    assert here.state(contact) is ContactState.SUPPRESSED
    checked = run(suppress.group, "check", ONE)
    assert checked.exit_code == 1 and "is stopped by +79161234567 (everywhere): asked" in checked.output
    assert told(suppress.group, "remove", ONE)["removed"] is True
    assert "was not on the list" in run(suppress.group, "remove", ONE).output
    assert here.state(contact) is ContactState.READY


def test_a_prefix_of_one_project(here: Desk) -> None:
    assert told(suppress.group, "add", "+7916*", "--project", "Spring") == {
        "number": "+7916", "prefix": True, "scope": here.project_id, "added": True,
    }  # fmt: skip
    assert told(suppress.group, "check", ONE, "--project", "Spring")["entry"] == "+7916"
    with pytest.raises(BadInput, match="there is no project Winter"):
        run(suppress.group, "check", ONE, "--project", "Winter")


def test_a_list_is_imported_and_its_bad_lines_are_named(here: Desk, tmp_path: Path) -> None:
    here.contact(ONE)
    path = tmp_path / "list.txt"
    path.write_text(f"{ONE}\nhello\n", encoding="utf-8")
    output = run(suppress.group, "import", str(path)).output
    assert "line 2: 'hello' cannot be read as a phone number" in output
    assert "2 lines: 1 added, 0 known already, 1 rejected; 1 waiting contacts will not be dialled" in output
    assert told(suppress.group, "import", str(path))["known"] == 1


def test_the_rules_of_a_campaign_name_their_sources(here: Desk) -> None:
    output = run(rules.group, "show", "--campaign", "Spring calls").output
    assert "cap_number_24h" in output and "[us_fl]" in output and "reviewed" in output
    shown = told(rules.group, "show", "--profile", "fr", "--country", "FR")
    assert {"rule": "cap_number_30d", "value": "4", "source": "fr", "enforced": True} in shown["rules"]
    assert {one["name"] for one in told(rules.group, "list")} >= {"uk", "fr", "de"}
    assert "fr " in run(rules.group, "list").output


def test_rules_of_nothing_or_of_two_things_are_one_sentence(here: Desk) -> None:
    for args in ((), ("--campaign", "1", "--profile", "fr")):
        with pytest.raises(BadInput, match="either --campaign or --profile"):
            run(rules.group, "show", *args)


def test_a_database_that_cannot_be_used_is_one_sentence(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIALER_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    settings.load.cache_clear()
    with pytest.raises(BadInput, match="the database cannot be used"):
        run(suppress.group, "check", ONE)
