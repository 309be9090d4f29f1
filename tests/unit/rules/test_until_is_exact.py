"""For any rules and any instant: ``until`` is allowed by the rule that named it, and no earlier minute is."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.rules.caps import Cap
from dialer.rules.compliance import Refused, Rules, may_dial, next_change, next_moment, open_zone_sets, verdicts
from dialer.rules.hours import all_open, next_open
from tests.unit.rules.calls import facts, rules

MINUTE = timedelta(minutes=1)
LOOK_BACK = 2 * 24 * 60
"""Minutes before ``until`` that are tried: enough to see every edge and every jump of a clock."""
ZONES = (
    "Europe/Moscow", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Asia/Kolkata", "Asia/Kathmandu",
    "Pacific/Chatham", "Europe/London", "America/St_Johns", "Africa/Cairo", "Asia/Vladivostok", "Pacific/Apia",
)  # fmt: skip
START = datetime(2026, 1, 1, tzinfo=UTC)
quarters = st.one_of(st.integers(0, 4 * 4), st.integers(0, 24 * 4 - 1))
"""Of an hour; the small hours, in which clocks jump, are drawn more often."""
clocks = quarters.map(lambda quarter: f"{quarter // 4:02d}:{quarter % 4 * 15:02d}")
windows = st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1]).map("-".join)
days = st.one_of(st.just("none"), windows)
any_week = st.dictionaries(st.sampled_from(["all", "mon", "wed", "sat", "sun", "mon-fri", "weekend"]), days, min_size=1)
weeks = st.one_of(windows.map(lambda window: {"all": window}), any_week)
instants = st.integers(0, 2 * 366 * 24 * 3600).map(lambda seconds: START + timedelta(seconds=seconds))
zone_sets = st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True).map(tuple)
JUMPS = [
    (("America/New_York",), datetime(2026, 3, 8, 7, tzinfo=UTC)),
    (("America/New_York",), datetime(2026, 11, 1, 6, tzinfo=UTC)),
    (("Australia/Lord_Howe",), datetime(2026, 4, 4, 15, tzinfo=UTC)),
    (("Australia/Sydney",), datetime(2026, 10, 3, 16, tzinfo=UTC)),
    (("America/Santiago",), datetime(2026, 4, 5, 3, tzinfo=UTC)),
    (("America/Santiago",), datetime(2026, 9, 6, 4, tzinfo=UTC)),
    (("Pacific/Chatham", "Europe/London"), datetime(2026, 9, 26, 14, tzinfo=UTC)),
    (("Africa/Cairo",), datetime(2026, 4, 23, 22, tzinfo=UTC)),
]
near_jumps = st.builds(
    lambda jump, minutes: (jump[0], jump[1] + minutes * MINUTE), st.sampled_from(JUMPS), st.integers(-120, 120)
)
places = st.one_of(st.tuples(zone_sets, instants), near_jumps)
"""Zones and an instant; half of them within two hours of a jump of the zone's clock."""


def minutes_before(until: datetime, now: datetime) -> list[datetime]:
    """``now`` and every minute after it that is before ``until``, the last two days of them."""
    count = min(int((until - now) / MINUTE), LOOK_BACK)
    return [now, *(until - n * MINUTE for n in range(1, count + 1))]


