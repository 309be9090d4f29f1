"""Who may do what: one's own, one's team's, one's project's; denied by default; denials written down."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialer.errors import Refusal
from dialer.people import accounts, authorize, may
from dialer.people.rights import projects, scope
from dialer.rules.rights import MATRIX, Reach
from dialer.rules.words import Duty
from dialer.store.calls import Attempt, Recording
from dialer.store.contacts import Contact, Suppression
from dialer.store.people import Audit, Holding, Team
from dialer.store.projects import Campaign, Project


def test_every_duty_has_some_right_and_no_duty_has_all():
    for duty in Duty:
        rights = [action for action, holders in MATRIX.items() if duty in holders]
        assert rights and len(rights) < len(MATRIX), duty


def test_a_system_administrator_does_not_read_personal_data():
    for action in ("contact.see", "contact.list", "contact.number", "recording.listen", "contact.export"):
        assert Duty.SYSTEM_ADMIN not in MATRIX[action]


def test_without_a_duty_nothing_is_allowed(lite, world, person):
    nobody = person("nobody")
    with lite.read() as s:
        campaign = s.get_one(Campaign, world.here.campaign)
        assert not any(may(s, nobody, action, campaign) for action in MATRIX)


def test_an_unknown_action_is_a_mistake_not_a_refusal(lite, person):
    with lite.read() as s, pytest.raises(KeyError):
        may(s, person("anna", *Duty), "campaign.explode")


def test_a_switched_off_person_may_nothing(lite, world, person):
    boss = person("boss", *Duty)
    boss.active = False
    with lite.read() as s, pytest.raises(Refusal, match="forbidden"):
        authorize(s, boss, "campaign.see", s.get_one(Campaign, world.here.campaign))


def test_an_operator_sees_a_contact_once_it_is_theirs(lite, world, person):
    anna = person("anna", Duty.OPERATOR, project_id=world.here.project)
    with lite.write() as s:
        contact = s.get_one(Contact, world.here.contact)
        assert not may(s, anna, "contact.see", contact)
        contact.owner_id = anna.id
        assert may(s, anna, "contact.see", contact)


def test_own_does_not_reach_into_a_project_one_does_not_work_in(lite, world, person):
    anna = person("anna", Duty.OPERATOR, project_id=world.here.project)
    with lite.write() as s:
        contact = s.get_one(Contact, world.there.contact)
        contact.owner_id = anna.id
        assert not may(s, anna, "contact.see", contact)


def test_a_group_lead_hears_the_team_and_nobody_else(lite, world, person):
    lead = person("lead", Duty.GROUP_LEAD, project_id=world.here.project)
    anna = person("anna", Duty.OPERATOR, project_id=world.here.project)
    with lite.write() as s:
        team = Team(project_id=world.here.project, name="North")
        s.add(team)
        s.flush()
        s.scalar(select(Holding).where(Holding.user_id == lead.id)).team_id = team.id
    with lite.write() as s:
        lead = accounts.by_id(s, lead.id)
        recording = s.get_one(Recording, world.here.attempt)
        s.get_one(Attempt, world.here.attempt).operator_id = anna.id
        assert not may(s, lead, "recording.listen", recording)
        s.scalar(select(Holding).where(Holding.user_id == anna.id)).team_id = team.id
        s.flush()
        assert may(s, lead, "recording.listen", recording)
        allowed = scope(s, lead, "recording.list")
        assert allowed.projects == frozenset()
        assert (world.here.project, frozenset({anna.id, lead.id})) in allowed.groups


def test_queries_are_scoped_to_the_projects_of_the_right(lite, world, person):
    assert projects(person("one", Duty.SUPERVISOR, project_id=world.here.project), "contact.list") == {
        world.here.project
    }
    assert projects(person("all", Duty.SUPERVISOR), "contact.list") is None
    assert projects(person("none", Duty.OPERATOR), "contact.list") == set()


def test_the_list_for_everywhere_is_not_a_projects_own(lite, world, person):
    bound = person("bound", Duty.BASE_ADMIN, project_id=world.here.project)
    with lite.read() as s:
        assert not may(s, bound, "suppression.remove", Suppression(scope_id=0))
        assert may(s, person("free", Duty.BASE_ADMIN), "suppression.remove", Suppression(scope_id=0))


def test_only_who_manages_every_project_makes_new_ones(lite, world, person):
    with lite.read() as s:
        assert not may(s, person("bound", Duty.PROJECT_MANAGER, project_id=world.here.project), "project.create")
        assert may(s, person("free", Duty.PROJECT_MANAGER), "project.create")


def test_nobody_thinks_of_a_new_kind_of_row_by_accident(lite, person):
    with lite.read() as s, pytest.raises(TypeError, match="whose"):
        may(s, person("anna", Duty.SUPERVISOR), "contact.see", object())


def test_a_refused_look_is_written_down(lite, world, person, enter):
    anna = person("anna", Duty.SUPERVISOR, project_id=world.here.project)
    assert enter(anna).get(f"/contacts/{world.there.contact}").status_code == 403
    with lite.read() as s:
        row = s.scalar(select(Audit).where(Audit.action == "contact.see"))
    assert (row.user_id, row.object, row.allowed) == (anna.id, f"contact:{world.there.contact}", False)


def test_a_look_at_a_person_is_written_down(lite, world, person, enter):
    anna = person("anna", Duty.SUPERVISOR, project_id=world.here.project)
    assert enter(anna).get(f"/contacts/{world.here.contact}").status_code == 200
    with lite.read() as s:
        row = s.scalar(select(Audit).where(Audit.action == "contact.see"))
    assert (row.object, row.allowed) == (f"contact:{world.here.contact}", True)


def test_reaches_are_the_words_the_table_uses():
    assert {reach for holders in MATRIX.values() for reach in holders.values()} == set(Reach)


def test_a_projects_manager_sees_that_project_only(lite, world, person, enter):
    page = enter(person("pm", Duty.PROJECT_MANAGER, project_id=world.here.project)).get("/projects").text
    with lite.read() as s:
        assert s.get_one(Project, world.here.project).client in page
        assert s.get_one(Project, world.there.project).client not in page
