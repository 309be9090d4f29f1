"""The closers' board: what waits, by when, and whose it is; and handing one to a certain closer.

May import ``dialer.store``, ``dialer.people`` and this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from dialer.errors import Refusal
from dialer.leads import clocks, late, terms
from dialer.people import audit
from dialer.people.reaching import within
from dialer.people.rights import Scope
from dialer.rules.words import HandoffState
from dialer.store.desk import Handoff, Lead
from dialer.store.leads import HandoffPacket
from dialer.store.outbox import tell
from dialer.store.people import User
from dialer.store.projects import Campaign, CampaignMember, Project

CLOSER_LINE = 2
SHOWN = 100
SENT_BACK_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Card:
    """One handed lead. ``packet``: see :mod:`dialer.leads.packet`; ``late`` if its clock has run out."""

    handoff_id: int
    contact_id: int
    attempt_id: str
    campaign_id: int
    state: HandoffState
    temperature: str
    offered_at: datetime
    due_at: datetime | None
    late: bool
    escalated: bool
    passed_on: int
    operator: str
    closer_id: int | None
    closer: str
    reason_code: str
    reason: str
    settled_at: datetime | None
    packet: dict[str, Any]


def campaigns_of(user_id: int) -> Select[int]:
    """The campaigns whose second line this person is."""
    return select(CampaignMember.campaign_id).where(
        CampaignMember.user_id == user_id, CampaignMember.line == CLOSER_LINE
    )


def waiting(
    s: Session, campaigns: Select[int] | list[int], now: datetime, closer_id: int | None = None,
    scope: Scope | None = None,
) -> list[Card]:  # fmt: skip
    """Leads of the list not yet judged, the soonest due first. ``closer_id``: only nobody's and this closer's;
    ``scope``: only what it reaches by the operator or the closer."""
    query = _cards(scope).where(
        Handoff.state == HandoffState.OFFERED, Handoff.live.is_(False), Lead.campaign_id.in_(campaigns)
    )
    if closer_id is not None:
        query = query.where((Handoff.closer_id == closer_id) | Handoff.closer_id.is_(None))
    return _read(s, query.order_by(HandoffPacket.due_at, Handoff.id), now)


def judged(
    s: Session, campaigns: Select[int] | list[int], now: datetime, closer_id: int | None = None,
    scope: Scope | None = None,
) -> list[Card]:  # fmt: skip
    """Leads accepted or sent back in the last week, newest first; only this closer's, only within a scope."""
    query = _cards(scope).where(
        Handoff.state.in_((HandoffState.ACCEPTED, HandoffState.REJECTED)),
        Handoff.settled_at > now - SENT_BACK_FOR,
        Lead.campaign_id.in_(campaigns),
    )
    if closer_id is not None:
        query = query.where(Handoff.closer_id == closer_id)
    return _read(s, query.order_by(Handoff.settled_at.desc(), Handoff.id.desc()), now)


def closers(s: Session, campaign_ids: set[int]) -> dict[int, list[tuple[int, str]]]:
    """campaign id -> (id, name) of its closers, for handing a lead to a certain one."""
    rows = s.execute(
        select(CampaignMember.campaign_id, User.id, User.name)
        .join(User, User.id == CampaignMember.user_id)
        .where(CampaignMember.campaign_id.in_(campaign_ids), CampaignMember.line == CLOSER_LINE, User.active)
        .order_by(User.name)
    )
    found: dict[int, list[tuple[int, str]]] = {}
    for campaign_id, user_id, name in rows:
        found.setdefault(campaign_id, []).append((user_id, name))
    return found


def assign(s: Session, handoff_id: int, closer_id: int | None, by: int, now: datetime) -> None:
    """The group lead gives a waiting lead to a closer, or (None) back to the list; its clock begins anew.

    Raises Refusal: ``handoff_gone``, ``not_a_closer``.
    """
    handoff = s.get(Handoff, handoff_id, with_for_update=True)
    packet = s.get(HandoffPacket, handoff_id)
    if handoff is None or packet is None or handoff.live or handoff.state is not HandoffState.OFFERED:
        raise Refusal("handoff_gone")
    campaign = s.get_one(Campaign, s.get_one(Lead, handoff.lead_id).campaign_id)
    member = s.get(CampaignMember, (campaign.id, closer_id)) if closer_id else None
    if closer_id and (member is None or member.line != CLOSER_LINE):
        raise Refusal("not_a_closer")
    audit.write(s, now, by, "lead.assign", f"handoff:{handoff_id}", taken_from=handoff.closer_id, given_to=closer_id)
    project = s.get_one(Project, campaign.project_id)
    late.let_go(s, packet, handoff, project, now)
    handoff.closer_id = closer_id
    if closer_id is not None:
        handoff.answered_at = now
        packet.due_at = clocks.due(packet.temperature, now, terms.of(project).hours, taken=True)
        tell(s, now, "handoff", f"user:{closer_id}", handoff=handoff_id)


def _cards(scope: Scope | None) -> Any:
    operator, closer = aliased(User), aliased(User)
    return (
        select(Handoff, HandoffPacket, Lead, operator.name, closer.name)
        .join(HandoffPacket, HandoffPacket.handoff_id == Handoff.id)
        .join(Lead, Lead.id == Handoff.lead_id)
        .outerjoin(operator, operator.id == Handoff.operator_id)
        .outerjoin(closer, closer.id == Handoff.closer_id)
        .join(Campaign, Campaign.id == Lead.campaign_id)
        .where(within(scope, Campaign.project_id, Handoff.operator_id, Handoff.closer_id))
    )


def _read(s: Session, query: Select[Any], now: datetime) -> list[Card]:
    return [
        Card(
            handoff_id=h.id, contact_id=lead.contact_id, attempt_id=h.attempt_id, campaign_id=lead.campaign_id,
            state=h.state, temperature=p.temperature, offered_at=h.offered_at, due_at=p.due_at,
            late=p.due_at is not None and p.due_at <= now, escalated=p.escalated_at is not None,
            passed_on=p.passed_on, operator=operator or "", closer_id=h.closer_id, closer=closer or "",
            reason_code=p.reason_code, reason=h.reason, settled_at=h.settled_at, packet=p.contents,
        )
        for h, p, lead, operator, closer in s.execute(query.limit(SHOWN))
    ]  # fmt: skip
