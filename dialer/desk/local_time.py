"""What time it is where the called person is, and the moments a callback is usually promised for.

Room: desk. A number may be in one of several zones (``ZoneSet.names``): then the time is a range, said as one.
May import the standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

MORNING_HOUR = 10
"""Promises "tomorrow" mean mid-morning: decision makers are in and through their mail."""


@dataclass(frozen=True, slots=True)
class LocalTime:
    """``early`` and ``late`` are the local wall clocks of the westernmost and easternmost zone; often the same."""

    zones: tuple[str, ...]
    early: datetime
    late: datetime

    @property
    def sure(self) -> bool:
        """Whether all zones show the same wall clock."""
        return self.early.replace(tzinfo=None) == self.late.replace(tzinfo=None)


def zones(names: str) -> tuple[str, ...]:
    """The zones of a ``ZoneSet.names`` that this machine knows; ``("UTC",)`` if none."""
    known = []
    for name in names.split("|"):
        try:
            ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
        known.append(name)
    return tuple(known) or ("UTC",)


def at_callee(names: str, now: datetime) -> LocalTime:
    """The callee's wall clock at ``now``, for a ``ZoneSet.names``."""
    found = zones(names)
    clocks = sorted((now.astimezone(ZoneInfo(z)) for z in found), key=lambda c: c.replace(tzinfo=None))
    ordered = tuple(dict.fromkeys(str(c.tzinfo) for c in clocks))
    return LocalTime(ordered, clocks[0], clocks[-1])


def instant(names: str, written: str, now: datetime) -> datetime | None:
    """The instant meant by ``2026-03-05T10:00`` on the callee's clocks (an offset in it is kept); None if unreadable.

    With several possible zones it is the westernmost one's clock, as in :func:`quick_times`.
    """
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZoneInfo(at_callee(names, now).zones[0]))
    return at.astimezone(UTC)


def quick_times(names: str, now: datetime) -> list[tuple[str, datetime]]:
    """Usual promises as (code, instant): in an hour, in three, tomorrow 10:00 and in three days 10:00 over there.

    With several possible zones "10:00" is in the westernmost, so that nobody is called too early.
    """
    zone = ZoneInfo(at_callee(names, now).zones[0])
    there = now.astimezone(zone)
    morning = there.replace(hour=MORNING_HOUR, minute=0, second=0, microsecond=0)
    minute = now.replace(second=0, microsecond=0)
    return [
        ("in_1h", minute + timedelta(hours=1)),
        ("in_3h", minute + timedelta(hours=3)),
        ("tomorrow", (morning + timedelta(days=1)).astimezone(now.tzinfo)),
        ("in_3d", (morning + timedelta(days=3)).astimezone(now.tzinfo)),
    ]
