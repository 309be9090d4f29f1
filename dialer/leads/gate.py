"""The gate between the lines: no transfer below the project's terms, unless a group lead lets this lead through.

A letting through has a reason and is audited. May import ``dialer.store``, ``dialer.people`` and this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.leads import qualification
from dialer.leads.points import Standing
from dialer.people import audit
from dialer.people.reaching import within
from dialer.people.rights import Scope
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.leads import GateAsk
from dialer.store.outbox import tell
from dialer.store.people import User
from dialer.store.projects import Campaign


@dataclass(frozen=True, slots=True)
class Gate:
    """How a call stands at the gate. ``asked``: a group lead was asked; ``let``: their word, None until it is given."""

    standing: Standing
    asked: bool
    let: bool | None

    @property
    def open(self) -> bool:
        """Whether the lead may go over."""
        return not self.standing.gated or self.standing.met or bool(self.let)


@dataclass(frozen=True, slots=True)
class Asking:
    """One lead that waits at the gate, for the group lead."""

    attempt_id: str
    contact_id: int
    name: str
    company: str
    operator: str
    lacks: str
    asked_at: datetime


def look(s: Session, attempt: Attempt, now: datetime) -> Gate:
    """How this call stands now."""
    row = s.get(GateAsk, attempt.id)
    return Gate(qualification.of_attempt(s, attempt, now), row is not None, row.let if row else None)


def check(s: Session, attempt: Attempt, now: datetime) -> Standing:
    """The standing of a lead that may go over. Raises Refusal ``below_gate`` (detail ``lacks``)."""
    gate = look(s, attempt, now)
    if not gate.open:
        raise Refusal("below_gate", lacks=gate.standing.lacks)
    return gate.standing


def ask(s: Session, attempt: Attempt, by: int, now: datetime, hot: bool = False) -> GateAsk:
    """Ask the group lead to let this lead through; asking twice is asking once."""
    row = s.get(GateAsk, attempt.id)
    if row is None:
        row = GateAsk(attempt_id=attempt.id, campaign_id=attempt.campaign_id, asked_by=by, asked_at=now)
        s.add(row)
    row.hot = row.hot or hot
    row.lacks = qualification.of_attempt(s, attempt, now).lacks
    s.flush()
    tell(s, now, "handoff", f"campaign:{attempt.campaign_id}", attempt=attempt.id)
    return row


def decide(s: Session, attempt_id: str, let: bool, reason: str, by: int, now: datetime) -> GateAsk:
    """The group lead lets a lead through, or not; before it is asked too. Raises Refusal: ``reason_needed``,
    ``already_decided``."""
    reason = reason.strip()[:300]
    if not reason:
        raise Refusal("reason_needed")
    attempt = s.get_one(Attempt, attempt_id)
    row = s.get(GateAsk, attempt_id, with_for_update=True) or ask(s, attempt, by, now)
    if row.let is not None:
        raise Refusal("already_decided")
    row.let, row.reason, row.decided_by, row.decided_at = let, reason, by, now
    # The reason is a person's words about a person: it stays in the row, the log says that there was one.
    audit.write(s, now, by, "lead.let_through", f"attempt:{attempt_id}", let=let, lacks=row.lacks)
    tell(s, now, "handoff", f"user:{attempt.operator_id}", attempt=attempt_id)
    tell(s, now, "handoff", f"campaign:{attempt.campaign_id}", attempt=attempt_id)
    return row


def waiting(
    s: Session, campaigns: Select[int] | list[int], limit: int = 100, scope: Scope | None = None
) -> list[Asking]:  # fmt: skip
    """Leads that wait at the gate in these campaigns, oldest first; ``scope``: only of those people."""
    rows = s.execute(
        select(GateAsk, Contact.id, Contact.name, Contact.company, User.name)
        .join(Attempt, Attempt.id == GateAsk.attempt_id)
        .join(Contact, Contact.id == Attempt.contact_id)
        .outerjoin(User, User.id == GateAsk.asked_by)
        .join(Campaign, Campaign.id == GateAsk.campaign_id)
        .where(
            GateAsk.let.is_(None),
            GateAsk.campaign_id.in_(campaigns),
            within(scope, Campaign.project_id, Attempt.operator_id),
        )
        .order_by(GateAsk.asked_at)
        .limit(limit)
    )
    return [Asking(a.attempt_id, c, name, firm, who or "", a.lacks, a.asked_at) for a, c, name, firm, who in rows]
