"""What each person did in a period, and what they do now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from dialer.reports.period import Period
from dialer.reports.status import BUSIEST_FIRST
from dialer.reports.time_spent import AT_WORK, Seconds, time_spent
from dialer.rules.words import HandoffState, OperatorState
from dialer.store.calls import Attempt
from dialer.store.desk import Handoff, Lead, OperatorSession
from dialer.store.people import User
from dialer.store.projects import CampaignMember


@dataclass(frozen=True)
class PersonFigures:
    """One person. ``seconds`` per state; ``worked`` calls whose outcome they saved; ``talks`` they had;
    ``handed`` leads they gave (operators) or got (closers), of which so many were accepted or sent back."""

    user_id: int
    name: str
    line: int
    state: OperatorState
    since_at: datetime | None
    reason: str
    seconds: Seconds
    worked: int
    talks: int
    leads: int
    handed: int
    accepted: int
    rejected: int

    @property
    def work_s(self) -> float:
        """Seconds at work: without pauses."""
        return sum(self.seconds.get(state, 0.0) for state in AT_WORK)

    @property
    def pause_s(self) -> float:
        """Seconds on pauses."""
        return self.seconds.get(OperatorState.PAUSED, 0.0)

    @property
    def talk_s(self) -> float:
        """Seconds in talks."""
        return self.seconds.get(OperatorState.TALKING, 0.0)

    @property
    def talk_rate(self) -> float | None:
        """Talking, 0..1 of the time at work."""
        return self.talk_s / self.work_s if self.work_s else None

    @property
    def worked_per_hour(self) -> float | None:
        """Contacts worked per hour at work."""
        return self.worked / (self.work_s / 3600) if self.work_s else None

    @property
    def accept_rate(self) -> float | None:
        """Accepted, 0..1 of those judged."""
        judged = self.accepted + self.rejected
        return self.accepted / judged if judged else None


def people_figures(
    s: Session, campaigns: Collection[int], period: Period, now: datetime, people: Collection[int] | None = None
) -> list[PersonFigures]:
    """Members of these campaigns, and whoever worked in them in the period; those who work now come first."""
    spent = time_spent(s, campaigns, period, now)
    calls, leads, handoffs = _calls(s, campaigns, period), _leads(s, campaigns, period), _handoffs(s, campaigns, period)
    lines = _lines(s, campaigns)
    wanted = {*lines, *spent, *calls} if people is None else {*people} & {*lines, *spent, *calls}
    rows = s.execute(
        select(User.id, User.name, User.active, OperatorSession)
        .outerjoin(OperatorSession, OperatorSession.user_id == User.id)
        .where(User.id.in_(wanted))
    )
    found = []
    for user_id, name, active, session in rows:
        here = session is not None and session.campaign_id in campaigns
        if not active and user_id not in spent and user_id not in calls:
            continue
        worked, talks = calls.get(user_id, (0, 0))
        offered, accepted, rejected = handoffs.get(user_id, (0, 0, 0))
        found.append(
            PersonFigures(
                user_id=user_id, name=name, line=lines.get(user_id, 1),
                state=session.state if here else OperatorState.OFFLINE, since_at=session.since_at if here else None,
                reason=session.reason if here else "", seconds=spent.get(user_id, {}), worked=worked, talks=talks,
                leads=leads.get(user_id, 0), handed=offered, accepted=accepted, rejected=rejected,
            )
        )  # fmt: skip
    return sorted(found, key=lambda one: (one.line, BUSIEST_FIRST.index(one.state), one.name))


def _lines(s: Session, campaigns: Collection[int]) -> dict[int, int]:
    query = select(CampaignMember.user_id, func.max(CampaignMember.line)).where(
        CampaignMember.campaign_id.in_(campaigns)
    )
    return {user_id: line for user_id, line in s.execute(query.group_by(CampaignMember.user_id))}


def _calls(s: Session, campaigns: Collection[int], period: Period) -> dict[int, tuple[int, int]]:
    """``{user_id: (outcomes saved, talks had)}``; a closer's talks are those they joined."""
    within = (
        Attempt.campaign_id.in_(campaigns), Attempt.placed_at >= period.since_at, Attempt.placed_at < period.until_at
    )  # fmt: skip
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    columns: tuple[tuple[int, Any, Any], ...] = (
        (0, Attempt.disposed_by, Attempt.disposed_by.is_not(None)),
        (1, Attempt.operator_id, Attempt.connected_at.is_not(None)),
        (1, Attempt.closer_id, Attempt.connected_at.is_not(None)),
    )
    for which, person, condition in columns:
        query = select(person, func.count()).where(*within, condition, person.is_not(None)).group_by(person)
        for user_id, n in s.execute(query):
            found[user_id][which] += n
    return {user_id: (worked, talks) for user_id, (worked, talks) in found.items()}


def _leads(s: Session, campaigns: Collection[int], period: Period) -> dict[int, int]:
    query = (
        select(Lead.operator_id, func.count())
        .where(Lead.campaign_id.in_(campaigns), Lead.created_at >= period.since_at, Lead.created_at < period.until_at)
        .group_by(Lead.operator_id)
    )
    return {user_id: n for user_id, n in s.execute(query) if user_id is not None}


def _handoffs(s: Session, campaigns: Collection[int], period: Period) -> dict[int, tuple[int, int, int]]:
    """``{user_id: (leads, accepted, sent back)}``, for operators and for closers."""
    found: dict[int, tuple[int, int, int]] = {}
    for person in (Handoff.operator_id, Handoff.closer_id):
        query = (
            select(
                person, func.count(Handoff.lead_id.distinct()),
                *(func.sum(case((Handoff.state == state, 1), else_=0))
                  for state in (HandoffState.ACCEPTED, HandoffState.REJECTED)),
            )
            .join(Lead, Lead.id == Handoff.lead_id)
            .where(
                Lead.campaign_id.in_(campaigns), Handoff.offered_at >= period.since_at,
                Handoff.offered_at < period.until_at, person.is_not(None),
            )
            .group_by(person)
        )  # fmt: skip
        for user_id, offered, accepted, rejected in s.execute(query):
            before = found.get(user_id, (0, 0, 0))
            found[user_id] = (before[0] + offered, before[1] + accepted, before[2] + rejected)
    return found
