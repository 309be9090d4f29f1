"""Local time made exact: zones, the moments their clocks jump, and the first moment at which something holds.

Used by the gate (step 3 of a call). A wall clock is a function of the instant, so a question such as "is it between 8
and 21 there" has one answer at every instant, also when clocks jump. What changes with the wall clock can change only
when the clock passes a written minute or jumps: :func:`first_moment` looks at those moments and at no others.
May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY = timedelta(days=1)
DAY_MINUTES = 24 * 60
STRIDES = (2, 6, 24, 96, 280)
"""How many days each look ahead covers: most answers lie in the first two; 408 days see every yearly holiday."""

Marks = tuple[str, frozenset[int]]
"""A zone's name and the minutes of its day (0..1440) at which something may change."""


class UnknownZone(ValueError):
    """There is no time zone of that name."""


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as err:
        raise UnknownZone(f"there is no time zone named {name}") from err


@lru_cache(maxsize=4096)
def jumps(name: str, day: date) -> tuple[datetime, ...]:
    """The instants in the UTC day ``day`` at which the zone's clock jumps: none or one."""
    there = zone(name)
    low = datetime.combine(day, time(), UTC)
    high = low + DAY
    if _offset(low, there) == _offset(high, there):
        return ()
    while high - low > timedelta(seconds=1):
        middle = low + timedelta(seconds=int((high - low).total_seconds()) // 2)
        low, high = (low, middle) if _offset(middle, there) != _offset(low, there) else (middle, high)
    return (high,)


def _offset(at: datetime, there: ZoneInfo) -> timedelta | None:
    return at.astimezone(there).utcoffset()


def instants(name: str, day: date, minute: int) -> set[datetime]:
    """When the zone's clock shows ``minute`` of ``day``: once, or twice where clocks go back.

    In the hour that clocks skip, the two readings of Python's zoneinfo are returned; neither shows that minute, and the
    jump itself (see :func:`jumps`) is where things change.
    """
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    there = zone(name)
    return {wall.replace(tzinfo=there, fold=fold).astimezone(UTC) for fold in (0, 1)}


def first_moment(now: datetime, good: Callable[[datetime], bool], marks: Iterable[Marks]) -> datetime | None:
    """The first instant at or after ``now`` at which ``good`` holds; None if there is none in 408 days.

    ``good`` may change only where a zone of ``marks`` passes one of its minutes or jumps.
    """
    if good(now):
        return now
    marks = tuple(marks)
    first = now.astimezone(UTC).date()
    for stride in STRIDES:
        for at in sorted(_moments(marks, first, stride)):
            if at > now and good(at):
                return at
        first += DAY * stride
    return None


def _moments(marks: tuple[Marks, ...], first: date, days: int) -> Iterator[datetime]:
    """Every moment of change in the UTC days ``first`` .. ``first + days``, the end not included."""
    low = datetime.combine(first, time(), UTC)
    high = low + DAY * days
    seen: set[datetime] = set()
    for name, minutes in set(marks):
        for number in range(-1, days + 1):
            day = first + DAY * number
            seen.update(jumps(name, day))
            for minute in minutes:
                seen |= instants(name, day, minute)
    return (at for at in seen if low <= at < high)
