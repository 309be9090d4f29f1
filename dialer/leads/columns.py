"""The funnel as a board: its columns, with counts, sums and the newest cards of each. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer.leads import qualification, terms
from dialer.leads.points import Standing
from dialer.rules import funnel
from dialer.rules.words import Stage
from dialer.store.contacts import Contact
from dialer.store.leads import FunnelPlace
from dialer.store.people import User
from dialer.store.projects import Campaign, Project

SHOWN = 50


@dataclass(frozen=True, slots=True)
class FunnelCard:
    """One contact on the board."""

    contact_id: int
    name: str
    company: str
    owner: str
    since_at: datetime
    amount: int | None
    reason: str
    standing: Standing


@dataclass(frozen=True, slots=True)
class Column:
    """One stage: how many stand there, what was won in all, and the cards shown."""

    stage: Stage
    count: int
    amount: int
    cards: list[FunnelCard]
    targets: frozenset[Stage]


def columns(s: Session, project: Project, now: datetime, own: set[int] | None = None) -> list[Column]:
    """Every column of the project; ``own`` (contact ids): only these contacts, as a closer sees it."""
    counts = _counts(s, project, own)
    used = funnel.stages(terms.of(project).left_out)
    return [
        Column(
            stage, *counts.get(stage, (0, 0)),
            [] if stage is Stage.NEW else _cards(s, project, stage, now, own),
            funnel.BY_HAND[stage] & set(used),
        )
        for stage in used
    ]  # fmt: skip


def _counts(s: Session, project: Project, own: set[int] | None) -> dict[Stage, tuple[int, int]]:
    query = select(FunnelPlace.stage, func.count(), func.coalesce(func.sum(FunnelPlace.amount), 0))
    query = query.where(FunnelPlace.project_id == project.id).group_by(FunnelPlace.stage)
    if own is not None:
        query = query.where(FunnelPlace.contact_id.in_(own))
    found = {stage: (n, int(amount or 0)) for stage, n, amount in s.execute(query)}
    if own is None:
        campaigns = select(Campaign.id).where(Campaign.project_id == project.id)
        everybody = s.scalar(select(func.count()).select_from(Contact).where(Contact.campaign_id.in_(campaigns))) or 0
        placed = sum(n for stage, (n, _) in found.items() if stage is not Stage.NEW)
        found[Stage.NEW] = (everybody - placed, 0)
    return found


def _cards(s: Session, project: Project, stage: Stage, now: datetime, own: set[int] | None) -> list[FunnelCard]:
    query = (
        select(FunnelPlace, Contact, User.name)
        .join(Contact, Contact.id == FunnelPlace.contact_id)
        .outerjoin(User, User.id == Contact.owner_id)
        .where(FunnelPlace.project_id == project.id, FunnelPlace.stage == stage)
        .order_by(FunnelPlace.since_at.desc(), FunnelPlace.contact_id)
        .limit(SHOWN)
    )
    if own is not None:
        query = query.where(FunnelPlace.contact_id.in_(own))
    rows = s.execute(query).all()
    standings = qualification.of_contacts(s, project, [contact.id for _, contact, _ in rows], now)
    return [
        FunnelCard(c.id, c.name, c.company, owner or "", p.since_at, p.amount, p.reason, standings[c.id])
        for p, c, owner in rows
    ]
