"""By which way a call leaves, and which number it shows: routes in order, numbers with caps and rest. Pure.

A route is one trunk of one network. The first route that can be used now is taken; of its numbers the one that was
shown least in the last 24 hours. A network error is noted against the route: after :data:`TOLERATED` in a row it
rests, longer each time, and calls leave by the next one. May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

DAY = timedelta(hours=24)
WEEK = timedelta(days=7)
TOLERATED = 3
"""Network errors in a row before a route rests: one may be chance, and a 429 passes by itself."""
REST_FIRST = timedelta(seconds=30)
REST_MOST = timedelta(minutes=10)
JUDGED = 50
"""Calls a number must have made in a week before its answer rate is judged: below that chance alone decides."""
MOST = 1_000_000
"""As many calls as anybody may ask for: "no limit" as a number."""


@dataclass(frozen=True, slots=True)
class Route:
    """``daily_cap``: calls a number may make in 24 hours; ``gap_s``: its rest between two calls; below
    ``least_answer_rate`` over a week a number rests ``rest_h`` hours. 0 everywhere means: no such limit."""

    network: str
    trunk: str = ""
    caller_ids: tuple[str, ...] = ()
    daily_cap: int = 0
    gap_s: int = 0
    least_answer_rate: float = 0.0
    rest_h: int = 72

    @property
    def name(self) -> str:
        """``asterisk:trunk-a``, or ``twilio``."""
        return f"{self.network}:{self.trunk}" if self.trunk else self.network


@dataclass(frozen=True, slots=True)
class Health:
    """How a route has fared: network errors in a row, and until when it rests because of them."""

    errors: int = 0
    resting_until: datetime | None = None


@dataclass(slots=True)
class Use:
    """What one number did: calls in 24 hours, its last one, calls and answers in a week; until when it rests."""

    calls: int = 0
    last_at: datetime | None = None
    week: int = 0
    answered: int = 0
    resting_until: datetime | None = None

    @property
    def answer_rate(self) -> float | None:
        """None while there is too little to judge by."""
        return self.answered / self.week if self.week >= JUDGED else None


@dataclass(frozen=True, slots=True)
class Pick:
    """The route a call takes and the number it shows (empty: the network's own)."""

    route: Route
    caller_id: str


@dataclass(slots=True)
class Ways:
    """The routes of one campaign as they stand at ``now``. ``up``: which networks are in sync."""

    routes: Sequence[Route]
    up: Mapping[str, bool]
    now: datetime
    health: Mapping[str, Health] = field(default_factory=dict)
    uses: dict[str, Use] = field(default_factory=dict)

    def left(self) -> int:
        """How many calls may leave now, by all routes together."""
        return min(MOST, sum(self._left_by(route) for route in self.routes))

    def _left_by(self, route: Route) -> int:
        if self.trouble(route):
            return 0
        return sum(self._left_of(route, number) for number in route.caller_ids) if route.caller_ids else MOST

    def _left_of(self, route: Route, number: str) -> int:
        use = self.uses.get(number, Use())
        if self.rests(route, number):
            return 0
        return 1 if route.gap_s else max(0, route.daily_cap - use.calls) if route.daily_cap else MOST

    def trouble(self, route: Route) -> str:
        """Why nothing leaves by this route now, whatever its numbers; empty if it may."""
        if not self.up.get(route.network, False):
            return "not in sync"
        until = self.health.get(route.name, Health()).resting_until
        return f"resting until {until:%H:%M:%S} UTC after network errors" if until and until > self.now else ""

    def rests(self, route: Route, number: str) -> str:
        """Why this number is not shown now; empty if it may be."""
        use = self.uses.get(number, Use())
        if use.resting_until and use.resting_until > self.now:
            return "resting"
        if route.daily_cap and use.calls >= route.daily_cap:
            return "cap"
        if route.gap_s and use.last_at and use.last_at + timedelta(seconds=route.gap_s) > self.now:
            return "gap"
        return ""

    def take(self, avoid: Collection[str] = ()) -> Pick | None:
        """The way of the next call, counted as used; routes in ``avoid`` only where there is no other."""
        usable = [route for route in self.routes if self._left_by(route)]
        route = next((r for r in usable if r.name not in avoid), usable[0] if usable else None)
        if route is None:
            return None
        free = [number for number in route.caller_ids if not self.rests(route, number)]
        number = min(free, key=lambda n: self.uses.get(n, Use()).calls, default="")
        use = self.uses.setdefault(number, Use())
        use.calls, use.last_at = use.calls + 1, self.now
        return Pick(route, number)

    def why(self) -> str:
        """Why nothing leaves, route by route."""
        told = [f"{r.name}: {self.trouble(r) or 'all its numbers rest or reached their cap'}" for r in self.routes]
        return "no route (" + "; ".join(told) + ")"


def after_error(health: Health, now: datetime) -> Health:
    """One more network error in a row."""
    errors = health.errors + 1
    if errors < TOLERATED:
        return replace(health, errors=errors)
    rest = min(REST_MOST, REST_FIRST * 2 ** min(errors - TOLERATED, 10))
    return Health(errors, now + rest)


def poor(route: Route, use: Use) -> bool:
    """Whether a number is answered so rarely that it should rest."""
    rate = use.answer_rate
    return rate is not None and rate < route.least_answer_rate
