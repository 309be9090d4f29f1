"""What the database still knows of a campaign's pace: the last hours to learn from, the legal window to count.

Only calls that nobody was reserved for count, and only live answers: a machine that answered is no abandoned person
(US 47 CFR 64.1200(a)(7): of calls answered live, over 30 days).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from dialer.rules.pacing import Learnt, Steering
from dialer.rules.words import Amd, Mode, OperatorState
from dialer.store.calls import Attempt
from dialer.store.desk import OperatorMove

LATELY = timedelta(hours=2)
WINDOW = timedelta(days=30)
AUTOMATIC = (Mode.PROGRESSIVE, Mode.PREDICTIVE)
NOT_PEOPLE = (Amd.MACHINE, Amd.FAX)
FACTS = (
    Attempt.sent_at,
    Attempt.answered_at,
    Attempt.connected_at,
    Attempt.ended_at,
    Attempt.amd,
    Attempt.abandoned,
)


def learn_calls(facts: Iterable[Any], learnt: Learnt, steering: Steering) -> None:
    """Learn from calls that were decided: rows of ``FACTS``."""
    for row in facts:
        over_at = row.answered_at or row.ended_at
        if row.sent_at is None or over_at is None:
            continue
        person = row.answered_at is not None and row.amd not in NOT_PEOPLE
        learnt.call(person, (over_at - row.sent_at).total_seconds())
        if person:
            steering.answer(row.abandoned)


def lately(s: Session, campaign_id: int, now: datetime, learnt: Learnt, steering: Steering) -> None:
    """Learn from the last hours as if they had been watched."""
    begin = now - LATELY
    query = (
        select(*FACTS)
        .where(
            Attempt.campaign_id == campaign_id,
            Attempt.placed_at >= begin,
            Attempt.mode.in_(AUTOMATIC),
            Attempt.inbound.is_(False),
            Attempt.ended_at.is_not(None),
        )
        .order_by(Attempt.ended_at)
    )
    for row in s.execute(query).all():
        learnt.pass_time(row.ended_at.timestamp())
        learn_calls([row], learnt, steering)
    _work(s, campaign_id, begin, learnt)
    learnt.pass_time(now.timestamp())


def _work(s: Session, campaign_id: int, begin: datetime, learnt: Learnt) -> None:
    """Talks and wrap-ups of the last hours, from the operators' journal."""
    users = select(OperatorMove.user_id).where(OperatorMove.campaign_id == campaign_id).distinct()
    query = (
        select(OperatorMove.user_id, OperatorMove.at, OperatorMove.old, OperatorMove.new)
        .where(OperatorMove.user_id.in_(users), OperatorMove.at >= begin, OperatorMove.old != OperatorMove.new)
        .order_by(OperatorMove.id)
    )
    since: dict[int, datetime] = {}
    for user_id, at, old, new in s.execute(query).all():
        if user_id in since and old is OperatorState.TALKING and new is OperatorState.WRAP_UP:
            learnt.talk((at - since[user_id]).total_seconds())
        elif user_id in since and old is OperatorState.WRAP_UP and new is OperatorState.READY:
            learnt.wrap((at - since[user_id]).total_seconds())
        since[user_id] = at


def window(s: Session, campaign_id: int, now: datetime) -> tuple[int, int]:
    """Live answers in the legal window, and how many of them were abandoned."""
    query = select(func.count(), func.coalesce(func.sum(case((Attempt.abandoned, 1), else_=0)), 0)).where(
        Attempt.campaign_id == campaign_id,
        Attempt.placed_at >= now - WINDOW,
        Attempt.mode.in_(AUTOMATIC),
        Attempt.inbound.is_(False),
        Attempt.answered_at.is_not(None),
        Attempt.amd.is_(None) | Attempt.amd.not_in(NOT_PEOPLE),
    )
    answered, abandoned = s.execute(query).one()
    return int(answered), int(abandoned)
