"""Fixtures: a project with the telephone survey of the library, published, and a campaign that calls along it."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from dialer.people import accounts
from dialer.rules.words import Duty
from dialer.scripting import drafts, starting, versions
from dialer.store import Database
from dialer.store.projects import Project
from tests.conftest import NOON
from tests.support import pretend_calls


@dataclass(frozen=True)
class Room:
    """Ids of what is there."""

    project: int
    script: int
    version: int
    campaign: int
    anna: int
    igor: int


def furnish(db: Database) -> Room:
    """Put the survey into an empty database."""
    with db.write() as s:
        project = Project(name="Опросы", client="Вектор", kind="survey", created_at=NOON)
        s.add(project)
        s.flush()
        anna, igor = (
            accounts.add(s, login, name, "long enough to pass", [(Duty.SCRIPT_WRITER, project.id)], NOON, "en")
            for login, name in (("anna", "Anna"), ("igor", "Igor"))
        )
        text = starting.from_library("telephone_survey")
        script = drafts.create(s, project.id, "Survey", text, anna.id, NOON)
        version = versions.publish_draft(s, script.id, 0, anna.id, NOON, "first")
        campaign = pretend_calls.campaign_of(s, project.id, script.id, "March", NOON)
        return Room(project.id, script.id, version.id, campaign.id, anna.id, igor.id)


@pytest.fixture
def room(db: Database) -> Room:
    """The survey, on both databases."""
    return furnish(db)


@pytest.fixture
def small_room(lite: Database) -> Room:
    """The survey, on SQLite only."""
    return furnish(lite)
