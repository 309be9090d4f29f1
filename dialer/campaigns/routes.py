"""The routes of a campaign as they stand: their health, what their numbers did, and putting a number to rest.

Counts are those of every campaign: a number's reputation knows no campaigns. Everything happens in the caller's
transaction. May import ``dialer.store``, ``dialer.rules`` and ``dialer.people.audit``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from dialer.rules.routes import DAY, WEEK, Health, Route, Use, Ways, after_error, poor
from dialer.rules.routes_text import from_dicts
from dialer.rules.words import Outcome
from dialer.store.calls import Attempt
from dialer.store.projects import Campaign
from dialer.store.provider import NumberRest, RouteHealth

COUNTED = (~Attempt.inbound, or_(Attempt.outcome.is_(None), Attempt.outcome != Outcome.FAILED))
"""What was refused by the network's front door was shown to nobody."""


def of(campaign: Campaign) -> tuple[Route, ...]:
    """Its routes in order; none where it leaves by the settings' own way."""
    return from_dicts(campaign.routes or ())


def ways(s: Session, campaign: Campaign, up: Mapping[str, bool], now: datetime, *, week: bool = False) -> Ways:
    """The routes as they stand now; with ``week`` the answer rates too, which cost more to count."""
    routes = of(campaign)
    numbers = {number for route in routes for number in route.caller_ids}
    return Ways(routes, up, now, health(s, [route.name for route in routes]), uses(s, numbers, now, week=week))


def health(s: Session, names: Collection[str]) -> dict[str, Health]:
    """How these routes fare; one that never failed is missing."""
    rows = s.scalars(select(RouteHealth).where(RouteHealth.name.in_(names)))
    return {row.name: Health(row.errors, row.resting_until) for row in rows}


def uses(s: Session, numbers: Collection[str], now: datetime, *, week: bool = False) -> dict[str, Use]:
    """What these numbers did."""
    found = {number: Use() for number in numbers}
    if not numbers:
        return found
    for number, calls, last_at in s.execute(
        select(Attempt.caller_id, func.count(), func.max(Attempt.placed_at))
        .where(Attempt.caller_id.in_(numbers), Attempt.placed_at > now - DAY, *COUNTED)
        .group_by(Attempt.caller_id)
    ):
        found[number].calls, found[number].last_at = calls, last_at
    for row in s.scalars(select(NumberRest).where(NumberRest.number.in_(numbers), NumberRest.until_at > now)):
        found[row.number].resting_until = row.until_at
    if week:
        _weeks(s, found, now)
    return found


def _weeks(s: Session, found: dict[str, Use], now: datetime) -> None:
    """Counted from the end of a number's last rest: what it did before was judged already."""
    rests = {row.number: row.until_at for row in s.scalars(select(NumberRest).where(NumberRest.number.in_(found)))}
    for number, use in found.items():
        since = max(now - WEEK, rests.get(number, now - WEEK))
        ended = (Attempt.caller_id == number, Attempt.placed_at > since, Attempt.ended_at.is_not(None), *COUNTED)
        row = s.execute(select(func.count(), func.count(Attempt.answered_at)).where(*ended)).one()
        use.week, use.answered = row[0], row[1]


# -- what changes them ------------------------------------------------------------------------------------------------
def note_error(s: Session, name: str, reason: str, now: datetime) -> Health:
    """A network error on this route."""
    row = s.get(RouteHealth, name, with_for_update=True)
    if row is None:
        row = RouteHealth(name=name, errors=0, resting_until=None, reason="", at=now)
        s.add(row)
    after = after_error(Health(row.errors, row.resting_until), now)
    row.errors, row.resting_until, row.reason, row.at = after.errors, after.resting_until, reason[:120], now
    s.flush()
    return after


def note_success(s: Session, name: str, now: datetime) -> None:
    """The network carried a call of this route."""
    row = s.get(RouteHealth, name)
    if row is not None and row.errors:
        row.errors, row.resting_until, row.reason, row.at = 0, None, "", now


def rest(s: Session, number: str, until: datetime, reason: str, now: datetime, by: int | None = None) -> None:
    """Do not show this number until then."""
    row = s.get(NumberRest, number) or NumberRest(number=number)
    row.until_at, row.reason, row.by, row.at = until, reason[:120], by, now
    s.add(row)


def wake(s: Session, number: str, now: datetime) -> bool:
    """Show it again; False if it did not rest."""
    row = s.get(NumberRest, number)
    if row is None or row.until_at <= now:
        return False
    row.until_at = now
    return True


def rest_the_poor(s: Session, routes: Sequence[Route], now: datetime) -> list[str]:
    """Put to rest whatever number is answered too rarely; returns them."""
    rested = []
    for route in routes:
        if not route.least_answer_rate:
            continue
        for number, use in uses(s, route.caller_ids, now, week=True).items():
            if not use.resting_until and poor(route, use):
                reason = f"answered {use.answered} of {use.week} calls"
                rest(s, number, now + timedelta(hours=route.rest_h), reason, now)
                rested.append(number)
    return rested
