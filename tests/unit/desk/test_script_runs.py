"""Script runs: every answer is in the database when it is said to be, and a stale page changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialer.desk import script_run
from dialer.errors import Refusal
from dialer.store import Database
from dialer.store.messages import Command
from dialer.store.scripts import Answer, CallScript, ScriptRun, ScriptStep
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import CALL, Floor


def begin(db: Database, shop: Floor) -> int:
    with db.write() as s:
        run = script_run.ensure(s, CALL, shop.operator, NOON)
        assert run is not None
        return run.revision


def go(db: Database, shop: Floor, *codes: str) -> int:
    """Press these buttons one after the other; the revision reached."""
    revision = begin(db, shop)
    for code in codes:
        with db.write() as s:
            revision = script_run.choose(s, CALL, shop.operator, revision, code, NOON).revision
    return revision


def step(db: Database, shop: Floor) -> str:
    with db.read() as s:
        shown = script_run.view(s, CALL, shop.operator, NOON)
        assert shown is not None
        return shown.step.node


def test_a_run_begins_once_and_speaks_the_operators_language(db: Database, shop: Floor) -> None:
    first = begin(db, shop)
    assert begin(db, shop) == first
    with db.read() as s:
        shown = script_run.view(s, CALL, shop.operator, NOON)
    assert shown is not None
    assert shown.step.spoken[0].text == "Good afternoon! Анна Белова of Вектор. May I speak to Пётр Иванов?"


def test_a_campaign_without_a_script_has_no_run(db: Database, shop: Floor) -> None:
    with db.write() as s:
        script = s.scalars(select(CallScript)).one()
        script.published_id = None
        assert script_run.ensure(s, CALL, shop.operator, NOON) is None
        assert script_run.view(s, CALL, shop.operator, NOON) is None
        assert script_run.bant(s, CALL) == {"B": None, "A": None, "N": None, "T": None}


def test_a_call_keeps_its_version_when_another_is_published(db: Database, shop: Floor) -> None:
    begin(db, shop)
    text = floor.SCRIPT.replace("Good {{ daypart }}!", "Hello!")
    with db.write() as s:
        floor.publish(s, text, NOON)
    with db.read() as s:
        shown = script_run.view(s, CALL, shop.operator, NOON)
    assert shown is not None
    assert shown.step.spoken[0].text.startswith("Good afternoon!")


def test_an_answer_is_stored_with_its_step_and_scored(db: Database, shop: Floor) -> None:
    revision = go(db, shop, "dm", "yes")
    with db.write() as s:
        script_run.answer(s, CALL, shop.operator, revision, {"stock": "1"}, NOON)
    with db.read() as s:
        answer = s.scalars(select(Answer).where(Answer.field == "stock")).one()
        assert (answer.value, answer.node, answer.attempt_id) == ({"value": 1}, "state", CALL)
        assert script_run.bant(s, CALL)["N"] == 3
        assert script_run.spoken_answers(s, CALL, "en") == [("Accounting now", "Excel")]


def test_an_answer_taken_back_is_gone_and_the_log_keeps_it(db: Database, shop: Floor) -> None:
    revision = go(db, shop, "dm", "yes")
    for value in ("1", ""):
        with db.write() as s:
            revision = script_run.answer(s, CALL, shop.operator, revision, {"stock": value}, NOON).revision
    with db.read() as s:
        assert s.scalars(select(Answer).where(Answer.field == "stock")).first() is None
        values = [step.entry["value"] for step in s.scalars(select(ScriptStep)) if step.entry["field"] == "stock"]
    assert values == [1, None]


def test_a_stale_page_is_refused_and_changes_nothing(db: Database, shop: Floor) -> None:
    revision = go(db, shop, "dm")
    with pytest.raises(Refusal) as refused, db.write() as s:
        script_run.choose(s, CALL, shop.operator, revision - 1, "yes", NOON)
    assert refused.value.code == "script_moved"
    assert step(db, shop) == "intro"


def test_somebody_elses_call_is_not_moved(db: Database, shop: Floor) -> None:
    revision = begin(db, shop)
    with pytest.raises(Refusal, match="not_your_call"), db.write() as s:
        script_run.choose(s, CALL, shop.closer, revision, "dm", NOON)


def test_a_required_question_holds_the_move_and_says_which(db: Database, shop: Floor) -> None:
    revision = go(db, shop, "dm", "yes")
    with pytest.raises(Refusal) as refused, db.write() as s:
        script_run.choose(s, CALL, shop.operator, revision, "next", NOON)
    assert refused.value.code == "script_refused"
    assert set(refused.value.detail["fields"]) == {"stock"}


def test_a_move_takes_typed_answers_along_and_keeps_the_good_ones_when_one_is_wrong(db: Database, shop: Floor) -> None:
    revision = go(db, shop, "dm", "yes")
    typed = {"stock": "2", "pain": "77"}
    with db.write() as s:
        moved = script_run.choose(s, CALL, shop.operator, revision, "next", NOON, typed)
    assert set(moved.errors) == {"pain"}
    assert step(db, shop) == "state"
    with db.read() as s:
        assert s.scalars(select(Answer.value).where(Answer.field == "stock")).one() == {"value": 2}


def test_typed_words_survive_until_they_are_an_answer(db: Database, shop: Floor) -> None:
    revision = go(db, shop, "dm", "yes")
    with db.write() as s:
        script_run.save_draft(s, CALL, shop.operator, {"stock": "half typ"}, NOON)
    with db.read() as s:
        assert s.get_one(ScriptRun, CALL).draft == {"stock": "half typ"}
        assert s.get_one(ScriptRun, CALL).revision == revision
    with db.write() as s:
        script_run.answer(s, CALL, shop.operator, revision, {"stock": "1"}, NOON)
    with db.read() as s:
        assert s.get_one(ScriptRun, CALL).draft == {}


def test_an_objection_comes_back_to_the_step_it_left(db: Database, shop: Floor) -> None:
    revision = go(db, shop, "dm", "yes")
    with db.write() as s:
        revision = script_run.objection(s, CALL, shop.operator, revision, "o_price", NOON).revision
    assert step(db, shop) == "o_price"
    with db.write() as s:
        script_run.choose(s, CALL, shop.operator, revision, "ok", NOON)
    assert step(db, shop) == "state"


def test_back_jump_and_unscripted_words_are_logged(db: Database, shop: Floor) -> None:
    revision = go(db, shop, "dm", "yes")
    with db.write() as s:
        revision = script_run.back(s, CALL, shop.operator, revision, NOON).revision
        revision = script_run.jump(s, CALL, shop.operator, revision, "gate", NOON).revision
        script_run.no_such_answer(s, CALL, shop.operator, revision, "ask my lawyer", NOON)
    assert step(db, shop) == "gate"
    with db.read() as s:
        entries = [row.entry for row in s.scalars(select(ScriptStep).order_by(ScriptStep.seq))]
    assert [entry["via"] for entry in entries if entry["event"] == "entered"][-2:] == ["back", "jump"]
    assert entries[-1]["value"] == "ask my lawyer"


def test_the_language_changes_in_mid_call(db: Database, shop: Floor) -> None:
    begin(db, shop)
    with db.write() as s:
        script_run.set_language(s, CALL, shop.operator, "ru", NOON)
    with db.read() as s:
        shown = script_run.view(s, CALL, shop.operator, NOON)
    assert shown is not None
    assert shown.step.spoken[0].text.startswith("Добрый день!")
    with pytest.raises(Refusal, match="no_such_language"), db.write() as s:
        script_run.set_language(s, CALL, shop.operator, "fr", NOON)


def test_what_an_earlier_call_learned_is_known_at_the_next(db: Database, shop: Floor) -> None:
    revision = go(db, shop, "dm", "yes")
    with db.write() as s:
        script_run.answer(s, CALL, shop.operator, revision, {"stock": "1"}, NOON)
        floor.hang_up(s, shop, NOON)
        s.get_one(floor.Attempt, CALL).state = floor.AttemptState.CLOSED
        s.flush()
        floor.talk(s, shop, NOON + timedelta(days=1), "anext0000000000000000000")
    with db.write() as s:
        script_run.ensure(s, "anext0000000000000000000", shop.operator, NOON)
        assert script_run.bant(s, "anext0000000000000000000")["N"] == 3


def test_a_promised_time_is_offered_for_the_callback(db: Database, shop: Floor) -> None:
    revision = go(db, shop, "away")
    with db.write() as s:
        script_run.choose(s, CALL, shop.operator, revision, "next", NOON, {"recall": "2026-03-05T10:30"})
    with db.read() as s:
        shown = script_run.view(s, CALL, shop.operator, NOON)
        promised = script_run.promised_time(s, CALL)
    assert shown is not None and shown.step.ended == "callback"
    assert promised is not None
    assert promised.isoformat() == "2026-03-05T06:30:00+00:00"  # 10:30 in Samara


def test_a_saved_call_is_not_moved_any_more(db: Database, shop: Floor) -> None:
    revision = begin(db, shop)
    with db.write() as s:
        s.get_one(floor.Attempt, CALL).disposition = "no_need"
    with pytest.raises(Refusal, match="already_saved"), db.write() as s:
        script_run.choose(s, CALL, shop.operator, revision, "dm", NOON)


def test_recording_pauses_on_steps_that_are_not_recorded(db: Database, shop: Floor) -> None:
    text = floor.SCRIPT.replace("=== intro stage=contact @consent", "=== intro stage=contact @norecord")
    with db.write() as s:
        floor.publish(s, text, NOON)
    go(db, shop, "dm", "yes")
    with db.read() as s:
        asked = [c.args["on"] for c in s.scalars(select(Command)) if c.kind == "call.record"]
    assert asked == [False, True]
