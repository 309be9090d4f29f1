"""When a closer takes appointments: their own calendar, or the project's working hours while they have none."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy.orm import Session

from dialer.errors import BadInput
from dialer.leads import terms
from dialer.store.appointments import CloserCalendar
from dialer.store.projects import Project

LENGTHS = range(5, 241)
BUFFERS = range(121)
NOTICES = range(10_081)
SEATS = range(1, 51)
GRID_MIN = 5
MOST_DAYS_OFF = 366
Span = tuple[time, time]


@dataclass(frozen=True)
class Hours:
    """One closer's rules, checked. ``week``: ISO day -> spans, in order; lengths in minutes, multiples of five."""

    zone: ZoneInfo
    week: Mapping[int, tuple[Span, ...]]
    days_off: frozenset[date] = field(default_factory=frozenset)
    length_min: int = 30
    buffer_min: int = 10
    notice_min: int = 60
    seats: int = 1

    @property
    def length(self) -> timedelta:
        """How long an appointment takes."""
        return timedelta(minutes=self.length_min)

    @property
    def buffer(self) -> timedelta:
        """What is kept free behind each."""
        return timedelta(minutes=self.buffer_min)

    def spans(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """The working spans of one local day, as instants."""
        if day in self.days_off:
            return
        for start, end in self.week.get(day.isoweekday(), ()):
            yield (
                datetime.combine(day, start, self.zone).astimezone(UTC),
                datetime.combine(day, end, self.zone).astimezone(UTC),
            )


def of(s: Session, closer_id: int, project: Project) -> Hours:
    """The hours of a closer in a project. Raises BadInput if somebody stored nonsense."""
    row = s.get(CloserCalendar, closer_id)
    if row is not None:
        return read(row.zone, row.week, row.days_off, row.length_min, row.buffer_min, row.notice_min, row.seats)
    worked = terms.of(project).hours
    return Hours(worked.zone, {day: ((worked.start, worked.end),) for day in worked.days})


def read(
    zone: str, week: Mapping[str, Any], days_off: list[str], length: int, buffer: int, notice: int, seats: int = 1
) -> Hours:  # fmt: skip
    """Check and read. Raises BadInput with one sentence."""
    try:
        place = ZoneInfo(zone)
        spans = {int(day): tuple((_time(a), _time(b)) for a, b in given) for day, given in week.items() if given}
        off = frozenset(date.fromisoformat(text) for text in days_off)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise BadInput("Hours are written as 09:00, days off as 2026-05-09, the zone as Europe/Moscow.") from None
    if not set(spans) <= set(range(1, 8)) or not all(_in_order(given) for given in spans.values()):
        raise BadInput("Each span of hours must end after it begins, and they must not overlap.")
    if length not in LENGTHS or buffer not in BUFFERS or notice not in NOTICES or (length % 5 or buffer % 5):
        raise BadInput("An appointment takes 5 to 240 minutes and its buffer 0 to 120, both in steps of 5.")
    if len(off) > MOST_DAYS_OFF:
        raise BadInput("There are more than 366 days off.")
    if seats not in SEATS:
        raise BadInput("From 1 to 50 contacts may share a time.")
    return Hours(place, spans, off, length, buffer, notice, seats)


def _time(text: str) -> time:
    found = time.fromisoformat(text)
    if found.minute % GRID_MIN or found.second or found.tzinfo:
        raise ValueError(text)
    return found


def _in_order(spans: tuple[Span, ...]) -> bool:
    ends = [moment for span in spans for moment in span]
    return all(a < b for a, b in pairwise(ends))


def save(
    s: Session, closer_id: int, zone: str, week: Mapping[str, Any], days_off: list[str], length: int, buffer: int,
    notice: int, seats: int = 1,
) -> CloserCalendar:  # fmt: skip
    """Keep a closer's hours. What is booked already stays booked. Raises BadInput."""
    read(zone, week, days_off, length, buffer, notice, seats)
    row = s.get(CloserCalendar, closer_id)
    if row is None:
        row = CloserCalendar(user_id=closer_id, feed_epoch=0)
        s.add(row)
    row.zone, row.week, row.days_off = zone, dict(week), sorted(set(days_off))
    row.length_min, row.buffer_min, row.notice_min, row.seats = length, buffer, notice, seats
    s.flush()
    return row
