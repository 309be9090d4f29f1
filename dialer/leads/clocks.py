"""By when a handed lead must be taken, and once taken, judged. Pure.

The spans are ours, after field reports on inbound leads (answers within 5 minutes against within an hour or a day);
hot leads run against the wall clock, the others against the closers' working hours.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dialer.leads.terms import Hours

TAKE = {"hot": timedelta(minutes=5), "warm": timedelta(hours=1), "cold": timedelta(hours=8)}
JUDGE = {"hot": timedelta(minutes=30), "warm": timedelta(hours=4), "cold": timedelta(hours=16)}
WALL = frozenset({"hot"})
MOST_DAYS = 60
"""Farther than any span reaches, whatever days are worked."""


def due(temperature: str, since: datetime, hours: Hours, taken: bool = False) -> datetime:
    """The instant at which a lead handed (or taken) at ``since`` is late."""
    span = (JUDGE if taken else TAKE)[temperature]
    return since + span if temperature in WALL else after_work(since, span, hours)


def after_work(since: datetime, span: timedelta, hours: Hours) -> datetime:
    """The instant at which ``span`` of working time has passed. ``since`` outside of the hours waits for the next."""
    left = span
    day = since.astimezone(hours.zone).date()
    for offset in range(MOST_DAYS):
        date = day + timedelta(days=offset)
        if date.isoweekday() not in hours.days:
            continue
        opens = datetime.combine(date, hours.start, hours.zone).astimezone(UTC)
        closes = datetime.combine(date, hours.end, hours.zone).astimezone(UTC)
        begins = max(opens, since)
        if begins >= closes:
            continue
        if begins + left <= closes:
            return begins + left
        left -= closes - begins
    return since + span
