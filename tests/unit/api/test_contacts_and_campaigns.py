"""Contacts and campaigns by the API: the same rights and the same rules as the pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from dialer import clock
from dialer.rules.words import CampaignState, ContactState, LinkState
from dialer.store import Database
from dialer.store.contacts import Contact, Suppression, ZoneSet
from dialer.store.messages import Command
from dialer.store.people import Audit
from dialer.store.projects import Campaign, Project
from dialer.store.provider import NetworkLink
from tests.support.floor import Floor
from tests.unit.api.conftest import Caller


def test_search_is_scoped_masked_and_written_down(caller: Callable[[str], Caller], lite: Database, shop: Floor) -> None:
    found = caller("boris")("GET", "/contacts?q=Ромашка").get_json()
    assert [(c["id"], c["numbers"][0]["number"]) for c in found["contacts"]] == [(shop.contact, "+7 ••• ••• 45 01")]
    assert caller("boris")("GET", "/contacts?q=9161234501").get_json()["contacts"][0]["id"] == shop.contact
    assert caller("anna")("GET", "/contacts").status_code == 403
    with lite.read() as s:
        assert s.scalars(select(Audit).where(Audit.action == "contact.list")).first() is not None


def test_a_whole_number_needs_the_right_to_export(caller: Callable[[str], Caller], shop: Floor) -> None:
    path = f"/contacts/{shop.contact}?full=true"
    assert caller("boris")("GET", path).get_json()["numbers"][0]["number"] == "+79161234501"
    assert caller("maria")("GET", path).status_code == 403
    assert caller("maria")("GET", f"/contacts/{shop.contact}").status_code == 200


def test_a_contact_that_is_not_there_is_not_there(caller: Callable[[str], Caller]) -> None:
    assert caller("boris")("GET", "/contacts/999").status_code == 404


def test_a_new_contact_gets_its_zone_and_is_refused_twice(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    boris = caller("boris")
    body = {"campaign_id": shop.campaign, "numbers": ["8 (846) 333-22-11"], "company": "ИП Котов", "priority": 5}
    made = boris("POST", "/contacts", body)
    assert made.status_code == 201
    with lite.read() as s:
        contact = s.get_one(Contact, made.get_json()["id"])
        assert (contact.state, contact.priority, contact.numbers[0].number) == (ContactState.READY, 5, "+78463332211")
        assert s.get_one(ZoneSet, contact.zone_set_id).names == "Europe/Samara"
        assert contact.number_id == contact.numbers[0].id
    again = boris("POST", "/contacts", body)
    assert (again.status_code, again.get_json()["error"]) == (409, "number_taken")


def test_a_suppressed_contact_is_never_ready(caller: Callable[[str], Caller], lite: Database, shop: Floor) -> None:
    with lite.write() as s:
        s.add(Suppression(number="+78463332211", reason="asked", added_at=clock.now()))
    body = {"campaign_id": shop.campaign, "numbers": ["+78463332211"]}
    assert caller("boris")("POST", "/contacts", body).get_json()["state"] == "suppressed"


@pytest.mark.parametrize("number", ["", "112", "+7 916", "${SHELL(id)}", "+79161234502&+79161234503"])
def test_what_is_no_number_is_refused_with_a_sentence(
    caller: Callable[[str], Caller], shop: Floor, number: str
) -> None:
    answer = caller("boris")("POST", "/contacts", {"campaign_id": shop.campaign, "numbers": [number]})
    assert answer.status_code == 400
    assert answer.get_json()["message"]


def test_why_explains_rule_by_rule(caller: Callable[[str], Caller], shop: Floor) -> None:
    found = caller("boris")("GET", f"/contacts/{shop.contact}/why").get_json()
    assert found["contact"] == shop.contact
    assert found["code"] in ("now", "busy", "later", "never")
    assert all(rule["text"] for rule in found["rules"])


def test_campaigns_are_made_watched_started_and_stopped(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    maria = caller("maria")
    with lite.read() as s:
        script = s.get_one(Campaign, shop.campaign).script_id
    body = {"project_id": shop.project, "name": "Autumn", "script_id": script}
    made = maria("POST", "/campaigns", body)
    assert (made.status_code, made.get_json()["state"]) == (201, "draft")
    lacks = maria("POST", f"/campaigns/{made.get_json()['id']}/start")
    assert (lacks.status_code, lacks.get_json()["error"]) == (409, "campaign_without_contacts")
    assert maria("POST", "/campaigns", body).get_json()["error"] == "name_taken"
    assert maria("POST", f"/campaigns/{shop.campaign}/pause").get_json()["state"] == "paused"
    assert maria("POST", f"/campaigns/{shop.campaign}/stop").get_json()["state"] == "stopped"
    status = maria("GET", f"/campaigns/{shop.campaign}/status").get_json()
    assert {"no_engine", "campaign_state"} & {reason["code"] for reason in status["standstill"]}
    assert (status["up"]["connected"], status["left"]) == (1, 1)
    with lite.read() as s:
        assert s.get_one(Campaign, shop.campaign).state is CampaignState.STOPPED
        assert "campaign.stop" in s.scalars(select(Command.kind)).all()


@pytest.mark.parametrize(
    "change",
    [{"mode": "telepathic"}, {"retry_plan": "never heard of"}, {"script_id": 999}, {"rules": {"hours": "whenever"}}],
)
def test_a_campaign_that_cannot_work_is_refused(
    caller: Callable[[str], Caller], shop: Floor, change: dict[str, object]
) -> None:
    body = {"project_id": shop.project, "name": "Autumn", **change}
    assert caller("maria")("POST", "/campaigns", body).status_code == 400


def test_somebody_elses_project_is_out_of_reach(caller: Callable[[str], Caller], lite: Database, shop: Floor) -> None:
    with lite.write() as s:
        other = Project(name="Other", client="Other", created_at=clock.now())
        s.add(other)
        s.flush()
        campaign = Campaign(project_id=other.id, name="Theirs", created_at=clock.now())
        s.add(campaign)
        s.flush()
        campaign_id, project_id = campaign.id, other.id
    maria = caller("maria")
    assert [c["id"] for c in maria("GET", "/campaigns").get_json()["campaigns"]] == [shop.campaign]
    assert maria("GET", f"/campaigns/{campaign_id}/status").status_code == 403
    assert maria("POST", "/campaigns", {"project_id": project_id, "name": "Mine"}).status_code == 403
    boris = caller("boris")
    assert boris("POST", "/contacts", {"campaign_id": campaign_id, "numbers": ["+79161234599"]}).status_code == 403


def test_routes_are_written_read_and_their_numbers_put_to_rest(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    maria, path = caller("maria"), f"/campaigns/{shop.campaign}/routes"
    body = {"routes": [{"network": "asterisk", "trunk": "a", "caller_ids": ["+74951112201"], "daily_cap": 300}]}
    made = maria("PUT", path, body).get_json()
    assert made["routes"][0]["line"] == "asterisk:a +74951112201 cap=300"
    rest = {"number": "+74951112201", "hours": 2, "reason": "complaints"}
    rested = maria("POST", f"/campaigns/{shop.campaign}/numbers/rest", rest).get_json()
    assert rested["routes"][0]["numbers"][0]["reason"] == "complaints"
    assert maria("POST", f"/campaigns/{shop.campaign}/numbers/rest", {**rest, "hours": 0}).status_code == 200
    assert maria("GET", path).get_json()["routes"][0]["numbers"][0]["resting_until"] is None
    now = clock.now()
    with lite.write() as s:
        s.add(NetworkLink(engine="e-1", network="asterisk", state=LinkState.DOWN, since_at=now, seen_at=now, error="x"))
    (link,) = maria("GET", path).get_json()["networks"]
    assert (link["network"], link["state"], link["error"], link["silent_since"]) == ("asterisk", "down", "x", None)
    assert (
        maria("POST", f"/campaigns/{shop.campaign}/numbers/rest", {**rest, "number": "+79990001122"}).status_code > 399
    )
    wrong = maria("PUT", path, {"routes": [{"network": "skype"}]})
    assert wrong.status_code in (400, 422) and "there is no network 'skype'" in wrong.get_json()["message"]
    assert caller("anna")("PUT", path, body).status_code == 403


def test_many_contacts_are_taken_or_refused_one_by_one(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    boris = caller("boris")
    good, bad = (
        {"campaign_id": shop.campaign, "numbers": ["+78463332211"]},
        {"campaign_id": shop.campaign, "numbers": ["112"]},
    )
    made = boris("POST", "/contacts/batch", {"contacts": [good, bad, good]}, Idempotency_Key="one")
    assert made.status_code == 201
    lines = made.get_json()["lines"]
    assert [line["error"] for line in lines] == ["", "bad_input", "number_taken"]
    assert lines[0]["id"] and lines[1]["message"]
    assert (
        boris("POST", "/contacts/batch", {"contacts": [good, bad, good]}, Idempotency_Key="one").get_json()["lines"]
        == lines
    )
    with lite.read() as s:
        assert s.query(Contact).count() == 2, "the one of the floor and one new"


def test_a_note_is_written_by_who_may(caller: Callable[[str], Caller], shop: Floor) -> None:
    path = f"/contacts/{shop.contact}/notes"
    assert caller("anna")("POST", path, {"text": "asks for the price list"}).status_code == 201
    card = caller("boris")("GET", f"/contacts/{shop.contact}").get_json()
    assert card["notes"][0]["text"] == "asks for the price list"
    assert caller("igor")("POST", path, {"text": "not mine"}).status_code == 403


def test_a_campaign_is_changed_by_what_is_given_and_nothing_else(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    maria = caller("maria")
    path = f"/campaigns/{shop.campaign}"
    before = maria("GET", path).get_json()
    changed = maria("PATCH", path, {"ring_s": 33, "mode": "preview"}).get_json()
    assert changed == {**before, "ring_s": 33, "mode": "preview"}
    assert maria("PATCH", path, {"rules": {"hours": "whenever"}}).status_code == 400
    assert maria("PATCH", path, {"name": None}).status_code == 400
    assert maria("PATCH", path, {"state": "stopped"}).status_code == 422
    assert maria("GET", path).get_json() == changed, "what was refused changed nothing"
    assert caller("boris")("PATCH", path, {"ring_s": 20}).status_code == 403


def test_people_of_a_campaign_are_set_and_must_hold_the_duty(caller: Callable[[str], Caller], shop: Floor) -> None:
    maria = caller("maria")
    path = f"/campaigns/{shop.campaign}/members"
    assert len(maria("GET", path).get_json()["members"]) == 2
    left = maria("PUT", path, {"operators": [shop.operator]}).get_json()["members"]
    assert [(m["user_id"], m["line"]) for m in left] == [(shop.operator, 1)]
    unfit = maria("PUT", path, {"operators": [shop.closer]})
    assert unfit.status_code == 400 and str(shop.closer) in unfit.get_json()["message"]


def test_projects_are_those_one_may_see(caller: Callable[[str], Caller], lite: Database, shop: Floor) -> None:
    with lite.write() as s:
        s.add(Project(name="Other", client="Other", created_at=clock.now()))
    assert [p["id"] for p in caller("maria")("GET", "/projects").get_json()["projects"]] == [shop.project]


def test_a_number_is_stopped_and_asked_about(caller: Callable[[str], Caller], shop: Floor) -> None:
    boris = caller("boris")
    body = {"number": "8 (916) 123-45-01", "project_id": shop.project, "reason": "asked by letter"}
    made = boris("POST", "/suppressions", body).get_json()
    assert made == {"number": "+79161234501", "scope": shop.project, "added": True}
    assert boris("POST", "/suppressions", body).get_json()["added"] is False
    asked = boris("GET", f"/suppressions/check?number=%2B79161234501&project_id={shop.project}").get_json()
    assert asked == {"suppressed": True, "reason": "asked by letter"}
    assert boris("POST", "/suppressions", {**body, "number": "nonsense"}).status_code == 400
    assert (
        boris("POST", "/suppressions", {"number": "+79161234501", "project_id": None, "reason": "x"}).status_code == 403
    )


def test_a_card_is_put_right_by_whose_contact_it_is(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    path = f"/contacts/{shop.contact}"
    changed = caller("anna")("PATCH", path, {"email": "p.ivanov@romashka.example"}).get_json()
    assert (changed["email"], changed["name"]) == ("p.ivanov@romashka.example", "Пётр Иванов")
    assert caller("anna")("PATCH", path, {"email": "nonsense"}).status_code == 400
    assert caller("igor")("PATCH", path, {"name": "Somebody else"}).status_code == 403
    with lite.read() as s:
        row = s.scalars(select(Audit).where(Audit.action == "contact.edit", Audit.allowed)).one()
    assert "ivanov" not in str(row.detail), "the log says which field, not what stands in it"
