"""A clock that jumps stops the dialling until it is right again, or until the engine is started anew."""

from __future__ import annotations

from datetime import timedelta

from dialer.engine.clock_watch import ClockWatch
from tests.unit.rules.calls import at

NOON = at("2026-03-04 12:00")


def watch() -> ClockWatch:
    made = ClockWatch()
    made.start(NOON, 100.0, None)
    return made


def test_time_that_passes_is_no_jump() -> None:
    assert watch().jumped(NOON + timedelta(days=9), 100.0 + 9 * 86400) == ""
    assert watch().jumped(NOON + timedelta(seconds=30), 100.0) == ""


def test_an_hour_forward_or_back_is_told_and_heals() -> None:
    made = watch()
    assert made.jumped(NOON + timedelta(hours=1, seconds=10), 110.0).startswith("the clock jumped forward by 3600 s")
    assert made.jumped(NOON - timedelta(hours=1), 100.0).startswith("the clock jumped back by 3600 s")
    assert made.jumped(NOON + timedelta(seconds=20), 120.0) == ""


def test_a_new_engine_believes_its_clock_unless_the_attempts_know_better() -> None:
    made = ClockWatch()
    made.start(NOON, 5.0, NOON + timedelta(hours=1))
    assert "before the newest attempt" in made.jumped(NOON, 5.0)
    assert made.jumped(NOON + timedelta(hours=1), 3605.0) == ""
    assert ClockWatch().jumped(NOON, 0.0) == ""