@settings(max_examples=300, deadline=None)
@given(weeks, places)
def test_hours_open_at_until_and_not_a_minute_before(week: Any, place: Any) -> None:
    zones, now = place
    given_rules = Rules.from_dict({"hours": week, "holidays": []})
    layers = given_rules.hours
    found = next((v for v in verdicts(facts(zones=zones), rules({"hours": week}), now) if v.rule == "hours"), None)
    assert found is not None
    if found.ok:
        assert all_open(layers, zones, now)
    elif found.until is None:
        days_ahead = [now + timedelta(minutes=15 * n) for n in range(4 * 24 * 8)]
        assert not any(all_open(layers, zones, moment) for moment in days_ahead)
    else:
        assert all_open(layers, zones, found.until)
        assert not any(all_open(layers, zones, moment) for moment in minutes_before(found.until, now))


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(["day", "week", "month", "24h", "7d", "36h"]),
    st.integers(1, 3),
    st.lists(st.integers(0, 40 * 24 * 60), max_size=6),
    places,
)
def test_a_cap_frees_at_until_and_not_a_minute_before(per: str, n: int, ages: list[int], place: Any) -> None:
    zones, now = place
    cap = Cap("number", per, n)
    attempts = tuple(now - age * MINUTE for age in ages)
    free = cap.next_free(attempts, zones, now)
    assert free is not None
    assert cap.counted(attempts, zones, free) < n
    if free > now:
        assert all(cap.counted(attempts, zones, moment) >= n for moment in minutes_before(free, now))


@settings(max_examples=80, deadline=None)
@given(weeks, places, st.lists(st.integers(0, 3 * 24 * 60), max_size=4))
def test_the_next_moment_is_allowed_by_every_rule_and_nothing_earlier_is(
    week: Any, place: Any, ages: list[int]
) -> None:
    zones, now = place
    call = facts(zones=zones, number_attempts=tuple(now - age * MINUTE for age in ages))
    given_rules = rules({"hours": week, "caps": {"number": {"day": 2, "24h": 3}}, "min_gap_s": 3600})
    moment = next_moment(call, given_rules, now)
    if moment is None:
        assert isinstance(may_dial(call, given_rules, now), Refused)
        return
    assert not isinstance(may_dial(call, given_rules, moment), Refused)
    if moment > now:
        earlier = minutes_before(moment, now)[:200]
        assert all(isinstance(may_dial(call, given_rules, one), Refused) for one in earlier)


@settings(max_examples=80, deadline=None)
@given(weeks, places)
def test_open_zone_sets_and_the_gate_never_differ(week: Any, place: Any) -> None:
    zones, now = place
    given_rules = rules({"hours": week})
    key = "|".join(zones)
    allowed = not isinstance(may_dial(facts(zones=zones), given_rules, now), Refused)
    assert (key in open_zone_sets([key], given_rules, now)) is allowed


@settings(max_examples=80, deadline=None)
@given(weeks, places)
def test_the_next_change_is_the_first_one(week: Any, place: Any) -> None:
    zones, now = place
    given_rules = rules({"hours": week})
    turn = next_change(given_rules, zones, now)
    before = all_open(given_rules.hours, zones, now)
    if turn is None:
        moments_ahead = [now + timedelta(minutes=15 * n) for n in range(4 * 24 * 8)]
        assert all(all_open(given_rules.hours, zones, moment) is before for moment in moments_ahead)
    else:
        assert all_open(given_rules.hours, zones, turn) is not before
        assert all(all_open(given_rules.hours, zones, one) is before for one in minutes_before(turn, now))


@pytest.mark.parametrize(("zones", "jump"), JUMPS, ids=[f"{zones[0]} {jump:%m-%d}" for zones, jump in JUMPS])
def test_around_a_jump_every_window_opens_at_the_right_quarter_of_an_hour(
    zones: tuple[str, ...], jump: datetime
) -> None:
    quarter = 15 * MINUTE
    line = [jump + n * quarter for n in range(-6, 4 * 50)]
    for start, length in itertools.product(range(0, 16), (1, 2, 4, 7)):
        window = f"{start // 4:02d}:{start % 4 * 15:02d}-{(start + length) // 4:02d}:{(start + length) % 4 * 15:02d}"
        layers = Rules.from_dict({"hours": {"all": window}}).hours
        opened = [all_open(layers, zones, moment) for moment in line]
        for place in range(12):
            first = next((one for one, is_open in zip(line[place:], opened[place:], strict=True) if is_open), None)
            assert first is None or next_open(layers, zones, line[place]) == first, (window, line[place])
