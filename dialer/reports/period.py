"""A stretch of time to report on, from the words people use for it. Days begin at midnight of the zone given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dialer.errors import BadInput

LONGEST = timedelta(days=366)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """``since_at`` <= x < ``until_at``, both aware UTC; ``first`` and ``last`` are its days in ``zone``."""

    since_at: datetime
    until_at: datetime
    first: date
    last: date
    zone: ZoneInfo

    @property
    def days(self) -> int:
        """How many calendar days it touches."""
        return (self.last - self.first).days + 1


NAMED: dict[str, Callable[[date], tuple[date, date]]] = {
    "today": lambda today: (today, today),
    "yesterday": lambda today: (today - DAY, today - DAY),
    "week": lambda today: (today - timedelta(days=today.weekday()), today),
    "month": lambda today: (today.replace(day=1), today),
    "last_month": lambda today: (
        (today.replace(day=1) - DAY).replace(day=1),
        today.replace(day=1) - DAY,
    ),
}
"""name -> the first and the last day, given today; a week begins on Monday."""


def named(name: str, now: datetime, zone: ZoneInfo) -> Period:
    """The period of that name. Raises BadInput for one that does not exist."""
    if name not in NAMED:
        raise BadInput(f"There is no period {name!r}; choose one of {', '.join(NAMED)}, or two days.")
    return between(*NAMED[name](now.astimezone(zone).date()), zone)


def between(first: date, last: date, zone: ZoneInfo) -> Period:
    """Both days and all between them. Raises BadInput where they are swapped or more than a year apart."""
    if last < first:
        raise BadInput("The last day lies before the first.")
    if last - first > LONGEST:
        raise BadInput("A report covers a year at most.")
    return Period(_midnight(first, zone), _midnight(last + DAY, zone), first, last, zone)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def asked(name: str, first: str, last: str, now: datetime, zone: ZoneInfo) -> Period:
    """As a form or a command asks: two ISO days win over a name. Raises BadInput."""
    if not first and not last:
        return named(name, now, zone)
    try:
        begin = date.fromisoformat(first or last)
        return between(begin, date.fromisoformat(last or first), zone)
    except ValueError:
        raise BadInput(f"{first or last!r} is no day; write it as 2026-03-04.") from None
