"""Pacing's decision: how many calls, why, and that it can be written down and decided again."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from dialer.rules.pacing import Bucket, Decision, Learnt, Outlook, Snapshot, calls_to_place, look_ahead
from dialer.rules.pacing.risk import Risk
from dialer.rules.words import Mode


def taught(rate: float = 0.3, calls: int = 600) -> Learnt:
    """What is known of people who answer after some 12 s with ``rate``, talk a minute and are written down in 15 s."""
    dice, learnt = random.Random(7), Learnt()
    for _ in range(calls):
        answered = dice.random() < rate
        learnt.call(answered, min(25.0, dice.lognormvariate(2.38, 0.45)) if answered else 25.0)
        if answered:
            learnt.talk(dice.lognormvariate(3.77, 0.8))
            learnt.wrap(dice.lognormvariate(2.58, 0.5))
    return learnt


LOOK = look_ahead(taught())


def snap(**values: object) -> Snapshot:
    base = {"ready": 0, "ringing": 0, "waiting": 0, "lines": 0, "max_lines": 500, "tokens": 500}
    know = {"outlook": LOOK, "theta": 0.03, "cap": 0.03}
    return Snapshot(**{"mode": Mode.PREDICTIVE, **base, **know, **values})  # type: ignore[arg-type]


@pytest.mark.parametrize("mode", [Mode.MANUAL, Mode.PREVIEW])
def test_where_operators_dial_nothing_is_placed(mode: Mode) -> None:
    assert calls_to_place(snap(mode=mode, ready=5)).place == 0


def test_progressive_places_one_call_per_ready_operator() -> None:
    now = snap(mode=Mode.PROGRESSIVE, ready=5, ringing=2, waiting=1, ages=(1.0, 2.0))
    assert calls_to_place(now) == Decision(2, "placed 2: 5 ready, 2 ringing, 1 waiting")


def test_ready_operators_get_more_calls_than_there_are_of_them() -> None:
    decided = calls_to_place(snap(ready=10))
    assert 10 < decided.place < 34 and 0 < decided.risk <= 0.03
    assert decided.why.startswith(f"placed {decided.place}: 10 free, 0 about to be, 0 ringing, risk ")


def test_nobody_at_work_nothing_placed() -> None:
    assert calls_to_place(snap(theta=0.9)).place == 0


def test_an_operator_about_to_be_free_is_dialled_for_and_one_who_has_just_begun_is_not() -> None:
    late = calls_to_place(snap(wrapping=(30.0,), talking=(1.0,), theta=0.21))
    early = calls_to_place(snap(talking=(1.0, 1.0), theta=0.21))
    assert late.place == 1 and "1 about to be" in late.why
    assert early.place == 0 and "over 21.0%" in early.why


def test_the_higher_theta_the_more_calls() -> None:
    placed = [calls_to_place(snap(ready=6, talking=(30.0,) * 10, theta=t)).place for t in (0.001, 0.01, 0.05, 0.2, 0.6)]
    assert placed == sorted(placed) and placed[0] < placed[-1]


def test_callers_who_wait_and_lines_that_ring_take_operators_away() -> None:
    alone = calls_to_place(snap(ready=8)).place
    assert calls_to_place(snap(ready=8, waiting=4)).place < alone
    assert calls_to_place(snap(ready=8, ringing=8, lines=8, ages=(6.0,) * 8)).place < alone


@pytest.mark.parametrize(("limit", "says"), [({"max_lines": 12, "lines": 9}, "lines"), ({"tokens": 3}, "calls per")])
def test_lines_and_calls_per_second_limit_it_and_it_says_so(limit: dict[str, int], says: str) -> None:
    decided = calls_to_place(snap(ready=10, **limit))
    assert decided.place == 3 and f"limited by {says}" in decided.why


def test_at_its_cap_it_dials_progressively_until_it_recovers() -> None:
    at = calls_to_place(snap(ready=10, answered=5000, abandoned=150))
    assert at.place == 10 and "at its cap of 3.0%: 150 of 5000" in at.why
    assert calls_to_place(snap(ready=10, answered=5034, abandoned=150)).place > 10


def test_the_first_abandoned_calls_of_a_new_campaign_do_not_stop_it() -> None:
    assert calls_to_place(snap(ready=10, answered=5, abandoned=1)).place > 10
    assert calls_to_place(snap(ready=10, answered=5, abandoned=6)).place == 10


@pytest.mark.parametrize("outlook", [None, look_ahead(Learnt()), look_ahead(taught(calls=15))])
def test_it_learns_from_progressive_calls_first(outlook: Outlook | None) -> None:
    decided = calls_to_place(snap(ready=10, outlook=outlook))
    assert decided.place == 10 and "learning" in decided.why


def test_without_a_right_to_abandon_it_is_progressive() -> None:
    assert calls_to_place(snap(ready=10, cap=0.0)).place == 10


@pytest.mark.parametrize(("rate", "most"), [(0.999, 14), (0.001, 500)])
def test_a_carrier_that_answers_everything_or_nothing(rate: float, most: int) -> None:
    decided = calls_to_place(snap(ready=10, outlook=look_ahead(taught(), rate)))
    assert 10 <= decided.place <= most


def test_the_same_is_decided_from_the_written_snapshot() -> None:
    dice = random.Random(3)
    for n in (1, 5, 40, 300):
        now = snap(
            ready=dice.randrange(n + 1),
            talking=tuple(dice.uniform(0, 200) for _ in range(n)),
            wrapping=tuple(dice.uniform(0, 40) for _ in range(n // 4)),
            ages=tuple(dice.uniform(0, 25) for _ in range(n)),
            ringing=n,
        )
        again = Snapshot.of(json.loads(json.dumps(now.plain())))
        assert again == now and calls_to_place(again) == calls_to_place(now)


def test_big_teams_are_decided_as_small_ones_are(monkeypatch: pytest.MonkeyPatch) -> None:
    busy = {"talking": (20.0, 60.0, 100.0) * 8, "wrapping": (3.0, 12.0) * 4}
    now = snap(ready=6, ages=(2.0, 9.0, 15.0) * 6, ringing=18, **busy)
    nearly = [calls_to_place(replace(now, theta=t)).place for t in (0.01, 0.03, 0.1, 0.3)]
    monkeypatch.setattr("dialer.rules.pacing.risk.EXACT", 1000)
    exactly = [calls_to_place(replace(now, theta=t)).place for t in (0.01, 0.03, 0.1, 0.3)]
    assert max(abs(a - b) for a, b in zip(nearly, exactly, strict=True)) <= 1 and exactly[-1] > exactly[0]


def test_the_bucket_never_gives_more_than_a_seconds_worth() -> None:
    bucket = Bucket(5, 0.0)
    bucket.take(bucket.available(0.0))
    assert bucket.available(0.1) == 0 and bucket.available(0.5) == 2 and bucket.available(60.0) == 5


def test_the_bucket_tells_when_the_next_call_may_be_placed() -> None:
    bucket = Bucket(5, 0.0)
    assert bucket.next_s == float("inf")
    bucket.take(bucket.available(0.0))
    assert bucket.next_s == pytest.approx(0.2)
    assert bucket.available(0.05) == 0 and bucket.next_s == pytest.approx(0.2)
    assert bucket.available(0.2) == 1 and bucket.next_s == float("inf")
    shut = Bucket(0, 0.0)
    shut.take(shut.available(0.0))
    assert shut.next_s == float("inf")


@pytest.mark.parametrize("who", ["lines", "operators"])
def test_the_normal_approximation_minds_skewness(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rare = Outlook(
        rate=0.3, dials=100, points=(5.0,) * 6, answer=((0.04,) * 6,), talk=((0.04,) * 6,), wrap=((0.0,) * 6,)
    )
    many = (0.0,) * 60
    free = 6 if who == "lines" else 0

    def found() -> float:
        if who == "lines":
            return Risk(rare, free, (), (), many).of_more(1)
        return Risk(rare, free, many, (), (0.0,)).of_more(1)

    nearly = found()
    monkeypatch.setattr("dialer.rules.pacing.risk.EXACT", 1000)
    assert nearly == pytest.approx(found(), abs=0.01)
