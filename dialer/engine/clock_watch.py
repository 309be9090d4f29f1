"""Noticing that the machine's clock jumped: by a wrong clock the gate would let calls out at night.

The wall clock is compared with the steady one, which no correction moves, and at the start with the newest attempt in
the database. A clock that runs back to where it should be is believed again; a restarted engine believes the clock it
finds, unless attempts of the future contradict it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from dialer.rules.pacing import Hindrance

TOLERANCE_S = 60.0
"""Time servers move a clock by fractions of a second; a minute is no correction but a jump."""


class ClockWatch:
    """One engine's watch over its clock."""

    def __init__(self) -> None:
        self._wall: datetime | None = None
        self._steady_s = 0.0
        self._newest: datetime | None = None

    def start(self, now: datetime, steady_s: float, newest: datetime | None) -> None:
        """Believe this clock. ``newest``: when the newest attempt in the database was placed."""
        self._wall, self._steady_s, self._newest = now, steady_s, newest

    def jumped(self, now: datetime, steady_s: float) -> str:
        """One sentence if the clock cannot be believed; empty if it can."""
        if self._newest is not None and (self._newest - now).total_seconds() > TOLERANCE_S:
            text = "the clock stands before the newest attempt in the database: set it right"
            return Hindrance(text, "clock_before")
        if self._wall is None:
            return ""
        off_s = (now - self._wall - timedelta(seconds=steady_s - self._steady_s)).total_seconds()
        if abs(off_s) <= TOLERANCE_S:
            return ""
        way = "forward" if off_s > 0 else "back"
        text = f"the clock jumped {way} by {abs(off_s):.0f} s: set it right, or restart the engine if it is right now"
        return Hindrance(text, "clock_jumped", seconds=round(off_s))
