"""A robot operator does by the API all that a person does at the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from dialer import clock
from dialer.rules.words import OperatorState
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.desk import Callback, Handoff, Note, OperatorSession
from dialer.store.messages import Command
from dialer.store.people import Holding, Team
from tests.support import floor
from tests.support.floor import CALL, Floor
from tests.unit.api.conftest import Caller


def test_it_reads_the_call_with_contact_and_script_and_the_number_is_masked(caller: Callable[[str], Caller]) -> None:
    call = caller("anna")("GET", "/call").get_json()
    assert call["attempt_id"] == CALL
    assert call["contact"]["company"] == "ООО «Ромашка»"
    assert call["contact"]["numbers"][0]["number"] == "+7 ••• ••• 45 01"
    assert call["contact"]["zones"] == ["Europe/Samara"]
    assert [button["code"] for button in call["script"]["step"]["buttons"]] == ["dm", "away", "wrong"]


def test_it_walks_the_script_to_a_promised_callback_and_disposes(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    anna = caller("anna")
    revision = anna("GET", "/call").get_json()["script"]["revision"]
    at = {"attempt_id": CALL}
    moved = anna("POST", "/call/script/choose", {**at, "revision": revision, "code": "away"}).get_json()
    when = (clock.now() + timedelta(days=2)).replace(microsecond=0)
    values = {"recall": when.isoformat()}
    moved = anna(
        "POST", "/call/script/choose", {**at, "revision": moved["revision"], "code": "next", "values": values}
    ).get_json()
    assert (moved["ended"], moved["errors"]) == ("callback", {})
    with lite.write() as s:
        floor.hang_up(s, shop, clock.now())
    body = {**at, "disposition": "callback", "note": "asks for May", "callback_at": when.isoformat()}
    assert anna("POST", "/call/dispose", body).get_json()["state"] == "ready"
    with lite.read() as s:
        assert s.get_one(Attempt, CALL).disposition == "callback"
        assert s.scalars(select(Callback)).one().due_at == when
        assert s.scalars(select(Note.text).where(Note.attempt_id == CALL)).one() == "asks for May"
    again = anna("POST", "/call/dispose", body)
    assert (again.status_code, again.get_json()["error"]) == (409, "already_saved")
    assert anna("GET", "/callbacks").get_json()["waiting"] == 1


def test_a_teams_promise_is_made_for_the_team(caller: Callable[[str], Caller], lite: Database, shop: Floor) -> None:
    with lite.write() as s:
        team = Team(project_id=shop.project, name="North")
        s.add(team)
        s.flush()
        s.scalars(select(Holding).where(Holding.user_id == shop.operator)).one().team_id = team.id
        floor.hang_up(s, shop, clock.now())
        team_id = team.id
    when = (clock.now() + timedelta(days=2)).isoformat()
    body = {"attempt_id": CALL, "disposition": "callback", "callback_at": when, "callback_team": True}
    assert caller("anna")("POST", "/call/dispose", body).status_code == 200
    with lite.read() as s:
        made = s.scalars(select(Callback)).one()
        assert (made.owner_id, made.team_id) == (None, team_id)


def test_answers_that_are_wrong_come_back_by_field(caller: Callable[[str], Caller]) -> None:
    anna = caller("anna")
    revision = anna("GET", "/call").get_json()["script"]["revision"]
    for code in ("dm", "yes"):
        revision = anna(
            "POST", "/call/script/choose", {"attempt_id": CALL, "revision": revision, "code": code}
        ).get_json()["revision"]
    body = {"attempt_id": CALL, "revision": revision, "values": {"stock": 1, "pain": 99}}
    moved = anna("POST", "/call/script/answer", body).get_json()
    assert set(moved["errors"]) == {"pain"}
    assert anna("GET", "/call").get_json()["bant"]["N"] == 3


def test_it_asks_the_engine_for_what_the_network_does(caller: Callable[[str], Caller], lite: Database) -> None:
    anna = caller("anna")
    for path in ("hold", "resume", "mute", "unmute", "hang-up"):
        assert anna("POST", f"/call/{path}").status_code == 200
    assert anna("POST", "/call/keys", {"keys": "12#"}).status_code == 200
    assert anna("POST", "/call/keys", {"keys": "12;ls"}).status_code == 422
    with lite.read() as s:
        asked = [(c.kind, c.args.get("keys")) for c in s.scalars(select(Command).order_by(Command.id))]
    assert asked == [
        ("call.hold", None),
        ("call.resume", None),
        ("call.mute", None),
        ("call.unmute", None),
        ("call.hang_up", None),
        ("call.keys", "12#"),
    ]


def test_it_hands_a_lead_over_and_the_closer_sends_it_back(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    anna, igor = caller("anna"), caller("igor")
    no_one = anna("POST", "/handoffs", {"attempt_id": CALL})
    assert (no_one.status_code, no_one.get_json()["error"]) == (409, "no_closer_ready")
    made = anna("POST", "/handoffs", {"attempt_id": CALL, "live": False})
    assert made.status_code == 201
    handoff = made.get_json()["id"]
    assert [lead["mine"] for lead in igor("GET", "/handoffs/waiting").get_json()["leads"]] == [False]
    assert igor("POST", f"/handoffs/{handoff}/take").status_code == 200
    igor("POST", f"/handoffs/{handoff}/reject", {"reason": "no budget"})
    [result] = anna("GET", "/handoffs/results").get_json()["handoffs"]
    assert (result["state"], result["reason"]) == ("rejected", "no budget")
    anna("POST", f"/handoffs/{handoff}/seen")
    assert anna("GET", "/handoffs/results").get_json()["handoffs"] == []
    with lite.read() as s:
        assert s.get_one(Handoff, handoff).seen_by_operator_at is not None


def test_it_works_in_a_campaign_pauses_and_leaves(caller: Callable[[str], Caller], lite: Database, shop: Floor) -> None:
    igor = caller("igor")
    body = {"campaign_id": shop.campaign}
    assert igor("POST", "/session/connect", body).get_json()["state"] == "ready"
    assert igor("POST", "/session/pause", {"reason": "lunch"}).get_json()["reason"] == "lunch"
    assert igor("POST", "/session/ready").get_json()["state"] == "ready"
    assert igor("POST", "/session/leave").get_json()["state"] == "offline"
    assert igor("GET", "/call").status_code == 404


def test_preview_is_dialled_or_skipped(caller: Callable[[str], Caller], lite: Database, shop: Floor) -> None:
    anna = caller("anna")
    assert anna("POST", "/call/dial").get_json()["error"] == "not_now"
    with lite.write() as s:
        s.get_one(OperatorSession, shop.operator).state = OperatorState.PREVIEWING
    assert anna("POST", "/call/dial").status_code == 200
    assert anna("POST", "/call/skip", {"reason": "bad_time"}).status_code == 200
