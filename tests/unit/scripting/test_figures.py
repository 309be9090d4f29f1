"""Figures from the step log: reach, losses, time, answers, intervals, A/B texts, adherence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dialer.scripting import figures
from dialer.scripting.calls import Wanted
from dialer.store import Database
from dialer.store.outbox import ask_engine
from scripts import parse_text
from scripts.figures.adherence import by_operator
from scripts.figures.compare import Share, contests, difference, wilson
from scripts.figures.log import Call, Who, goals_of
from scripts.figures.steps import by_step, percentile
from tests.conftest import NOON
from tests.support import pretend_calls
from tests.support.floor import SCRIPT
from tests.support.pretend_calls import Respondent
from tests.unit.scripting.conftest import Room

FLOOR = parse_text(SCRIPT)


def entry(event: str, node: str, **more: Any) -> dict[str, Any]:
    return (
        dict.fromkeys(("variant", "via", "code", "field", "value", "came_from")) | {"event": event, "node": node} | more
    )


def call(name: str, *entries: tuple[int, dict[str, Any]], hung_up: Who = "them", end: int = 100) -> Call:
    timed = tuple((NOON + timedelta(seconds=second), one) for second, one in entries)
    return Call(name, 1, 7, timed, hung_up, NOON + timedelta(seconds=end), goals_of(FLOOR))


SHORT = call("short", (0, entry("entered", "gate", via="start")), end=5)
LONG = call(
    "long",
    (0, entry("entered", "gate", via="start")),
    (10, entry("entered", "intro", via="choice", code="dm", came_from="gate")),
    (12, entry("entered", "o_price", via="objection", came_from="intro")),
    (20, entry("entered", "intro", via="return", code="ok", came_from="o_price")),
    (21, entry("unscripted", "intro", value="and who are you")),
    (30, entry("entered", "state", via="choice", code="yes", came_from="intro")),
    (31, entry("answered", "state", field="stock", value=1)),
    (40, entry("entered", "plans", via="auto", came_from="state")),
    (50, entry("entered", "close", via="next", came_from="plans")),
    (60, entry("ended", "close", via="choice", code="lead_hot", value="warm")),
)
ASIDE = call("aside", (0, entry("entered", "gate", via="start")), hung_up="us", end=8)


def test_reach_losses_and_who_hung_up() -> None:
    found = by_step(FLOOR, [SHORT, LONG, ASIDE])
    gate = found["gate"]
    assert (gate.calls, gate.lost, gate.lost_them, gate.lost_us, gate.goal_after) == (3, 2, 1, 1, 1)
    assert (found["close"].lost, found["close"].calls) == (0, 1)
    assert gate.lost_rate == pytest.approx(2 / 3)


def test_time_spent_at_a_step_is_from_coming_to_leaving() -> None:
    found = by_step(FLOOR, [SHORT, LONG, ASIDE])
    assert sorted(found["gate"].seconds) == [5, 8, 10]
    assert (found["gate"].dwell(0.5), found["gate"].dwell(0.9)) == (8, 10)
    assert sorted(found["intro"].seconds) == [2, 10]
    assert percentile([], 0.5) is None


def test_answers_are_counted_by_button_and_objections_by_what_they_led_to() -> None:
    found = by_step(FLOOR, [LONG])
    assert found["gate"].answers == {"dm": 1} and found["o_price"].answers == {"ok": 1}
    assert found["intro"].answers == {"yes": 1} and found["close"].answers == {"warm": 1}
    assert found["state"].answers == {"next": 1} == found["plans"].answers
    assert (found["o_price"].saved_rate, found["intro"].unscripted) == (1.0, 1)


def test_the_wilson_interval_is_the_published_one() -> None:
    low, high = wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)  # Newcombe 1998, table I
    assert wilson(0, 0) == (0.0, 1.0) and wilson(0, 20)[0] == 0.0 and wilson(20, 20)[1] == 1.0


def test_the_interval_of_a_difference_is_the_published_one() -> None:
    low, high = difference(Share("a", 70, 56), Share("b", 80, 48))
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)  # Newcombe 1998, method 10


def arms(calls_each: int, hits_a: int, hits_b: int) -> list[Call]:
    made = []
    for variant, hits in (("a", hits_a), ("b", hits_b)):
        for number in range(calls_each):
            first = (0, entry("entered", "gate", via="start", variant=variant))
            goal = [(9, entry("entered", "close", via="next"))] if number < hits else []
            made.append(call(f"{variant}{number}", first, *goal))
    return made


def test_no_winner_is_named_below_100_calls_of_each_text() -> None:
    (found,) = contests(arms(99, 90, 5))
    assert (found.enough, found.winner) == (False, "")


def test_a_winner_needs_a_difference_beyond_chance() -> None:
    (close_race,) = contests(arms(100, 33, 30))
    (clear,) = contests(arms(100, 20, 50))
    assert (close_race.enough, close_race.winner) == (True, "")
    assert (clear.enough, clear.winner) == (True, "b")


def test_adherence_counts_required_questions_and_the_time_that_reading_needs() -> None:
    (line,) = by_operator({1: FLOOR}, [LONG])
    assert (line.calls, line.goals, line.unscripted) == (1, 1, 1)
    # stock was answered, role was not; intro was on the screen for 2 s, its text is 8 words in English.
    assert (line.required, line.answered) == (2, 1)
    assert (line.verbatim, line.given_time) == (1, 1)
    (quick,) = by_operator(
        {1: FLOOR},
        [
            call(
                "q",
                (0, entry("entered", "intro", via="start")),
                (1, entry("entered", "state", via="choice", code="yes")),
            )
        ],
    )
    assert (quick.verbatim, quick.given_time) == (1, 0)


def test_figures_of_real_runs_say_who_hung_up(db: Database, room: Room) -> None:
    with db.write() as s:
        for number, who in enumerate((Respondent(gone_at="intro"), Respondent({"consent": True}), Respondent())):
            contact = pretend_calls.add_contact(s, room.campaign, f"+791600000{number:02}", NOON)
            attempt = pretend_calls.place(s, contact, f"a{number}", room.anna, NOON)
            if number == 0:
                pretend_calls.talk(s, attempt, who, NOON)
            else:
                pretend_calls.script_run.ensure(s, attempt.id, room.anna, NOON)
            if number == 2:
                ask_engine(s, NOON, "call.hang_up", room.anna, attempt=attempt.id)
            pretend_calls.close(s, attempt, "break_off", NOON + timedelta(seconds=60))
    with db.read() as s:
        found = figures.of(s, Wanted(room.script))
        elsewhere = figures.of(s, Wanted(room.script, campaign_id=room.campaign + 1))
    assert found is not None and elsewhere is not None and elsewhere.total.calls == 0
    reach = found.steps["reach"]
    assert (found.total.calls, reach.calls, reach.lost_them, reach.lost_us) == (3, 3, 1, 1)
    assert found.steps["intro"].lost_them == 1 and found.names == {room.anna: "Anna"}
    drawing = found.drawing("en")
    assert "100%" in drawing and 'class="lost"' in drawing and "<style" not in drawing
    assert [row[0] for row in found.rows("en")] == [node.id for node in found.script.nodes]
