"""Caps on attempts: per number and per contact, by calendar or rolling.

``day``, ``week`` (Monday first) and ``month`` are the callee's calendar; ``24h``, ``7d``, ``30d`` and the like roll: an
attempt stops counting exactly that long after it was placed. ``lifetime`` never ends. With several zones the strictest
counts.
Part of the gate (step 3 of a call). May import the standard library only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dialer.rules.localtime import first_moment, zone

OF = ("number", "contact")
CALENDAR = ("day", "week", "month")
LIFETIME = "lifetime"
LONGEST_MONTH = timedelta(days=33)
"""A calendar month seen from anywhere on Earth: 31 days and the 26 hours between the first and the last zone."""
_ROLLING = re.compile(r"([1-9]\d{0,3})([hd])")


@dataclass(frozen=True)
class Cap:
    """At most ``n`` attempts to the ``of`` (number or contact) in each ``per``. ``source`` names who asked for it."""

    of: str
    per: str
    n: int
    source: str = ""

    @property
    def rule(self) -> str:
        """The name under which this refuses: ``cap_number_day``."""
        return f"cap_{self.of}_{self.per}"

    @property
    def rolling(self) -> timedelta | None:
        """The length of a rolling window."""
        found = _ROLLING.fullmatch(self.per)
        return timedelta(**{"hours" if found[2] == "h" else "days": int(found[1])}) if found else None

    @property
    def look_back(self) -> timedelta | None:
        """How far back attempts matter; None: all of them."""
        return None if self.per == LIFETIME else self.rolling or LONGEST_MONTH

    def counted(self, attempts: tuple[datetime, ...], zones: tuple[str, ...], at: datetime) -> int:
        """How many attempts count at ``at``. Raises UnknownZone."""
        if self.per == LIFETIME:
            return len(attempts)
        if window := self.rolling:
            return sum(attempt + window > at for attempt in attempts)
        return max((self._in_period(attempts, name, at) for name in zones), default=len(attempts))

    def next_free(self, attempts: tuple[datetime, ...], zones: tuple[str, ...], now: datetime) -> datetime | None:
        """The first instant from ``now`` on with room for one more attempt; None: never by itself."""
        if self.n <= 0 or self.per == LIFETIME:
            return None if len(attempts) >= self.n else now
        if window := self.rolling:
            latest = sorted(attempts, reverse=True)
            return max(now, latest[self.n - 1] + window) if len(latest) >= self.n else now
        marks = [(name, frozenset({0})) for name in zones]
        return first_moment(now, lambda at: self.counted(attempts, zones, at) < self.n, marks)

    def _in_period(self, attempts: tuple[datetime, ...], name: str, at: datetime) -> int:
        there = zone(name)
        current = self._period(at.astimezone(there).date())
        return sum(self._period(attempt.astimezone(there).date()) == current for attempt in attempts)

    def _period(self, day: date) -> tuple[int, ...]:
        if self.per == "week":
            return day.isocalendar()[:2]
        return (day.year, day.month) if self.per == "month" else (day.year, day.month, day.day)


def read_caps(data: Any, source: str) -> tuple[Cap, ...]:
    """Read ``{number: {day: 2, 30d: 8}, contact: {lifetime: 5}}``. Raises ValueError with one sentence."""
    if not isinstance(data, dict):
        raise ValueError("caps must be written as {number: {day: 2}, contact: {lifetime: 5}}")
    if unknown := [of for of in data if of not in OF]:
        raise ValueError(f"caps has no {unknown[0]}: use number or contact")
    if broken := [of for of, limits in data.items() if not isinstance(limits, dict)]:
        raise ValueError(f"caps of {broken[0]} must be written as {{day: 2, 30d: 8}}")
    return tuple(_read_cap(of, per, n, source) for of, limits in data.items() for per, n in limits.items())


def _read_cap(of: str, per: Any, n: Any, source: str) -> Cap:
    if per not in (*CALENDAR, LIFETIME) and not _ROLLING.fullmatch(str(per)):
        raise ValueError(f"caps of {of} have no period {per}: use day, week, month, lifetime, or such as 24h or 30d")
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise ValueError(f"the cap of {of} per {per} must be a whole number from 1 up, not {n!r}: to dial nobody, stop")
    return Cap(of, str(per), n, source)


def strictest(caps: tuple[Cap, ...]) -> tuple[Cap, ...]:
    """One cap per thing and period: the lowest, and the first named where two are equal; numbers' caps first."""
    best: dict[tuple[str, str], Cap] = {}
    for cap in caps:
        known = best.get((cap.of, cap.per))
        if known is None or cap.n < known.n:
            best[cap.of, cap.per] = cap
    return tuple(sorted(best.values(), key=lambda cap: OF.index(cap.of)))
