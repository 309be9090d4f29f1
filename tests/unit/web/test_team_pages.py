"""The teams of a project: made, filled, moved between, dissolved; and what a group lead reaches by them."""

from __future__ import annotations

import pytest

from dialer.people import teams
from dialer.people.rights import people_of
from dialer.rules.words import Duty
from dialer.store.people import Holding, Team, User
from tests.unit.web.conftest import csrf_of


@pytest.fixture
def boss(world, person, enter):
    """A manager's browser, with a way to post."""
    client = enter(person("boss", Duty.PROJECT_MANAGER, project_id=world.here.project))
    token = csrf_of(client, f"/projects/{world.here.project}/teams")
    return lambda address, **form: client.post(address, data={"csrf_token": token, **form})


def people(lite, world) -> dict[str, tuple[set[int], set[int]]]:
    with lite.read() as s:
        return {one.name: (set(one.leads), set(one.members)) for one in teams.of_project(s, world.here.project)}


def test_a_team_is_made_filled_and_dissolved_and_its_people_stay(world, boss, person, lite):
    anna, olga = person("anna", Duty.OPERATOR), person("olga", Duty.GROUP_LEAD, project_id=world.here.project)
    assert boss(f"/projects/{world.here.project}/teams", name="  Night  shift ").status_code == 302
    with lite.read() as s:
        night = s.query(Team).filter_by(name="Night shift").one().id
    boss(f"/teams/{night}", name="Night shift", lead=[olga.id], member=[anna.id])
    assert people(lite, world)["Night shift"] == ({olga.id}, {anna.id})
    boss(f"/teams/{night}/remove")
    assert "Night shift" not in people(lite, world)
    with lite.read() as s:
        assert {h.duty for h in s.query(Holding).filter_by(user_id=anna.id)} == {Duty.OPERATOR}


def test_joining_a_team_leaves_the_other_one(world, boss, person, lite):
    anna = person("anna", Duty.OPERATOR, project_id=world.here.project)
    boss(f"/projects/{world.here.project}/teams", name="Second")
    with lite.read() as s:
        second = s.query(Team).filter_by(name="Second").one().id
    boss(f"/teams/{world.here.team}", name="First", member=[anna.id])
    boss(f"/teams/{second}", name="Second", member=[anna.id])
    assert people(lite, world) == {"First": (set(), set()), "Second": (set(), {anna.id})}


def test_somebody_without_the_duty_in_the_project_does_not_join(world, boss, person, lite):
    stranger = person("stranger", Duty.OPERATOR, project_id=world.there.project)
    boss(f"/teams/{world.here.team}", name="First", member=[stranger.id], lead=[stranger.id])
    assert people(lite, world)["First"] == (set(), set())


def test_a_group_lead_reaches_the_team_and_not_the_rest(world, boss, person, lite):
    anna = person("anna", Duty.OPERATOR, project_id=world.here.project)
    olga = person("olga", Duty.GROUP_LEAD, project_id=world.here.project)
    boss(f"/teams/{world.here.team}", name="First", lead=[olga.id], member=[anna.id])
    with lite.read() as s:
        lead = s.get_one(User, olga.id)
        assert anna.id in people_of(s, lead, "report.people", world.here.project)
        assert people_of(s, lead, "report.people", world.there.project) == frozenset()


@pytest.mark.parametrize("name", ["", "   ", "n" * 121, "First"])
def test_a_name_that_cannot_be_is_said_and_nothing_is_made(world, boss, lite, name):
    answer = boss(f"/projects/{world.here.project}/teams", name=name)
    assert answer.status_code == 400 and "a name of its own" in answer.get_data(as_text=True)
    assert list(people(lite, world)) == ["First"]
