"""Retry plans: when a contact is tried again, by disposition, over days and parts of the day (step 10 of a call).

A plan is data (``profiles/retry_plans.yaml``, loaded by ``dialer.profiles.retry_plan()``). Each disposition has a list
of steps, each good for ``max`` tries: the k-th time a contact ends in that disposition, the k-th place of the list says
what follows. A moment always lands inside calling hours. May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from dialer.rules.dispositions import Disposition
from dialer.rules.hours import Hours, next_open
from dialer.rules.localtime import zone
from dialer.rules.ruleset import Rules

EXHAUSTED = "exhausted"
NO_HOURS = "no_hours"


@dataclass(frozen=True)
class Touch:
    """An earlier attempt to the contact in this campaign: when, and what came of it."""

    disposition: str
    at: datetime


@dataclass(frozen=True)
class Step:
    """One line of a plan: wait ``after``; then ``days`` more by the callee's calendar, or another part of the day.

    ``number`` is ``same`` or ``next`` (the contact's next usable number; the same one if it has no other).
    """

    after: timedelta = timedelta()
    days: int = 0
    next_daypart: bool = False
    max: int = 1
    number: str = "same"


@dataclass(frozen=True)
class Plan:
    """``steps`` by disposition code; ``dayparts`` by name; ``max_attempts`` to one contact, whatever came of them."""

    name: str
    title: Mapping[str, str]
    max_attempts: int
    dayparts: tuple[tuple[str, Hours], ...]
    steps: Mapping[str, tuple[Step, ...]]

    def daypart(self, at: datetime, zone_name: str) -> str:
        """The part of the callee's day that ``at`` lies in; empty outside all of them."""
        return next((name for name, hours in self.dayparts if hours.is_open(at, zone_name)), "")


@dataclass(frozen=True)
class RetryAt:
    """Dial again at ``at``, the ``same`` number or the ``next`` one."""

    at: datetime
    number: str = "same"


@dataclass(frozen=True)
class Close:
    """Nothing more to try: ``exhausted``, ``no_hours``, or the disposition that closes."""

    reason: str


@dataclass(frozen=True)
class Follow:
    """Not the plan's business: the desk makes a ``callback``, a ``lead``, or a ``suppress`` entry."""

    what: str


def next_step(
    plan: Plan,
    disposition: Disposition,
    history: Sequence[Touch],
    zones: tuple[str, ...],
    rules: Rules,
    now: datetime,
) -> RetryAt | Close | Follow:
    """What follows from ``disposition`` given at ``now``.

    ``history``: the earlier attempts to this contact, the present one not included. Raises UnknownZone.
    """
    if disposition.next == "close":
        return Close(disposition.code)
    if disposition.next not in ("retry", "info"):
        return Follow(disposition.next)
    before = sum(touch.disposition == disposition.code for touch in history)
    step = _step(plan.steps.get(disposition.code, ()), before)
    if step is None or len(history) + 1 >= plan.max_attempts:
        return Close(EXHAUSTED)
    at = _moment(plan, step, [*history, Touch(disposition.code, now)], zones, rules, now)
    return RetryAt(at, step.number) if at else Close(NO_HOURS)


def another_part(
    plan: Plan, last_at: datetime, zones: tuple[str, ...], rules: Rules, start: datetime
) -> datetime | None:  # fmt: skip
    """The first moment from ``start`` on, within calling hours, in another part of the day than ``last_at``."""
    return _next_daypart(plan, zones[0] if zones else "UTC", [Touch("", last_at)], zones, rules, start)


def _step(steps: Iterable[Step], before: int) -> Step | None:
    for step in steps:
        if before < step.max:
            return step
        before -= step.max
    return None


def _moment(
    plan: Plan, step: Step, touches: list[Touch], zones: tuple[str, ...], rules: Rules, now: datetime
) -> datetime | None:
    here = zones[0] if zones else "UTC"
    start = now + step.after
    if step.days:
        wall = start.astimezone(zone(here)) + timedelta(days=step.days)
        start = wall.astimezone(UTC)
    if not step.next_daypart:
        return next_open(rules.hours, zones, start)
    return _next_daypart(plan, here, touches, zones, rules, start)


def _next_daypart(
    plan: Plan, here: str, touches: list[Touch], zones: tuple[str, ...], rules: Rules, start: datetime
) -> datetime | None:
    """The first moment in the part of the day tried least so far; the earliest of those tried equally often."""
    tried = [plan.daypart(touch.at, here) for touch in touches]
    found = []
    for name, hours in plan.dayparts:
        if name != tried[-1] and (at := next_open((*rules.hours, replace(hours, zone=here)), zones, start)):
            found.append((tried.count(name), at))
    return min(found)[1] if found else next_open(rules.hours, zones, start)
