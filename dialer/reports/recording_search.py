"""Recordings by campaign, operator, day and outcome, newest first, of the projects or the people one may hear."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from dialer.people.rights import Scope
from dialer.store.calls import Attempt, Recording
from dialer.store.contacts import Contact
from dialer.store.people import User
from dialer.store.projects import Campaign

PAGE = 50


@dataclass(frozen=True)
class Wanted:
    """The filter of the page; empty means whatever. ``since_at`` inclusive, ``until_at`` exclusive."""

    campaign_id: int | None = None
    operator_id: int | None = None
    since_at: datetime | None = None
    until_at: datetime | None = None
    disposition: str = ""


@dataclass(frozen=True)
class Found:
    """One line of the list."""

    recording: Recording
    attempt: Attempt
    contact: Contact
    campaign: str
    operator: str


def search(s: Session, scope: Scope, wanted: Wanted, page: int = 1) -> tuple[list[Found], bool]:
    """One page, and whether there is another."""
    query: Any = (
        select(Recording, Attempt, Contact, Campaign.name, User.name)
        .join(Attempt, Attempt.id == Recording.attempt_id)
        .join(Contact, Contact.id == Attempt.contact_id)
        .join(Campaign, Campaign.id == Attempt.campaign_id)
        .outerjoin(User, User.id == Attempt.operator_id)
        .order_by(Attempt.placed_at.desc(), Attempt.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE + 1)
    )
    rows = s.execute(_filtered(_scoped(query, scope), wanted)).all()
    found = [Found(r, a, c, campaign, operator or "") for r, a, c, campaign, operator in rows]
    return found[:PAGE], len(found) > PAGE


def _scoped(query: Any, scope: Scope) -> Any:
    if scope.projects is None:
        return query
    allowed: list[Any] = [Campaign.project_id.in_(scope.projects)]
    for project_id, people in scope.groups:
        theirs = or_(Attempt.operator_id.in_(people), Attempt.closer_id.in_(people))
        allowed.append(theirs if project_id is None else and_(theirs, Campaign.project_id == project_id))
    return query.where(or_(*allowed))


def _filtered(query: Any, wanted: Wanted) -> Any:
    conditions = []
    if wanted.campaign_id:
        conditions.append(Attempt.campaign_id == wanted.campaign_id)
    if wanted.operator_id:
        conditions.append(Attempt.operator_id == wanted.operator_id)
    if wanted.since_at:
        conditions.append(Attempt.placed_at >= wanted.since_at)
    if wanted.until_at:
        conditions.append(Attempt.placed_at < wanted.until_at)
    if wanted.disposition:
        conditions.append(Attempt.disposition == wanted.disposition)
    return query.where(and_(True, *conditions))
