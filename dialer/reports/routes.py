"""How a campaign's ways out and their numbers fare: for the page, the command and the API. Read-only."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.campaigns import routes
from dialer.rules.routes import Route, Use
from dialer.rules.routes_text import write_line
from dialer.store.projects import Campaign
from dialer.store.provider import NetworkLink, NumberRest, RouteHealth

SILENT_AFTER = timedelta(minutes=3)
"""An engine gives a sign of life each minute."""


@dataclass(frozen=True, slots=True)
class NumberRow:
    """``calls`` of 24 hours against ``cap`` (0: none); ``answered`` of ``week`` calls since it last rested, at most
    seven days; ``answer_rate`` is None while there are too few calls to judge by."""

    number: str
    calls: int
    cap: int
    week: int
    answered: int
    answer_rate: float | None
    resting_until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class RouteRow:
    """``errors`` in a row on the network's side; ``line`` is the route as it is written."""

    name: str
    line: str
    errors: int
    resting_until: datetime | None
    reason: str
    numbers: list[NumberRow]


@dataclass(frozen=True, slots=True)
class NetworkRow:
    """How an engine stands with a network since then; ``error`` is why it was down last. ``silent_since``: the engine
    itself has given no sign of life since, so that the rest need not hold any more."""

    network: str
    engine: str
    state: str
    since_at: datetime
    error: str
    error_at: datetime | None
    silent_since: datetime | None


def networks(s: Session, now: datetime) -> list[NetworkRow]:
    """Every network that an engine speaks to."""
    rows = s.scalars(select(NetworkLink).order_by(NetworkLink.network, NetworkLink.engine))
    return [
        NetworkRow(
            row.network, row.engine, row.state.value, row.since_at, row.error, row.error_at,
            row.seen_at if row.seen_at < now - SILENT_AFTER else None,
        )
        for row in rows
    ]  # fmt: skip


def of_campaign(s: Session, campaign: Campaign, now: datetime) -> list[RouteRow]:
    """Its routes in order."""
    ways = routes.of(campaign)
    numbers = {number for route in ways for number in route.caller_ids}
    uses = routes.uses(s, numbers, now, week=True)
    reasons = {row.number: row.reason for row in s.scalars(select(NumberRest).where(NumberRest.number.in_(numbers)))}
    health = {row.name: row for row in s.scalars(select(RouteHealth))}
    return [_row(route, health.get(route.name), uses, reasons, now) for route in ways]


def _row(
    route: Route, found: RouteHealth | None, uses: dict[str, Use], reasons: dict[str, str], now: datetime
) -> RouteRow:
    until = found.resting_until if found and found.resting_until and found.resting_until > now else None
    return RouteRow(
        name=route.name,
        line=write_line(route),
        errors=found.errors if found else 0,
        resting_until=until,
        reason=found.reason if found else "",
        numbers=[_number(route, number, uses[number], reasons) for number in route.caller_ids],
    )


def _number(route: Route, number: str, use: Use, reasons: dict[str, str]) -> NumberRow:
    reason = reasons.get(number, "") if use.resting_until else ""
    return NumberRow(
        number, use.calls, route.daily_cap, use.week, use.answered, use.answer_rate, use.resting_until, reason
    )


def plain(row: RouteRow) -> dict[str, Any]:
    """As JSON."""
    return asdict(row)
