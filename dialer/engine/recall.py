"""What the database still knows of a campaign's pace: the last hours to learn from, the legal window to count.

Only calls that nobody was reserved for count, and only live answers: a machine that answered is no abandoned person.
What counts as abandoned, of what and over how many days, each rule says itself (``dialer.rules.abandonment``).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, extract, func, literal, or_, select
from sqlalchemy.orm import Session

from dialer.rules.abandonment import Abandonment, LiveCall, Tally, is_abandoned
from dialer.rules.pacing import Learnt, Steering
from dialer.rules.words import Amd, Mode, OperatorState
from dialer.store.calls import Attempt
from dialer.store.desk import OperatorMove

LATELY = timedelta(hours=2)
AUTOMATIC = (Mode.PROGRESSIVE, Mode.PREDICTIVE)
NOT_PEOPLE = (Amd.MACHINE, Amd.FAX)
FACTS = (
    Attempt.sent_at,
    Attempt.answered_at,
    Attempt.heard_at,
    Attempt.connected_at,
    Attempt.ended_at,
    Attempt.amd,
    Attempt.abandoned,
)


def learn_calls(facts: Iterable[Any], learnt: Learnt, steering: Steering, rule: Abandonment) -> None:
    """Learn from calls that were decided: rows of ``FACTS``; ``rule`` says which of them were abandoned."""
    for row in facts:
        over_at = row.answered_at or row.ended_at
        if row.sent_at is None or over_at is None:
            continue
        person = row.answered_at is not None and row.amd not in NOT_PEOPLE
        learnt.call(person, (over_at - row.sent_at).total_seconds())
        if person:
            steering.answer(is_abandoned(rule, live_call(row)))


def live_call(row: Any) -> LiveCall:
    """A row of ``FACTS`` that was answered, as the rules of abandonment see it."""
    return LiveCall(row.answered_at, row.heard_at, row.connected_at, row.ended_at, row.abandoned, row.amd in NOT_PEOPLE)


def lately(s: Session, campaign_id: int, now: datetime, learnt: Learnt, steering: Steering, rule: Abandonment) -> None:
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
        learn_calls([row], learnt, steering, rule)
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


def window(s: Session, campaign_id: int, now: datetime, rule: Abandonment) -> Tally:
    """Count the calls of a rule's window by its own definition: the same as ``abandonment.tally``, in the database."""
    start = (
        func.coalesce(Attempt.heard_at, Attempt.answered_at) if rule.start == "greeting_end" else Attempt.answered_at
    )
    came, went = (_seconds(s, start, end) > rule.within_s for end in (Attempt.connected_at, Attempt.ended_at))
    lost = case(
        (Attempt.abandoned, 1),
        (Attempt.connected_at.is_not(None), case((came, 1), else_=0)),
        (and_(Attempt.ended_at.is_not(None), went), 1),
        else_=0,
    )
    of = case((or_(Attempt.connected_at.is_not(None), lost == 1), 1), else_=0) if rule.of == "served" else literal(1)
    query = select(func.coalesce(func.sum(of), 0), func.coalesce(func.sum(lost), 0)).where(
        Attempt.campaign_id == campaign_id,
        Attempt.placed_at >= now - rule.window,
        Attempt.mode.in_(AUTOMATIC),
        Attempt.inbound.is_(False),
        Attempt.answered_at.is_not(None),
        Attempt.amd.is_(None) | Attempt.amd.not_in(NOT_PEOPLE),
    )
    base, abandoned = s.execute(query).one()
    return Tally(int(base), int(abandoned))


def _seconds(s: Session, begin: Any, end: Any) -> ColumnElement[Any]:
    if s.get_bind().dialect.name == "sqlite":
        return func.round((func.julianday(end) - func.julianday(begin)) * 86400, 3)
    return extract("epoch", end - begin)
