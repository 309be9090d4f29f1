"""What the desk can do the API can do too: nothing is left to people alone but what is marked so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from dialer import clock
from dialer.desk import wrap_up
from dialer.rules.words import OperatorState
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.desk import DeskDraft, OperatorSession
from dialer.store.leads import GateAsk
from dialer.store.messages import Command
from dialer.store.projects import Campaign, Project
from dialer.store.scripts import ScriptRun
from tests.support import floor
from tests.support.floor import CALL, Floor
from tests.unit.api.conftest import Caller

SAME = {
    "/desk": "/call",
    "/desk/body": "/call",
    "/desk/phone.json": "/session/phone",
    "/desk/seen": "/session/seen",
    "/desk/phone-up": "/session/seen",
    "/desk/connect": "/session/connect",
    "/desk/ready": "/session/ready",
    "/desk/pause": "/session/pause",
    "/desk/leave": "/session/leave",
    "/desk/call/<any('hang-up', hold, resume, mute, unmute):what>": "/call/hang-up",
    "/desk/call/keys": "/call/keys",
    "/desk/call/dial": "/call/dial",
    "/desk/call/skip": "/call/skip",
    "/desk/call/by-hand": "/call/by-hand",
    "/desk/find": "/call/choices",
    "/desk/contact": "/contacts/<int:contact_id>",
    "/desk/correct": "/day/<attempt_id>/correct",
    "/desk/draft": "/call/draft",
    "/desk/save": "/call/dispose",
    "/desk/callbacks/<int:callback_id>/cancel": "/callbacks/<int:callback_id>/cancel",
    "/desk/script/paper": "/call",
    "/desk/script/answer": "/call/script/answer",
    "/desk/script/draft": "/call/script/draft",
    "/desk/script/choose": "/call/script/choose",
    "/desk/script/objection": "/call/script/objection",
    "/desk/script/back": "/call/script/back",
    "/desk/script/jump": "/call/script/jump",
    "/desk/script/no-such-answer": "/call/script/no-such-answer",
    "/desk/script/end": "/call/script/end",
    "/desk/script/language": "/call/script/language",
    "/desk/appointments/hold": "/appointments",
    "/desk/appointments/<int:appointment_id>/book": "/appointments/<int:appointment_id>/book",
    "/desk/appointments/<int:appointment_id>/give-up": "/appointments/<int:appointment_id>/give-up",
    "/desk/handoff/live": "/handoffs",
    "/desk/handoff/listed": "/handoffs",
    "/desk/handoff/ask": "/handoffs/ask",
    "/desk/handoff/<int:handoff_id>/cancel": "/handoffs/<int:handoff_id>/cancel",
    "/desk/handoff/<int:handoff_id>/leave": "/handoffs/<int:handoff_id>/leave",
    "/desk/handoff/<int:handoff_id>/seen": "/handoffs/<int:handoff_id>/seen",
    "/desk/closer/<int:handoff_id>/decline": "/handoffs/<int:handoff_id>/decline",
    "/desk/closer/<int:handoff_id>/accept": "/handoffs/<int:handoff_id>/accept",
    "/desk/closer/<int:handoff_id>/reject": "/handoffs/<int:handoff_id>/reject",
    "/desk/closer/<int:handoff_id>/take": "/handoffs/<int:handoff_id>/take",
    "/desk/closer/done": "/handoffs/done",
}
"""An address of the desk -> the API's call for the same."""


