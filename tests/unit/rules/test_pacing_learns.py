"""What pacing learns and how it is steered: by minutes, cautiously, and back under the cap."""

from __future__ import annotations

import json
import random

import pytest

from dialer.rules.pacing import Learnt, Steering, at_cap, look_ahead
from dialer.rules.pacing.times import EDGES, Times, bin_of, share_by, time_of
from tests.unit.rules.test_pacing import taught


def test_times_seen_overrule_the_prior() -> None:
    times, dice = Times(30, 0.8, 5), random.Random(1)
    for _ in range(2000):
        times.add(dice.lognormvariate(4.0, 0.3))
    done = times.done_by()
    assert share_by(done, 54.6) == pytest.approx(0.5, abs=0.03) and share_by(done, 20) < 0.01
    assert time_of(done, share_by(done, 47.0)) == pytest.approx(47.0)


@pytest.mark.parametrize("seconds", [0.0, 0.5, 29.99, 30.0, 31.4, 31.6, 500.0, 3599.0])
def test_a_time_is_in_its_bin(seconds: float) -> None:
    i = bin_of(seconds)
    assert EDGES[i] - 1 <= seconds < EDGES[i + 1] + 1


def test_hours_and_nothings_can_be_learnt() -> None:
    times = Times(30, 0.8, 5)
    for seconds in (0.0, 1e9):
        times.add(seconds)
    assert min(times.done_by()) >= 0.0 and max(times.done_by()) <= 1.0


def test_little_knowledge_is_used_cautiously() -> None:
    assert Learnt().cautious_rate() > 0.7
    assert 0.3 < taught(calls=60).cautious_rate() < 0.45
    assert taught(calls=5000).cautious_rate() == pytest.approx(0.3, abs=0.03)


def test_the_answer_rate_is_forgotten_by_minutes_not_by_calls() -> None:
    for calls in (100, 10_000):
        learnt = taught(0.5, calls)
        learnt.pass_time(0.0)
        learnt.pass_time(30 * 60.0)
        assert learnt.dials == pytest.approx(calls / 2.718, rel=0.01)


def test_the_answer_rate_follows_the_list() -> None:
    learnt = taught(0.18, 1000)
    for minute in range(60):
        learnt.pass_time(minute * 60.0)
        for n in range(20):
            learnt.call(n % 2 == 0, 10.0)
    assert learnt.answer_rate() > 0.4


def test_a_clock_that_jumps_back_does_no_harm() -> None:
    learnt = taught(calls=100)
    learnt.pass_time(1000.0)
    learnt.pass_time(-2600.0)
    assert learnt.dials == 100


def test_a_line_that_has_rung_long_is_hardly_answered_any_more() -> None:
    look = look_ahead(taught())
    assert look.answer[0][-1] > 2 * look.answer[20][-1] and look.answer[40][-1] < 0.1


def test_long_wrap_ups_end_sooner_than_fresh_ones_and_talks_later() -> None:
    look = look_ahead(taught())
    assert look.wrap[15][2] > look.wrap[1][2] > look.talk[1][2]


def test_everything_learnt_can_be_written_down() -> None:
    learnt = taught(calls=50)
    learnt.pass_time(5.0)
    again = Learnt.of(json.loads(json.dumps(learnt.plain())))
    assert look_ahead(again) == look_ahead(learnt) and again.plain() == learnt.plain()


def test_steering_settles_where_the_target_share_is_abandoned() -> None:
    steering, dice = Steering(0.03), random.Random(2)
    for _ in range(20_000):
        steering.answer(dice.random() < min(1.0, steering.theta * 2))
    assert steering.rate == pytest.approx(0.0285, abs=0.001) and steering.theta == pytest.approx(0.014, rel=0.7)


def test_what_was_not_spent_is_not_saved_up() -> None:
    steering = Steering(0.03)
    for _ in range(100_000):
        steering.answer(False)
    ceiling = steering.theta
    assert ceiling == pytest.approx(0.24)
    for _ in range(20):
        steering.answer(True)
    assert steering.theta < ceiling / 5


def test_the_hard_stop_is_the_cap_itself() -> None:
    assert not at_cap(0.03, 5000, 149) and at_cap(0.03, 5000, 150)


def test_a_young_window_has_six_calls_of_grace_and_an_old_one_none() -> None:
    assert not at_cap(0.03, 0, 5) and at_cap(0.03, 0, 6)
    assert not at_cap(0.03, 500, 20) and at_cap(0.03, 500, 21)
    assert at_cap(0.03, 2500, 75) and not at_cap(0.03, 2500, 74)
