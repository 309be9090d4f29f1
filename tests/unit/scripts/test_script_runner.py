"""Moves from position to position; a refused move changes nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from script_fixtures import CONTEXT, SHAPE, Caller

from scripts import MoveRefused, Position, ScriptError, parse_text, runner
from scripts.walk import variant_of


def test_a_call_walks_to_an_appointment() -> None:
    call = Caller().to_who()
    call.answer({"part": "1"})
    call.choose("next")
    assert call.at() == "meet"
    call.answer({"hour": "2026-03-04T15:00", "post": "p@example.com"})
    call.choose("agree")
    assert "среда, 4 марта, 15:00, письмо на p@example.com, будет Ирина" in call.see().spoken[0].text
    call.choose("next")
    assert call.position.ended == "appointment"
    assert call.log[-1]["event"] == "ended" and call.log[-1]["code"] == "appointment"


def test_the_log_counts_on_and_every_entry_has_every_key() -> None:
    call = Caller().to_who()
    assert [entry["seq"] for entry in call.log] == list(range(len(call.log)))
    assert len({tuple(entry) for entry in call.log}) == 1
    assert {entry["version"] for entry in call.log} == {SHAPE.version_hash}
    json.dumps(call.log)


def test_a_called_step_returns_to_its_caller_and_limits_hold() -> None:
    call = Caller()
    for _ in range(1):
        call.choose("what")
        call.choose("wait")
        assert call.at() == "door"
    assert "what" in [button.code for button in call.see().buttons]
    call.choose("what")
    assert "wait" not in [button.code for button in call.see().buttons]
    with pytest.raises(MoveRefused):
        call.choose("wait")
    call.choose("no")
    assert call.at() == "gatekeeper_refusal"


def test_a_goto_inside_a_call_forgets_where_it_was_called_from() -> None:
    call = Caller()
    call.choose("what")
    assert call.position.stack
    call.choose("ok")
    assert call.at() == "hello" and not call.position.stack


def test_a_branch_that_calls_goes_on_at_the_next_branch() -> None:
    call = Caller().to_who()
    call.answer({"part": "3"})
    call.choose("next")
    assert call.at() == "who_else"
    call.choose("next")
    assert call.at() == "letter"


def test_branches_take_the_first_that_holds() -> None:
    call = Caller().to_today()
    call.answer({"books": 3})
    call.choose("next")
    call.choose("next")
    call.answer({"part": 1})
    call.choose("next")
    assert call.at() == "no_need"


def test_an_objection_returns_to_the_interrupted_step_with_typed_words_kept() -> None:
    call = Caller().to_today()
    call.draft({"sells": "яр"})
    call.answer({"books": "1"})
    call.objection("o_cost")
    assert call.at() == "o_cost" and "300\u00a0000" in call.see().spoken[0].text
    call.objection("o_other")
    call.choose("ok")
    assert call.at() == "o_cost"
    call.choose("ok")
    assert call.at() == "today"
    sells = next(question for question in call.see().questions if question.field == "sells")
    assert sells.draft == "яр"
    assert call.position.answers["books"]["value"] == 1


def test_an_objection_does_not_count_as_a_visit_to_the_step_it_returns_to() -> None:
    call = Caller().to_today()
    call.objection("o_cost")
    call.choose("ok")
    assert call.position.visits["today"] == 1


def test_required_questions_must_be_answered_but_not_for_an_answer_that_skips() -> None:
    call = Caller().to_who()
    with pytest.raises(MoveRefused) as caught:
        call.choose("next")
    assert caught.value.fields == {
        "part": {"ru": "Нужен ответ на этот вопрос.", "en": "This question needs an answer."}
    }
    call.answer({"part": "1"})
    call.choose("next")
    with pytest.raises(MoveRefused) as caught:
        call.choose("agree")
    assert caught.value.fields.keys() == {"hour", "post"}
    call.choose("mail")
    assert call.at() == "letter"


def test_dont_know_refused_and_not_asked_are_three_values() -> None:
    call = Caller().to_today()
    states = lambda: {question.field: question.state for question in call.see().questions}  # noqa: E731
    assert states()["books"] == "not_asked"
    call.answer({"books": "98"})
    assert states()["books"] == "dk" and call.position.answers["books"]["state"] == "dk"
    call.answer({"books": {"state": "ref"}})
    assert states()["books"] == "ref"
    call.answer({"books": ""})
    assert "books" not in call.position.answers
    call.answer({"books": "@dk"})
    call.choose("next")
    assert call.at() == "later", "don't know is an answer to a required question"


def test_good_answers_are_kept_beside_bad_ones() -> None:
    call = Caller().to_today()
    call.answer({"books": "2", "sells": ["97"], "ache": "11"})
    assert call.position.answers["books"]["value"] == 2
    assert call.errors["sells"]["en"] == "Write down what exactly."
    assert call.errors["ache"]["ru"] == "Не больше 10."
    assert call.position.drafts == {"sells": ["97"], "ache": "11"}
    call.answer({"sells": {"value": ["97"], "open": " с рук "}})
    assert call.position.answers["sells"] == {"value": [97], "open": "с рук", "node": "today"}
    assert "sells" not in call.position.drafts


def test_a_changed_answer_is_marked_revised_and_the_same_again_is_not_logged() -> None:
    call = Caller().to_today()
    call.answer({"books": "1"})
    call.answer({"books": "1"})
    call.answer({"books": "2"})
    marks = [(entry["value"], entry["revised"]) for entry in call.log if entry["event"] == "answered"]
    assert marks == [(1, False), (2, True)]


def test_an_answer_to_a_question_that_no_longer_applies_is_taken_away() -> None:
    call = Caller().to_today()
    call.answer({"books": "1", "ache": "7"})
    call.answer({"books": "3"})
    assert "ache" not in call.position.answers
    call.answer({"ache": "7"})
    assert call.errors["ache"]["en"] == "This question is not asked now."


def test_back_restores_step_stack_and_used_answers_and_keeps_what_was_said() -> None:
    call = Caller()
    call.choose("what")
    inside = call.position
    call.choose("wait")
    call.back()
    assert call.position.node == "door_what" and call.position.stack == inside.stack
    assert [button.code for button in call.see().buttons] == ["ok", "wait", "no"]
    call.back()
    call.to_today()
    call.answer({"books": "1"})
    call.choose("next")
    call.back()
    assert call.at() == "today" and call.position.answers["books"]["value"] == 1
    assert call.position.visits["later"] == 0


def test_back_undoes_an_end() -> None:
    call = Caller()
    call.choose("none")
    assert call.position.ended == "wrong_person"
    call.back()
    assert call.position.ended is None and call.at() == "door"


def test_a_jump_to_a_detour_comes_back_to_where_one_jumped_from() -> None:
    call = Caller()
    call.choose("what")
    call.choose("wait")
    call.to_today()
    call.jump("door_what")
    call.choose("wait")
    assert call.at() == "today" and call.position.stack == ()


def test_a_jump_finds_every_answer_there_once_more() -> None:
    call = Caller().to_today()
    call.jump("hello")
    assert [button.code for button in call.see().buttons] == ["yes", "busy"]
    call.choose("yes")
    assert call.at() == "today"


def test_jump_goes_to_visited_steps_only() -> None:
    call = Caller().to_who()
    assert "today" in [crumb.node for crumb in call.see().visited]
    call.jump("today")
    assert call.at() == "today"
    with pytest.raises(MoveRefused):
        call.jump("meet")


def test_what_the_script_has_no_answer_for_is_logged_and_the_step_stays() -> None:
    call = Caller()
    call.no_such_answer("  а вы\nкто? ")
    assert call.log[-1]["event"] == "unscripted" and call.log[-1]["value"] == "а вы кто?"
    assert call.at() == "door"
    with pytest.raises(MoveRefused):
        call.no_such_answer("  ")


@pytest.mark.parametrize(("how", "outcome"), [("callback", "callback"), ("dnc", "dnc"), ("hung_up", "hung_up_intro")])
def test_three_ends_are_always_there(how: str, outcome: str) -> None:
    call = Caller()
    call.end(how)
    assert call.position.ended == outcome


def test_hanging_up_after_answers_is_a_break_off_and_on_a_reached_goal_the_goal() -> None:
    call = Caller().to_today()
    call.answer({"books": "1"})
    call.end("hung_up")
    assert call.position.ended == "break_off"
    call = Caller().to_who()
    call.answer({"part": "1"})
    call.choose("next")
    call.answer({"hour": "2026-03-04T15:00", "post": "p@example.com"})
    call.choose("agree")
    call.end("hung_up")
    assert call.position.ended == "appointment"


@pytest.mark.parametrize(
    ("move", "given"),
    [
        ("choose", ["nothing"]), ("choose", ["next"]), ("objection", ["hello"]), ("objection", ["nowhere"]),
        ("back", []), ("jump", ["hello"]), ("jump", ["nowhere"]), ("answer", [{"books": 1}]),
        ("answer", [{"nothing": 1}]), ("draft", [{"books": 1}]), ("end", ["sold"]),
    ],
)  # fmt: skip
def test_an_impossible_move_is_refused_in_both_languages_and_changes_nothing(move: str, given: list[Any]) -> None:
    call = Caller()
    before = call.position.as_dict()
    with pytest.raises(MoveRefused) as caught:
        getattr(call, move)(*given)
    assert caught.value.texts["ru"] and caught.value.texts["en"]
    assert call.position.as_dict() == before


@pytest.mark.parametrize(
    ("move", "given"), [("choose", ["here"]), ("objection", ["o_cost"]), ("jump", ["door"]), ("end", ["dnc"])]
)
def test_a_late_move_is_refused(move: str, given: list[Any]) -> None:
    call = Caller()
    call.choose("none")
    with pytest.raises(MoveRefused) as caught:
        getattr(call, move)(*given)
    assert caught.value.code == "ended"


def test_a_position_of_another_version_is_refused() -> None:
    other = parse_text(SHAPE.text.replace("Решать будете вы?", "Вы решаете?"))
    call = Caller()
    with pytest.raises(MoveRefused) as caught:
        runner.choose(other, call.position, CONTEXT, "here")
    assert caught.value.code == "other_version"


def test_a_position_survives_json_and_nonsense_is_refused() -> None:
    call = Caller().to_who()
    call.objection("o_cost")
    assert Position.from_dict(json.loads(json.dumps(call.position.as_dict()))) == call.position
    for nonsense in ({}, {"version": 1, "node": "x"}, {"version": "x", "node": "y", "more": 1}, []):
        with pytest.raises(ScriptError):
            Position.from_dict(nonsense)


def test_a_call_resumes_at_its_step_with_its_answers() -> None:
    call = Caller().to_who()
    again = Caller(node="later", answers=call.position.answers)
    assert again.at() == "later" and again.position.answers["books"]["value"] == 1
    assert Caller(node="gone").at() == "door"


def test_redials_hear_the_same_text_and_contacts_share_texts_by_weight() -> None:
    node = SHAPE.by_id["today"]
    assert variant_of(node, "77") == variant_of(node, "77")
    even = [variant_of(node, str(number)) for number in range(2000)]
    assert 900 < even.count("a") < 1100
    uneven = parse_text(SHAPE.text.replace("[a]>", "[a:10]>").replace("[b]>", "[b:90]>")).by_id["today"]
    heard = [variant_of(uneven, str(number)) for number in range(2000)]
    assert 140 < heard.count("a") < 260


CIRCLES = """---
script: x/y
kind: survey
languages: [ru]
start: a
---
=== a
ru> Раз
* [go] Дальше -> b
+ [on] Круг => c
-> d
=== b
-> e
=== e
-> b
=== c
=> c
=== d
~ if touch > 5 -> a
"""


@pytest.mark.parametrize("code", ["go", "on", "next"])
def test_a_script_that_goes_round_or_nowhere_is_stopped(code: str) -> None:
    call = Caller(parse_text(CIRCLES))
    with pytest.raises(MoveRefused) as caught:
        call.choose(code)
    assert caught.value.code in ("endless", "stuck") and call.at() == "a"


@pytest.mark.parametrize("now", [None, "yesterday", "2026-03-02T10:00", 5])
def test_a_context_without_a_usable_now_is_an_error(now: Any) -> None:
    with pytest.raises(ScriptError, match="now"):
        runner.start(SHAPE, {**CONTEXT, "now": now})


def test_an_unknown_zone_or_preset_is_an_error() -> None:
    for wrong in ({"timezone": "Mars/Base"}, {"timezone": "../etc"}, {"bant": "lax"}, {"bant": {"gates": {"X": 1}}}):
        with pytest.raises(ScriptError):
            runner.start(SHAPE, {**CONTEXT, **wrong})
