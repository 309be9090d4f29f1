"""Dispositions and retry plans: what an attempt ends in, and when the contact is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from dialer import profiles
from dialer.errors import BadInput
from dialer.rules.dispositions import DIRECT, Disposition, outcome_to_disposition, read
from dialer.rules.hours import all_open
from dialer.rules.retry import Close, Follow, RetryAt, Touch, next_step
from dialer.rules.retry_text import read_plan
from dialer.rules.words import Outcome
from tests.unit.rules.calls import MOSCOW, at, rules

PLAN = {
    "title": {"en": "x", "ru": "x"},
    "max_attempts": 6,
    "dayparts": {"morning": "09:00-12:00", "day": "12:00-16:00", "evening": "16:00-20:00"},
    "steps": {
        "busy": [{"after": "20m", "max": 2}, {"days": 1}],
        "no_answer": [{"after": "1h", "next_daypart": True, "number": "next", "max": 9}],
        "info_sent": [{"days": 2}],
    },
}
DAY = rules({"hours": {"mon-fri": "09:00-20:00"}})
CODES = profiles.dispositions()


def follow(code: str, now: str, *earlier: tuple[str, str], zones: tuple[str, ...] = (MOSCOW,), **changed: Any) -> Any:
    plan = read_plan("test", {**PLAN, **changed}, CODES)
    history = [Touch(disposition, at(when)) for disposition, when in earlier]
    return next_step(plan, CODES[code], history, zones, DAY, at(now))


def test_busy_is_tried_again_after_twenty_minutes() -> None:
    assert follow("busy", "2026-03-04 09:00") == RetryAt(at("2026-03-04 09:20"))


def test_the_third_busy_waits_for_the_next_day_at_the_same_time() -> None:
    earlier = ("busy", "2026-03-04 08:00"), ("busy", "2026-03-04 08:30")
    assert follow("busy", "2026-03-04 09:00", *earlier) == RetryAt(at("2026-03-05 09:00"))


def test_a_plan_that_is_used_up_closes_the_contact() -> None:
    earlier = [("busy", f"2026-03-04 0{hour}:00") for hour in (6, 7, 8)]
    assert follow("busy", "2026-03-04 09:00", *earlier) == Close("exhausted")


def test_other_dispositions_do_not_use_up_the_steps_of_this_one() -> None:
    earlier = [("no_answer", f"2026-03-04 0{hour}:00") for hour in (6, 7, 8)]
    assert follow("busy", "2026-03-04 09:00", *earlier) == RetryAt(at("2026-03-04 09:20"))


def test_so_many_attempts_are_enough_whatever_came_of_them() -> None:
    earlier = [("no_answer", f"2026-03-0{day} 09:00") for day in range(1, 6)]
    assert follow("busy", "2026-03-06 09:00", *earlier) == Close("exhausted")


def test_a_disposition_without_a_step_closes_the_contact() -> None:
    assert follow("machine", "2026-03-04 09:00") == Close("exhausted")


def test_a_retry_lands_inside_calling_hours() -> None:
    assert follow("busy", "2026-03-04 16:50") == RetryAt(at("2026-03-05 06:00"))
    assert follow("busy", "2026-03-06 16:50") == RetryAt(at("2026-03-09 06:00"))


def test_a_retry_that_can_never_land_closes_the_contact() -> None:
    plan = read_plan("test", PLAN, CODES)
    closed = rules({"hours": {"all": "none"}})
    assert next_step(plan, CODES["busy"], [], (MOSCOW,), closed, at("2026-03-04 09:00")) == Close("no_hours")


def test_no_answer_in_the_morning_is_tried_in_the_afternoon_on_the_next_number() -> None:
    assert follow("no_answer", "2026-03-04 07:00") == RetryAt(at("2026-03-04 09:00"), "next")


def test_the_part_of_the_day_tried_least_comes_next() -> None:
    earlier = ("no_answer", "2026-03-03 07:00"), ("no_answer", "2026-03-03 10:00")
    assert follow("no_answer", "2026-03-04 07:00", *earlier) == RetryAt(at("2026-03-04 13:00"), "next")


def test_days_are_counted_on_the_callees_calendar_also_when_clocks_jump() -> None:
    found = follow("info_sent", "2026-03-06 15:00", zones=("America/New_York",))
    # Friday 10:00 there; Sunday clocks jump and is closed, so Monday at nine.
    assert found == RetryAt(at("2026-03-09 13:00"))


def test_two_zones_are_both_awake_at_a_retry() -> None:
    zones = (MOSCOW, "Asia/Vladivostok")
    found = follow("busy", "2026-03-04 09:50", zones=zones)
    assert isinstance(found, RetryAt)
    assert all_open(DAY.hours, zones, found.at)
    assert found.at == at("2026-03-05 06:00")


@pytest.mark.parametrize(
    ("code", "answer"),
    [
        ("dnc", Follow("suppress")),
        ("callback", Follow("callback")),
        ("lead_hot", Follow("lead")),
        ("refused_hard", Close("refused_hard")),
        ("unknown", Close("unknown")),
    ],
)
def test_what_is_not_the_plans_business_is_said_so(code: str, answer: Any) -> None:
    assert follow(code, "2026-03-04 09:00") == answer


@pytest.mark.parametrize("name", sorted(profiles.retry_plans()))
@pytest.mark.parametrize("code", [code for code, one in CODES.items() if one.next in ("retry", "info")])
def test_every_plan_ends_for_every_disposition(name: str, code: str) -> None:
    now, history = at("2026-03-04 09:00"), []
    for _ in range(100):
        step = next_step(profiles.retry_plan(name), CODES[code], history, (MOSCOW,), DAY, now)
        if isinstance(step, Close):
            return
        assert isinstance(step, RetryAt) and step.at > now
        assert all_open(DAY.hours, (MOSCOW,), step.at)
        history.append(Touch(code, now))
        now = step.at
    pytest.fail("the plan never ends")


def test_a_plan_for_every_retry_exists_in_the_standard_plan() -> None:
    needed = {code for code, one in CODES.items() if one.next in ("retry", "info")}
    assert needed == set(profiles.retry_plan("standard").steps)


@pytest.mark.parametrize(
    ("outcome", "rang_s", "more", "code"),
    [
        (Outcome.BUSY, 0, {}, "busy"),
        (Outcome.NO_ANSWER, 25, {}, "no_answer"),
        (Outcome.NO_ANSWER, 15, {}, "no_answer"),
        (Outcome.NO_ANSWER, 14, {}, "tech_fail"),
        (Outcome.REJECTED, 3, {}, "blocked"),
        (Outcome.UNREACHABLE, 0, {}, "unreachable"),
        (Outcome.BAD_NUMBER, 0, {}, "bad_number"),
        (Outcome.CONGESTION, 0, {}, "tech_fail"),
        (Outcome.FAILED, 0, {}, "tech_fail"),
        (Outcome.CANCELLED, 5, {}, "cancelled"),
        (Outcome.MACHINE, 5, {}, "machine"),
        (Outcome.FAX, 5, {}, "fax"),
        (Outcome.UNKNOWN, 5, {}, "unknown"),
        (Outcome.ANSWERED, 5, {"abandoned": True}, "abandoned"),
        (Outcome.ANSWERED, 5, {"connected": True}, "no_disposition"),
        (Outcome.ANSWERED, 5, {}, "gone_at_once"),
    ],
)
def test_an_outcome_becomes_a_disposition(outcome: Outcome, rang_s: float, more: Any, code: str) -> None:
    assert outcome_to_disposition(outcome, rang_s, 15, **more) == code
    assert code in CODES


def test_every_outcome_has_a_disposition() -> None:
    assert {outcome_to_disposition(outcome, 60) for outcome in Outcome} <= set(CODES)
    assert set(DIRECT) | {Outcome.ANSWERED, Outcome.NO_ANSWER} == set(Outcome)


def test_what_cannot_be_known_is_never_retried_by_itself() -> None:
    assert CODES["unknown"].next == "close"


def test_dispositions_have_two_languages_and_keys_of_their_own() -> None:
    assert all(set(one.label) == {"en", "ru"} and all(one.label.values()) for one in CODES.values())
    keys = [one.key for one in CODES.values() if one.key]
    assert sorted(keys) == list("0123456789")
    assert all(one.by == "operator" for one in CODES.values() if one.key)
    assert all(one.aapor for one in CODES.values())


def given(**changed: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        one.code: {"label": dict(one.label), "by": one.by, "next": one.next, "key": one.key} for one in CODES.values()
    }
    data["busy"] |= changed
    return data


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"colour": "red"}, "busy has no such key as colour"),
        ({"by": "robot"}, "busy must be by system or operator"),
        ({"next": "again"}, "busy must say what is next"),
        ({"label": {"en": "Busy"}}, "busy needs a label in en and ru"),
        ({"key": "F1"}, "must be one digit"),
        ({"key": "9"}, "have the same key 9"),
    ],
)
def test_a_mistake_among_the_dispositions_is_one_sentence(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read(given(**changed))


def test_a_disposition_the_network_needs_cannot_be_left_out() -> None:
    data = given()
    del data["busy"]
    with pytest.raises(ValueError, match="busy is missing"):
        read(data)


def test_a_disposition_read_back_is_the_same() -> None:
    assert read(given())["busy"] == Disposition("busy", CODES["busy"].label, "system", "retry")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"extra": 1}, "and nothing else"),
        ({"max_attempts": 0}, "max_attempts must be"),
        ({"steps": {"gone": []}}, "there is no disposition gone"),
        ({"steps": {"busy": [{"after": "soon"}]}}, "'soon' cannot be read"),
        ({"steps": {"busy": [{"wait": "1h"}]}}, "a step has no key wait"),
        ({"steps": {"busy": [{"max": 0}]}}, "whole numbers from 1 up"),
        ({"steps": {"busy": [{"number": "other"}]}}, "same or next"),
        ({"dayparts": {"noon": "12-13"}}, "cannot be read"),
    ],
)
def test_a_mistake_in_a_plan_is_one_sentence(changed: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_plan("test", {**PLAN, **changed}, CODES)


def test_a_plan_that_does_not_exist_is_named() -> None:
    with pytest.raises(BadInput, match="no retry plan named eager"):
        profiles.retry_plan("eager")


def test_a_retry_is_never_now() -> None:
    found = follow("busy", "2026-03-04 09:00:30")
    assert isinstance(found, RetryAt)
    assert found.at - datetime.fromisoformat("2026-03-04T09:00:30+00:00") == timedelta(minutes=20)
