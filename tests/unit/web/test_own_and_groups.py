"""Rights that reach one's own or one's group: every route about a row, for mine, my group's, another group's, and
another project's."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialer.people import accounts, tokens
from dialer.rules.rights import MATRIX, Reach
from dialer.rules.words import Duty, HandoffState
from dialer.store.appointments import Appointment
from dialer.store.calls import Attempt, Recording
from dialer.store.contacts import Contact
from dialer.store.desk import Handoff, Lead
from dialer.store.leads import GateAsk, HandoffPacket
from dialer.store.people import Holding, Team
from dialer.store.projects import CampaignMember
from tests.conftest import NOON
from tests.unit.web.conftest import csrf_of
from tests.unit.web.test_every_api_call import NEEDS, _body, _calls
from tests.unit.web.test_every_route import _arguments, _ask, _routes

PERSONAL = (Contact, Attempt, Recording, Appointment)
"""Rows that are somebody's."""
WHOSE = ("mine", "my group's", "another group's", "another project's")


@pytest.fixture
def groups(lite, world, person):
    """Me and a mate in the group North, somebody in the group South; ``give(whose)`` makes the rows theirs."""

    def build(duty: Duty):
        me = person("me", duty, project_id=world.here.project)
        mate = person("mate", Duty.OPERATOR, project_id=world.here.project)
        other = person("other", Duty.OPERATOR, project_id=world.here.project)
        with lite.write() as s:
            teams = [Team(project_id=world.here.project, name=name) for name in ("North", "South")]
            s.add_all(teams)
            s.flush()
            for user, team in ((me, 0), (mate, 0), (other, 1)):
                s.scalars(select(Holding).where(Holding.user_id == user.id)).one().team_id = teams[team].id
        owners = {"mine": me, "my group's": mate, "another group's": other, "another project's": me}

        def give(whose: str):
            side = world.there if whose == "another project's" else world.here
            owner = owners[whose].id
            with lite.write() as s:
                s.get_one(Contact, side.contact).owner_id = owner
                s.get_one(Attempt, side.attempt).operator_id = owner
                s.get_one(Appointment, side.appointment).closer_id = owner
            return side

        return accounts, me, give

    return build


def _expected(reach: Reach | None, whose: str) -> bool:
    if reach is Reach.ALL:
        return True
    if reach is None or whose == "another project's":
        return False
    return whose == "mine" or reach is Reach.PROJECT or (reach is Reach.TEAM and whose == "my group's")


@pytest.mark.parametrize("duty", [Duty.OPERATOR, Duty.CLOSER, Duty.GROUP_LEAD, Duty.SUPERVISOR])
def test_every_route_about_a_row_reaches_as_far_as_the_table_says(app, lite, groups, enter, duty):
    _, me, give = groups(duty)
    client = enter(me)
    token = csrf_of(client, "/password")
    routes = [(rule, need, method) for rule, need, method in _routes(app) if need and need.kind in PERSONAL]
    assert len(routes) > 10
    wrong = []
    for whose in WHOSE:
        for rule, need, method in sorted(routes, key=lambda r: r[2] != "GET"):
            side = give(whose)
            with app.test_request_context():
                address = app.url_for(rule.endpoint, **_arguments(rule, side))
            passed = _ask(client, token, address, method) not in (401, 403)
            if passed != _expected(MATRIX[need.action].get(duty), whose):
                wrong.append(f"{method} {address} as {duty}, {whose}: passed={passed}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("duty", [Duty.OPERATOR, Duty.CLOSER, Duty.GROUP_LEAD, Duty.SUPERVISOR])
def test_every_api_call_about_a_row_reaches_as_far_as_the_table_says(app, lite, groups, duty):
    _, me, give = groups(duty)
    with lite.write() as s:
        head = {"Authorization": f"Bearer {tokens.make(s, me.id, 'test', NOON)}"}
    client = app.test_client()
    whole = client.get("/api/v1/openapi.json").get_json()
    about = {view: need for view, need in NEEDS.items() if need[1] in ("contact", "appointment")}
    rules = [rule for rule in _calls(app) if rule.endpoint.removeprefix("api.") in about]
    assert len(rules) == len(about) >= 15
    wrong = []
    for whose in WHOSE:
        for rule in sorted(rules, key=lambda r: "GET" not in r.methods):
            side = give(whose)
            method = next(iter(rule.methods - {"HEAD", "OPTIONS"}))
            ids = {"contact_id": side.contact, "appointment_id": side.appointment}
            with app.test_request_context():
                address = app.url_for(rule.endpoint, **{name: ids[name] for name in rule.arguments})
            answer = client.open(address, method=method, headers=head, json=_body(whole, rule, method, side))
            action = about[rule.endpoint.removeprefix("api.")][0]
            if (answer.status_code != 403) != _expected(MATRIX[action].get(duty), whose):
                wrong.append(f"{method} {address} as {duty}, {whose}: {answer.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_group_lead_sees_and_decides_for_their_own_group_only(lite, world, groups, enter):
    """On the board, at the gate, among appointments and in the funnel: scoped in the query."""
    _, me, give = groups(Duty.GROUP_LEAD)
    client = enter(me)
    with lite.write() as s:
        lead = Lead(contact_id=world.here.contact, campaign_id=world.here.campaign, attempt_id=world.here.attempt)
        lead.created_at, lead.bant = NOON, ""
        s.add(lead)
        s.flush()
        handoff = Handoff(
            lead_id=lead.id, attempt_id=world.here.attempt, live=False, state=HandoffState.OFFERED, offered_at=NOON
        )
        s.add(handoff)
        s.flush()
        told = {"contact": {"name": "Пётр Иванов", "company": "ООО «Ромашка»"}, "bant": dict.fromkeys("BANT")}
        told |= {"answers": {}, "objections": [], "notes": [], "promised_at": None, "recording": {"moment_s": None}}
        s.add(HandoffPacket(handoff_id=handoff.id, temperature="warm", contents=told, made_at=NOON, due_at=NOON))
        s.add(GateAsk(attempt_id=world.here.attempt, campaign_id=world.here.campaign, lacks="B-", asked_at=NOON))
        s.add(CampaignMember(campaign_id=world.here.campaign, user_id=me.id, line=1))
        handoff_id = handoff.id
    for whose, seen in (("my group's", True), ("another group's", False)):
        side = give(whose)
        with lite.write() as s:
            owner = s.get_one(Contact, side.contact).owner_id
            s.get_one(Handoff, handoff_id).operator_id = owner
        board = client.get("/second-line").text
        assert (f"handoff-{handoff_id}" in board) is seen, whose
        assert (f"gate-{side.attempt}" in board) is seen, whose
        assert (f"appointment-{side.appointment}" in client.get("/appointments").text) is seen, whose
    token = csrf_of(client, "/password")
    form = {"csrf_token": token, "let": "0", "reason": "not yet"}
    assert client.post(f"/second-line/gate/{world.here.attempt}", data=form).status_code == 403
    give("my group's")
    assert client.post(f"/second-line/gate/{world.here.attempt}", data=form).status_code == 302
