"""Conversion by stage: of the contacts somebody talked to in a period, how many came how far in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer.reports.period import Period
from dialer.rules.words import Stage
from dialer.store.contacts import Contact
from dialer.store.leads import FunnelMove

FORWARD = (
    Stage.CONTACTED, Stage.QUALIFIED, Stage.HANDED_OFF, Stage.APPOINTMENT, Stage.PROPOSAL, Stage.WON,
)  # fmt: skip
ASIDE = (Stage.LOST, Stage.LATER_POOL)


@dataclass(frozen=True)
class StageFigure:
    """One stage. ``reached``: contacts that came so far or farther; ``step_rate`` 0..1 of the stage before (None
    for the first, and where nobody was there)."""

    stage: Stage
    reached: int
    step_rate: float | None


@dataclass(frozen=True)
class Conversion:
    """``amount`` is the sum of what was won, in whole units of the project's money."""

    stages: tuple[StageFigure, ...]
    aside: dict[Stage, int]
    amount: int

    def reached(self, stage: Stage) -> int:
        """How many contacts came to ``stage`` or farther."""
        return next((one.reached for one in self.stages if one.stage is stage), 0)


def conversion(
    s: Session, campaigns: Collection[int], period: Period, left_out: Collection[Stage] = (),
    people: Collection[int] | None = None,
) -> Conversion:  # fmt: skip
    """Moves of the period, each contact once, by the farthest stage it came to; a stage that was skipped counts as
    reached. ``left_out`` are the project's unused stages; ``people`` limits it to contacts of those operators."""
    query = (
        select(FunnelMove.contact_id, FunnelMove.new, FunnelMove.amount)
        .join(Contact, Contact.id == FunnelMove.contact_id)
        .where(Contact.campaign_id.in_(campaigns), FunnelMove.at >= period.since_at, FunnelMove.at < period.until_at)
        .order_by(FunnelMove.id)
    )
    if people is not None:
        query = query.where(Contact.owner_id.in_(people))
    farthest: dict[int, int] = {}
    last: dict[int, Stage] = {}
    amounts: dict[int, int] = {}
    for contact_id, stage, amount in s.execute(query):
        last[contact_id] = stage
        if stage in FORWARD:
            farthest[contact_id] = max(farthest.get(contact_id, 0), FORWARD.index(stage) + 1)
        if stage is Stage.WON:
            amounts[contact_id] = amount or 0
    aside = {stage: sum(one is stage for one in last.values()) for stage in ASIDE}
    won = sum(n for contact_id, n in amounts.items() if last[contact_id] is Stage.WON)
    return Conversion(_steps(farthest.values(), left_out), aside, won)


def _steps(farthest: Collection[int], left_out: Collection[Stage]) -> tuple[StageFigure, ...]:
    found: list[StageFigure] = []
    for rank, stage in enumerate(FORWARD, 1):
        if stage not in left_out:
            reached = sum(one >= rank for one in farthest)
            before = found[-1].reached if found else 0
            found.append(StageFigure(stage, reached, reached / before if before else None))
    return tuple(found)


def entered(s: Session, campaigns: Collection[int], period: Period, stage: Stage) -> int:
    """How many contacts moved into ``stage`` itself in the period."""
    query = (
        select(func.count(FunnelMove.contact_id.distinct()))
        .join(Contact, Contact.id == FunnelMove.contact_id)
        .where(
            Contact.campaign_id.in_(campaigns), FunnelMove.new == stage,
            FunnelMove.at >= period.since_at, FunnelMove.at < period.until_at,
        )
    )  # fmt: skip
    return s.scalar(query) or 0
