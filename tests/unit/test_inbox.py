"""What waits for a turn of the engine: what may let a call be placed, and when it is looked at again."""

from __future__ import annotations

import queue
from types import SimpleNamespace

import pytest

from dialer.engine.haste import DIAL_S, REST_S, SHORT_S, TICK_S, Inbox


class Clock:
    """A steady clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.s = 100.0

    def __call__(self) -> float:
        return self.s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(clock: Clock) -> Inbox:
    made = Inbox(clock)
    made.dialled()
    return made


def after(inbox: Inbox, clock: Clock, seconds: float) -> bool:
    clock.s = 100.0 + seconds
    return inbox.may_dial


def test_without_a_reason_calls_are_looked_after_now_and_then(inbox: Inbox, clock: Clock) -> None:
    assert not after(inbox, clock, TICK_S * 0.9)
    assert after(inbox, clock, TICK_S * 1.1)


def test_another_process_commit_is_a_reason_and_reasons_gather_for_a_moment(inbox: Inbox, clock: Clock) -> None:
    inbox.put(None)
    inbox.take()
    assert not after(inbox, clock, DIAL_S * 0.9)
    assert after(inbox, clock, DIAL_S * 1.1)


def test_a_call_that_the_rate_allows_at_a_known_moment_is_placed_then(inbox: Inbox, clock: Clock) -> None:
    inbox.placed(0, 100.0 + DIAL_S * 2)
    assert not after(inbox, clock, DIAL_S * 1.9)
    assert after(inbox, clock, DIAL_S * 2.1)


def test_a_rate_without_end_does_not_keep_the_engine_turning(inbox: Inbox, clock: Clock) -> None:
    inbox.placed(0, 100.0)
    assert not after(inbox, clock, DIAL_S * 0.9)
    assert after(inbox, clock, DIAL_S * 1.1)


def test_the_nearest_moment_counts_until_calls_were_placed(inbox: Inbox, clock: Clock) -> None:
    inbox.placed(0, 100.0 + DIAL_S * 2)
    inbox.placed(0, 100.0 + DIAL_S * 4)
    assert after(inbox, clock, DIAL_S * 2.1)
    inbox.dialled()
    assert not after(inbox, clock, DIAL_S * 4.5)


def test_what_was_placed_is_sent_without_a_pause(inbox: Inbox) -> None:
    inbox.placed(1, float("inf"))
    assert inbox.may_dial


def test_a_turn_that_took_long_is_followed_by_a_rest_in_which_company_comes(
    clock: Clock, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []

    def get(timeout: float) -> None:
        waits.append(timeout)
        clock.s += timeout
        raise queue.Empty

    monkeypatch.setattr(inbox, "_queue", SimpleNamespace(get=get))
    inbox.placed(1, float("inf"))
    clock.s += 10.0  # a turn of ten seconds
    inbox.wait()
    clock.s += SHORT_S + 0.005
    inbox.wait()
    clock.s += SHORT_S
    inbox.wait()
    inbox.placed(1, clock.s + 10.0 + REST_S / 2)
    clock.s += 10.0
    inbox.wait()
    assert waits == [pytest.approx(REST_S), pytest.approx(0.01), pytest.approx(0.0), pytest.approx(REST_S / 2)]