def test_every_act_of_the_desk_has_its_call(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    desk = {rule for rule in rules if rule == "/desk" or rule.startswith("/desk/")}
    assert desk == set(SAME), "a new act of the desk needs its call of the API here"
    assert {f"/api/v1{path}" for path in SAME.values()} <= rules


def test_the_description_names_every_call_with_its_shapes(app: Flask) -> None:
    paths = app.test_client().get("/api/v1/openapi.json").get_json()["paths"]
    rules = {
        r.rule for r in app.url_map.iter_rules() if r.rule.startswith("/api/v1/") and r.rule != "/api/v1/openapi.json"
    }
    assert len(paths) == len(rules)
    for path, methods in paths.items():
        for method, told in methods.items():
            assert told["summary"], f"{method} {path} says nothing of itself"
            assert any(code.startswith("20") for code in told["responses"]), path


def test_a_robot_learns_where_to_work_by_which_phone_and_what_outcomes_there_are(
    caller: Callable[[str], Caller], shop: Floor
) -> None:
    anna = caller("anna")
    [work] = anna("GET", "/session/campaigns").get_json()["campaigns"]
    assert (work["campaign_id"], work["project"], work["line"]) == (shop.campaign, "Склады", 1)
    assert anna("GET", "/session/phone").get_json()["kind"] == "none", "nothing rings on the pretend network"
    codes = {d["code"]: d for d in anna("GET", "/dispositions").get_json()["dispositions"]}
    assert codes["callback"]["next"] == "callback" and codes["callback"]["label"]["ru"] == "Перезвонить"
    assert "busy" not in codes, "that is the system's to say"


def test_drafts_of_note_and_answers_are_kept_and_shown(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    anna = caller("anna")
    assert anna("GET", "/call").get_json()["draft"]["note"] == ""
    kept = anna("POST", "/call/draft", {"attempt_id": CALL, "note": "asks for May", "disposition": "no_need"})
    assert kept.get_json() == {"until": None}, "no wrap-up runs yet"
    anna("POST", "/call/script/draft", {"attempt_id": CALL, "values": {"wish": "half a word"}})
    assert anna("GET", "/call").get_json()["draft"]["note"] == "asks for May"
    with lite.read() as s:
        assert s.get_one(DeskDraft, (CALL, shop.operator)).words["disposition"] == "no_need"
        assert s.get_one(ScriptRun, CALL).draft == {"wish": "half a word"}


def test_the_day_is_listed_put_right_and_called_again(
    caller: Callable[[str], Caller], lite: Database, shop: Floor
) -> None:
    now = clock.now()
    with lite.write() as s:
        s.get_one(Campaign, shop.campaign).rules = {"profiles": ["demo"]}
        floor.hang_up(s, shop, now)
        wrap_up.save(s, CALL, shop.operator, "refused_hard", now)
    anna = caller("anna")
    day = anna("GET", "/day").get_json()
    assert day["talks"] == 1 and day["calls"][0]["disposition"] == "refused_hard"
    bare = {"disposition": "callback", "callback_at": "2030-01-01T10:00:00"}
    assert anna("POST", f"/day/{CALL}/correct", bare).get_json()["error"] == "callback_needs_time"
    at = (now + timedelta(hours=2)).isoformat()
    assert anna("POST", f"/day/{CALL}/correct", {"disposition": "callback", "callback_at": at}).status_code == 200
    with lite.read() as s:
        assert s.get_one(Attempt, CALL).disposition == "callback"
    assert anna("GET", "/callbacks").get_json()["waiting"] == 1
    assert anna("POST", "/call/by-hand", {"contact_id": shop.contact}).status_code == 200
    with lite.read() as s:
        assert s.query(Command).filter_by(kind="call.by_hand").count() == 1
    assert caller("igor")("POST", "/call/by-hand", {"contact_id": shop.contact}).status_code in (403, 409)


def test_a_lead_below_the_gate_is_asked_for(caller: Callable[[str], Caller], lite: Database, shop: Floor) -> None:
    with lite.write() as s:
        s.get_one(Project, shop.project).qualification = "strict"
    anna = caller("anna")
    call = anna("GET", "/call").get_json()
    assert not call["may_hand_over"] and call["lacks"]
    assert anna("POST", "/handoffs", {"attempt_id": CALL, "live": False}).get_json()["error"] == "below_gate"
    assert anna("POST", "/handoffs/ask", {"attempt_id": CALL}).status_code == 200
    with lite.read() as s:
        assert s.get(GateAsk, CALL) is not None


def test_every_call_is_a_sign_of_life(caller: Callable[[str], Caller], lite: Database, shop: Floor) -> None:
    with lite.write() as s:
        s.get_one(OperatorSession, shop.operator).seen_at = None
    caller("anna")("GET", "/dispositions")
    with lite.read() as s:
        row = s.get_one(OperatorSession, shop.operator)
        assert row.seen_at is not None and row.state is OperatorState.TALKING
