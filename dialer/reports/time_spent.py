"""How long each person was in which state, from the journal of their moves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from dialer.reports.period import Period
from dialer.rules.words import OperatorState
from dialer.store.desk import OperatorMove

AT_WORK = (
    OperatorState.READY,
    OperatorState.PREVIEWING,
    OperatorState.DIALLING,
    OperatorState.TALKING,
    OperatorState.WRAP_UP,
)
"""States that count as working hours: pauses do not, nor does connecting."""

Seconds = dict[OperatorState, float]


def time_spent(s: Session, campaigns: Collection[int], period: Period, now: datetime) -> dict[int, Seconds]:
    """``{user_id: {state: seconds}}`` of the time people were in these campaigns.

    A state lasts until the person's next move, in whichever campaign that was. What began before the period counts
    from its beginning, and what still lasts counts until ``now``.
    """
    end = min(period.until_at, now)
    found: dict[int, Seconds] = defaultdict(lambda: defaultdict(float))
    open_moves: dict[int, tuple[datetime, OperatorState, int | None]] = {}
    for user_id, at, state, campaign_id in s.execute(_moves(period, end)):
        before = open_moves.get(user_id)
        if before is not None and before[2] in campaigns:
            found[user_id][before[1]] += _seconds(before[0], at, period, end)
        open_moves[user_id] = (at, state, campaign_id)
    for user_id, (at, state, campaign_id) in open_moves.items():
        if campaign_id in campaigns:
            found[user_id][state] += _seconds(at, end, period, end)
    return {user_id: dict(seconds) for user_id, seconds in found.items()}


def _moves(period: Period, end: datetime) -> Select[int, datetime, OperatorState, int | None]:
    """Everybody's moves of the period and the last one before it, in order."""
    earlier = select(func.max(OperatorMove.id)).where(OperatorMove.at < period.since_at).group_by(OperatorMove.user_id)
    columns = (OperatorMove.user_id, OperatorMove.at, OperatorMove.new, OperatorMove.campaign_id)
    within = (OperatorMove.at >= period.since_at) & (OperatorMove.at < end)
    return select(*columns).where(within | OperatorMove.id.in_(earlier)).order_by(OperatorMove.user_id, OperatorMove.id)


def _seconds(since: datetime, until: datetime, period: Period, end: datetime) -> float:
    return max(0.0, (min(until, end) - max(since, period.since_at)).total_seconds())
