"""How many calls a retry plan makes of a list, day by day, before the first is dialled.

A sample of contacts is walked through the very plan that the engine follows (:func:`retry.next_step`): each call gets
an outcome drawn by the given shares, the plan says what follows, and a team that places ``per_hour`` calls takes what
is due, retries before fresh contacts. Pure; may import the standard library only.
"""

from __future__ import annotations

import heapq
import random
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dialer.rules.dispositions import Disposition
from dialer.rules.hours import all_open, next_open
from dialer.rules.localtime import zone
from dialer.rules.retry import Close, Follow, Plan, RetryAt, Touch, next_step
from dialer.rules.ruleset import Rules

CALLBACK_AFTER = timedelta(days=1)
"""When a promised call is made, for want of anything better."""
DAYS = 120


@dataclass(frozen=True)
class Day:
    """One day by the clock of ``home``: first calls, calls again, and contacts that were worked through."""

    day: date
    first: int
    again: int
    closed: int


@dataclass(frozen=True)
class Forecast:
    """``days`` until nothing is left, or ``unfinished`` contacts after DAYS days."""

    days: tuple[Day, ...]
    unfinished: int

    @property
    def calls(self) -> int:
        """All of them."""
        return sum(day.first + day.again for day in self.days)


@dataclass
class _Walker:
    zones: tuple[str, ...]
    touches: list[Touch] = field(default_factory=list)


@dataclass
class _Team:
    """Who is to be called: ``due`` in order of time, ``ready`` and ``fresh`` by zones, so that each is asked once."""

    walkers: list[_Walker]
    rules: Rules
    due: list[tuple[datetime, int]] = field(default_factory=list)
    ready: dict[tuple[str, ...], deque[int]] = field(default_factory=dict)
    fresh: dict[tuple[str, ...], deque[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for n, walker in enumerate(self.walkers):
            self.fresh.setdefault(walker.zones, deque()).append(n)

    def next(self, now: datetime) -> int | None:
        """Whom to call at ``now``: retries that are due first, then fresh contacts, where hours are open."""
        while self.due and self.due[0][0] <= now:
            n = heapq.heappop(self.due)[1]
            self.ready.setdefault(self.walkers[n].zones, deque()).append(n)
        for queues in (self.ready, self.fresh):
            for zones, queue in queues.items():
                if queue and all_open(self.rules.hours, zones, now):
                    return queue.popleft()
        return None

    def wait(self, now: datetime) -> datetime | None:
        """The next moment at which somebody may be called; None: never."""
        zones = {zones for queues in (self.ready, self.fresh) for zones, queue in queues.items() if queue}
        moments = [next_open(self.rules.hours, names, now) for names in zones]
        return min([at for at in moments if at] + [at for at, _ in self.due[:1]], default=None)


def preview(
    plan: Plan,
    dispositions: Mapping[str, Disposition],
    shares: Mapping[str, float],
    contacts: Sequence[tuple[str, ...]],
    rules: Rules,
    start: datetime,
    *,
    weight: float = 1.0,
    per_hour: float = 0.0,
    home: str = "UTC",
    seed: int = 1,
) -> Forecast:
    """Walk ``contacts`` (their zones), each standing for ``weight`` of the list; ``per_hour`` 0: no limit.

    ``shares``: disposition -> share of calls; they need not add up to one. Raises UnknownZone.
    """
    dice = random.Random(seed)
    codes, weights = list(shares), list(shares.values())
    team = _Team([_Walker(zones) for zones in contacts], rules)
    gap = timedelta(hours=weight / per_hour) if per_hour else timedelta()
    first, again, closed = Counter[date](), Counter[date](), Counter[date]()
    now: datetime | None = start
    while now is not None and now < start + timedelta(days=DAYS):
        n = team.next(now)
        if n is None:
            now = team.wait(now)
            continue
        walker, day = team.walkers[n], now.astimezone(zone(home)).date()
        (again if walker.touches else first)[day] += 1
        then = _after(plan, dispositions[dice.choices(codes, weights)[0]], walker, rules, now)
        if then is None:
            closed[day] += 1
        else:
            heapq.heappush(team.due, (then, n))
        now += gap
    days = sorted({*first, *again, *closed})
    told = tuple(Day(d, *(round(c[d] * weight) for c in (first, again, closed))) for d in days)
    return Forecast(told, round((len(contacts) - closed.total()) * weight))


def _after(plan: Plan, chosen: Disposition, walker: _Walker, rules: Rules, now: datetime) -> datetime | None:
    """When this contact is called again; None: never."""
    step = next_step(plan, chosen, walker.touches, walker.zones, rules, now)
    walker.touches.append(Touch(chosen.code, now))
    match step:
        case RetryAt():
            return step.at
        case Follow(what="callback"):
            return next_open(rules.hours, walker.zones, now + CALLBACK_AFTER)
        case Follow() | Close():
            return None
