"""Days on which a profile's ordinary hours do not hold, written as data.

Four forms: ``01-07`` (every year), ``2026-12-31`` (that day), ``easter+1`` (days from Western Easter), ``4 thu 11`` or
``last mon 5`` (the fourth Thursday of November, the last Monday of May). Part of the gate; the standard library only.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEARLY = re.compile(r"(\d\d)-(\d\d)")
_EASTER = re.compile(r"easter([+-]\d{1,3})?")
_NTH = re.compile(rf"([1-5]|last) ({'|'.join(WEEKDAYS)}) (\d{{1,2}})")
LEAP = 2024


@dataclass(frozen=True)
class Holiday:
    """One written holiday; :meth:`is_on` says whether a day is it. Raises ValueError if it cannot be read."""

    text: str

    def __post_init__(self) -> None:
        if not _readable(self.text):
            raise ValueError(
                f"holiday {self.text!r} cannot be read: write 01-07, 2026-12-31, easter+1, 4 thu 11 or last mon 5"
            )

    def is_on(self, day: date) -> bool:
        """Whether ``day`` is this holiday."""
        return day == _day_of(self.text, day.year)


def _readable(text: str) -> bool:
    try:
        _day_of(text, LEAP)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def _day_of(text: str, year: int) -> date | None:
    """The day of ``year`` (or of the text's own year) that ``text`` names; None where that year has none."""
    if found := _YEARLY.fullmatch(text):
        month, number = int(found[1]), int(found[2])
        return None if (month, number) == (2, 29) and not _is_leap(year) else date(year, month, number)
    if found := _EASTER.fullmatch(text):
        return easter(year) + timedelta(days=int(found[1] or 0))
    if found := _NTH.fullmatch(text):
        return _nth(year, int(found[3]), WEEKDAYS.index(found[2]), found[1])
    return date.fromisoformat(text)


def _is_leap(year: int) -> bool:
    return monthrange(year, 2)[1] == 29


def _nth(year: int, month: int, weekday: int, which: str) -> date | None:
    if not 1 <= month <= 12:
        raise ValueError("a month is 1 to 12")
    days = [date(year, month, n) for n in range(1, monthrange(year, month)[1] + 1)]
    fitting = [day for day in days if day.weekday() == weekday]
    if which == "last":
        return fitting[-1]
    return fitting[int(which) - 1] if int(which) <= len(fitting) else None


@lru_cache(maxsize=256)
def easter(year: int) -> date:
    """Western Easter Sunday by the anonymous Gregorian computus (Meeus, Astronomical Algorithms, ch. 8)."""
    golden = year % 19
    century, rest = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    quarter, rest_years = divmod(rest, 4)
    sunday = (32 + 2 * century_rest + 2 * quarter - epact - rest_years) % 7
    shift = (golden + 11 * epact + 22 * sunday) // 451
    month, day = divmod(epact + sunday - 7 * shift + 114, 31)
    return date(year, month, day + 1)
