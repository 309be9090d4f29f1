"""Routes: which way a call leaves, which number it shows, when a way or a number rests."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.rules.routes import JUDGED, REST_MOST, TOLERATED, Health, Route, Use, Ways, after_error, poor
from dialer.rules.routes_text import from_dicts, read_lines, to_dicts, write_line
from tests.conftest import NOON

ONE, TWO = "+74951112233", "+74951112244"
A = Route("asterisk", "a", (ONE, TWO), daily_cap=3)
B = Route("twilio", "", ("+12025550100",))
UP = {"asterisk": True, "twilio": True}


def ways(*routes: Route, up: dict[str, bool] | None = None, **more: object) -> Ways:
    return Ways(routes, UP if up is None else up, NOON, **more)  # type: ignore[arg-type]


def test_the_first_route_is_taken_and_its_numbers_in_turn() -> None:
    now = ways(A, B)
    assert [p.caller_id for p in (now.take(), now.take(), now.take()) if p] == [ONE, TWO, ONE]


def test_at_its_cap_a_number_rests_and_when_all_do_the_next_route_is_taken() -> None:
    now = ways(A, B)
    taken = [now.take() for _ in range(7)]
    assert [p.route.name for p in taken if p] == ["asterisk:a"] * 6 + ["twilio"]


def test_without_a_way_nothing_leaves_and_every_route_says_why() -> None:
    now = ways(A, B, up={"asterisk": True}, uses={ONE: Use(calls=3), TWO: Use(calls=9)})
    assert now.left() == 0 and now.take() is None
    assert now.why() == "no route (asterisk:a: all its numbers rest or reached their cap; twilio: not in sync)"


def test_a_route_that_refused_this_contact_is_avoided_while_there_is_another() -> None:
    assert ways(A, B).take({"asterisk:a"}).route is B  # type: ignore[union-attr]
    assert ways(A).take({"asterisk:a"}).route is A  # type: ignore[union-attr]


def test_a_number_rests_between_two_calls_and_by_hand() -> None:
    route = Route("asterisk", "a", (ONE, TWO), gap_s=60)
    now = ways(route, uses={ONE: Use(1, NOON - timedelta(seconds=59)), TWO: Use(5, NOON - timedelta(seconds=61))})
    assert now.left() == 1 and now.take().caller_id == TWO and now.take() is None  # type: ignore[union-attr]
    resting = ways(route, uses={ONE: Use(resting_until=NOON + timedelta(hours=1))})
    assert resting.take().caller_id == TWO  # type: ignore[union-attr]


def test_a_few_errors_in_a_row_send_a_route_to_rest_longer_each_time() -> None:
    health, rests = Health(), []
    for _ in range(TOLERATED + 8):
        health = after_error(health, NOON)
        rests.append(health.resting_until and health.resting_until - NOON)
    assert rests[: TOLERATED - 1] == [None] * (TOLERATED - 1)
    assert rests[TOLERATED - 1] == timedelta(seconds=30) and rests[-1] == REST_MOST
    tired = ways(A, B, health={"asterisk:a": Health(3, NOON + timedelta(seconds=30))})
    assert tired.take().route is B  # type: ignore[union-attr]
    rested = Ways((A, B), UP, NOON + timedelta(seconds=31), {"asterisk:a": Health(3, NOON + timedelta(seconds=30))})
    assert rested.take().route is A  # type: ignore[union-attr]


def test_a_number_is_judged_by_enough_calls_only() -> None:
    strict = Route("twilio", "", (ONE,), least_answer_rate=0.1)
    assert not poor(strict, Use(week=JUDGED - 1, answered=0))
    assert poor(strict, Use(week=JUDGED, answered=4))
    assert not poor(strict, Use(week=JUDGED, answered=5))


TEXT = f"""asterisk:trunk-a {ONE}, {TWO} cap=300 gap=60

twilio +12025550100 least=5% rest=48
"""


def test_routes_are_written_as_lines_and_read_back() -> None:
    made = read_lines(TEXT)
    assert made[0] == Route("asterisk", "trunk-a", (ONE, TWO), 300, 60)
    assert made[1] == Route("twilio", "", ("+12025550100",), least_answer_rate=0.05, rest_h=48)
    assert read_lines("\n".join(map(write_line, made))) == made == from_dicts(to_dicts(made))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("skype +74951112233", "line 1: there is no network 'skype'"),
        ("twilio\ntwilio", "the route twilio is named twice"),
        ("twilio 84951112233", "line 1: '84951112233' is not a number"),
        ("twilio +74951112233 cap=many", "line 1: cap=many is not a figure"),
        ("twilio +74951112233 most=3", "line 1: there is no most="),
        ("asterisk:a\n\nasterisk:b cap=5", "line 3: the route asterisk:b has limits but no numbers"),
        ("twilio +74951112233 least=150%", "line 1: a limit of the route twilio is out of range"),
        ("asterisk:a/b", "line 1: 'a/b' is not the name of a trunk"),
    ],
)
def test_what_is_no_route_is_named_with_its_line(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)):
        read_lines(text)


@pytest.mark.parametrize("row", [{"network": "twilio", "colour": 1}, {"network": "asterisk", "trunk": "a&b"}])
def test_what_is_no_route_in_data_is_refused_too(row: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"route|trunk"):
        from_dicts([row])


@given(
    caps=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    asked=st.integers(0, 40),
    down=st.booleans(),
)
def test_no_cap_is_ever_passed_and_all_that_is_left_can_be_taken(caps: list[int], asked: int, down: bool) -> None:
    routes = tuple(
        Route("asterisk", f"t{n}", (f"+7495000000{n}", f"+7495000001{n}"), cap) for n, cap in enumerate(caps)
    )
    now = ways(*routes, up={"asterisk": not down})
    left = now.left()
    taken = [p for p in (now.take() for _ in range(asked)) if p]
    assert len(taken) == min(asked, left) == min(asked, 0 if down else sum(caps) * 2)
    for route in routes:
        for number in route.caller_ids:
            assert sum(p.caller_id == number for p in taken) <= route.daily_cap
