"""Calling hours: when a profile or a campaign lets a phone ring, by the clock on the callee's wall.

Rule 1: windows are half-open; 20:59:59 may be dialled, 21:00:00 may not.
Rule 2: a window over midnight belongs to the day it begins on, and is cut where a day is closed (``none``) or a holiday
has hours of its own.
Rule 3: several zones, several profiles: only where all of them are open.
Part of the gate (step 3 of a call). May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from dialer.rules.holidays import Holiday
from dialer.rules.hours_text import Windows, read_day, read_week
from dialer.rules.localtime import DAY_MINUTES, Marks, first_moment, zone


@dataclass(frozen=True)
class Hours:
    """One source's hours.

    ``week`` holds the windows of Monday to Sunday in minutes of the day, None for a day that is closed on purpose;
    ``on_holiday`` the windows of holidays, ``same`` False if they have none of their own. ``zone`` fixes the clock (an
    office's); empty means the callee's.
    """

    week: tuple[Windows | None, ...]
    holidays: tuple[Holiday, ...] = ()
    on_holiday: Windows | None = None
    holiday_differs: bool = False
    zone: str = ""
    source: str = ""

    @classmethod
    def from_dict(cls, data: Any, source: str, holidays: Iterable[str] = ()) -> Hours:
        """Read ``{mon-fri: "09:00-20:00", sat: [...], sun: none, holiday: none, zone: …}``. Raises ValueError."""
        week, rest = read_week(data)
        if place := rest.pop("zone", ""):
            zone(place)
        differs = "holiday" in rest
        on_holiday = read_day(rest.pop("holiday", None))
        if rest:
            raise ValueError(f"hours has no day named {next(iter(rest))}")
        return cls(week, tuple(Holiday(str(h)) for h in holidays), on_holiday, differs, place, source)

    def is_open(self, at: datetime, zone_name: str) -> bool:
        """Whether the clock in ``zone_name`` (or in the fixed zone) stands inside a window at ``at``."""
        wall = at.astimezone(zone(self.zone or zone_name))
        day, minute = wall.date(), wall.hour * 60 + wall.minute
        if _inside(self._windows(day), minute):
            return True
        if self._cut(day):
            return False
        return _inside(self._windows(day - timedelta(days=1)), minute + DAY_MINUTES)

    def marks(self, zone_name: str) -> Marks:
        """The minutes at which this may open or close: every edge of a window, and midnight."""
        days = [*self.week, self.on_holiday]
        edges = {edge % DAY_MINUTES for windows in days if windows for window in windows for edge in window}
        return (self.zone or zone_name, frozenset(edges | {0}))

    def is_always(self) -> bool:
        """Whether this never closes."""
        return not (self.holiday_differs and self.holidays) and all(w == ((0, DAY_MINUTES),) for w in self.week)

    def windows_on(self, day: date) -> Windows:
        """The windows that begin on ``day``, in minutes; for the rules page."""
        return self._windows(day)

    def _is_holiday(self, day: date) -> bool:
        return self.holiday_differs and any(holiday.is_on(day) for holiday in self.holidays)

    def _windows(self, day: date) -> Windows:
        return (self.on_holiday if self._is_holiday(day) else self.week[day.weekday()]) or ()

    def _cut(self, day: date) -> bool:
        return self._is_holiday(day) or self.week[day.weekday()] is None


def _inside(windows: Windows, minute: int) -> bool:
    return any(start <= minute < end for start, end in windows)


def all_open(layers: Iterable[Hours], zones: tuple[str, ...], at: datetime) -> bool:
    """Whether every layer is open in every zone at ``at``. Raises UnknownZone."""
    return all(layer.is_open(at, name) for layer in layers for name in _places(layer, zones))


def next_open(layers: tuple[Hours, ...], zones: tuple[str, ...], now: datetime) -> datetime | None:
    """The first instant from ``now`` on at which all are open; None if there is none in 408 days."""
    return first_moment(now, lambda at: all_open(layers, zones, at), _all_marks(layers, zones))


def next_turn(layers: tuple[Hours, ...], zones: tuple[str, ...], now: datetime) -> datetime | None:
    """The first instant after ``now`` at which open becomes closed or closed open; None if nothing changes."""
    if all(layer.is_always() for layer in layers):
        return None
    before = all_open(layers, zones, now)
    return first_moment(now, lambda at: all_open(layers, zones, at) != before, _all_marks(layers, zones))


def _all_marks(layers: tuple[Hours, ...], zones: tuple[str, ...]) -> list[Marks]:
    return [layer.marks(name) for layer in layers for name in _places(layer, zones)]


def _places(layer: Hours, zones: tuple[str, ...]) -> tuple[str, ...]:
    return (layer.zone,) if layer.zone else zones
