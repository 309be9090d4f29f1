"""The figures' pages: who sees whose, which periods there are, the files, the plan."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from dialer.people import teams
from dialer.rules.words import Duty
from dialer.store.calls import Attempt
from dialer.store.people import Team, User
from dialer.store.projects import CampaignMember, PlanTarget
from tests.unit.web.conftest import csrf_of


@pytest.fixture
def crew(world, lite, person) -> dict[str, User]:
    """Anna and Boris work in the one project; the one call of its world is Anna's."""
    crew = {name: person(name, Duty.OPERATOR, project_id=world.here.project) for name in ("anna", "boris")}
    with lite.write() as s:
        for user in crew.values():
            s.add(CampaignMember(campaign_id=world.here.campaign, user_id=user.id, line=1))
        call = s.get_one(Attempt, world.here.attempt)
        call.operator_id = call.disposed_by = crew["anna"].id
        call.connected_at = call.answered_at
    return crew


def page(client, world, **asked) -> str:
    asked = {"from": "2026-03-04", "to": "2026-03-04", "project": world.here.project, **asked}
    return client.get("/figures", query_string=asked).get_data(as_text=True)


def test_a_manager_sees_everybody_and_an_operator_only_themselves(world, crew, person, enter):
    manager = page(enter(person("boss", Duty.PROJECT_MANAGER, project_id=world.here.project)), world)
    assert "Anna" in manager and "Boris" in manager
    boris = page(enter(crew["boris"]), world)
    assert "Boris" in boris and 'scope="row">Anna' not in boris
    assert "How deep the lists are worked" in manager and "How deep the lists are worked" not in boris


def test_the_client_sees_figures_without_names(world, crew, person, enter):
    client = enter(person("client", Duty.CLIENT_VIEWER, project_id=world.here.project))
    text = page(client, world)
    assert "Anna" not in text and "calls placed" in text
    asked = {"from": "2026-03-04", "project": world.here.project}
    assert client.get("/figures.csv", query_string=asked).status_code == 404
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get("/figures.xlsx", query_string=asked).data))
    assert "people" not in book.sheet_names and "stages" in book.sheet_names


def test_another_project_is_not_there(world, crew, person, enter):
    client = enter(person("boss", Duty.PROJECT_MANAGER, project_id=world.there.project))
    for address in ("/figures", "/figures/live", "/figures.csv", "/figures.xlsx"):
        assert client.get(address, query_string={"project": world.here.project}).status_code == 404


def test_whoever_works_nowhere_is_told_what_figures_are(world, person, enter):
    assert "Figures belong to a project" in enter(person("new", Duty.OPERATOR)).get("/figures").get_data(as_text=True)


def test_days_that_make_no_period_are_said_and_today_is_shown(world, crew, person, enter):
    text = page(enter(person("boss", Duty.PROJECT_MANAGER)), world, to="2026-03-01")
    assert "These days make no period" in text


def test_the_csv_holds_a_line_a_person(world, crew, person, enter):
    client = enter(person("boss", Duty.PROJECT_MANAGER))
    answer = client.get("/figures.csv", query_string={"from": "2026-03-04", "project": world.here.project})
    lines = answer.get_data(as_text=True).lstrip("\ufeff").splitlines()
    assert lines[0].startswith("person,name,line,work_h")
    rows = {line.split(",")[1]: line.split(",") for line in lines[1:]}
    assert rows["Anna"][7] == "1" and rows["Boris"][7] == "0"  # worked
    assert client.get("/figures.csv?table=secrets").status_code == 404


def test_a_plan_is_written_and_stands_against_what_was_done(world, crew, person, enter, lite):
    client = enter(person("boss", Duty.PROJECT_MANAGER, project_id=world.here.project))
    address = f"/projects/{world.here.project}/plan"
    token = csrf_of(client, address)
    month = client.get(address).get_data(as_text=True).split('name="month" value="')[1][:7]
    answer = client.post(address, data={"csrf_token": token, "month": month, "talks": "1 200", "leads": ""})
    assert answer.status_code == 302
    with lite.read() as s:
        kept = [(row.measure, row.target) for row in s.query(PlanTarget)]
    assert kept == [("talks", 1200)]
    assert "Against the plan of this month" in client.get("/figures").get_data(as_text=True)


@pytest.mark.parametrize("form", [{"talks": "many"}, {"talks": "-3"}, {"month": "soon"}])
def test_a_plan_that_cannot_be_read_is_not_saved_and_what_was_typed_stays(world, person, enter, lite, form):
    client = enter(person("boss", Duty.PROJECT_MANAGER, project_id=world.here.project))
    address = f"/projects/{world.here.project}/plan"
    data = {"csrf_token": csrf_of(client, address), "month": "2026-03", "leads": "40", **form}
    answer = client.post(address, data=data)
    assert answer.status_code == 400 and 'value="40"' in answer.get_data(as_text=True)
    with lite.read() as s:
        assert s.query(PlanTarget).count() == 0


def test_a_team_is_chosen_by_whoever_sees_the_whole_project(world, crew, person, enter, lite):
    with lite.write() as s:
        teams.change(s, s.get_one(Team, world.here.team), "First", (), {crew["boris"].id})
    manager = enter(person("boss", Duty.PROJECT_MANAGER, project_id=world.here.project))
    text = page(manager, world, team=world.here.team)
    assert 'scope="row">Boris' in text and 'scope="row">Anna' not in text
    # An operator cannot look into a team by its number.
    assert 'scope="row">Boris' not in page(enter(crew["anna"]), world, team=world.here.team)


def test_a_group_lead_with_a_team_sees_that_team(world, crew, person, enter, lite):
    lead = person("lead", Duty.GROUP_LEAD, project_id=world.here.project)
    client = enter(lead)
    assert 'scope="row">Anna' in page(client, world)  # without a team: the whole project
    with lite.write() as s:
        teams.change(s, s.get_one(Team, world.here.team), "First", {lead.id}, {crew["boris"].id})
    text = page(client, world)
    assert 'scope="row">Boris' in text and 'scope="row">Anna' not in text
