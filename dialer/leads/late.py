"""What is late: the group lead is told first; what lies still with a closer is then taken away and offered anew.

Turned by a timer of the jobs process. May import ``dialer.store``, ``dialer.people`` and this room.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.leads import clocks, terms
from dialer.people import audit
from dialer.rules.words import Duty, HandoffState
from dialer.store import Database
from dialer.store.desk import Handoff, Lead
from dialer.store.leads import HandoffPacket
from dialer.store.outbox import tell
from dialer.store.people import Holding, User
from dialer.store.projects import Campaign, Project

EVERY_S = 15
"""Often enough for a clock of five minutes."""
A_TURN = 200


def look(db: Database, now: datetime) -> int:
    """Escalate and pass on what is late at ``now``; returns how many handoffs it touched."""
    with db.write() as s:
        query = (
            select(HandoffPacket, Handoff)
            .join(Handoff, Handoff.id == HandoffPacket.handoff_id)
            .where(Handoff.state == HandoffState.OFFERED, Handoff.live.is_(False), HandoffPacket.due_at <= now)
            .order_by(HandoffPacket.due_at)
            .limit(A_TURN)
            .with_for_update(skip_locked=True)
        )
        touched = [_late(s, packet, handoff, now) for packet, handoff in s.execute(query).all()]
        return sum(touched)


def _late(s: Session, packet: HandoffPacket, handoff: Handoff, now: datetime) -> bool:
    if packet.escalated_at is None:
        packet.escalated_at = now
        _tell(s, handoff, now)
        return True
    if handoff.closer_id is None:
        return False  # the group lead knows; it stays on top of the board
    project = _project(s, handoff)
    hours = terms.of(project).hours
    if now < clocks.due(packet.temperature, packet.escalated_at, hours, taken=True):
        return False
    audit.write(s, now, None, "lead.assign", f"handoff:{handoff.id}", by="clock", taken_from=handoff.closer_id)
    let_go(s, packet, handoff, project, now)
    return True


def let_go(s: Session, packet: HandoffPacket, handoff: Handoff, project: Project, now: datetime) -> None:
    """Back to the list, for any closer to take; its clock begins anew."""
    _tell(s, handoff, now)
    handoff.closer_id, handoff.answered_at = None, None
    packet.passed_on += 1
    packet.escalated_at = None
    packet.due_at = clocks.due(packet.temperature, now, terms.of(project).hours)
    _tell(s, handoff, now)


def leads_of(s: Session, project_id: int) -> list[int]:
    """The group leads of a project; without any, its managers."""
    for duty in (Duty.GROUP_LEAD, Duty.PROJECT_MANAGER):
        query = select(Holding.user_id).join(User).where(Holding.duty == duty, User.active)
        found = list(s.scalars(query.where((Holding.project_id == project_id) | Holding.project_id.is_(None))))
        if found:
            return found
    return []


def _tell(s: Session, handoff: Handoff, now: datetime) -> None:
    lead = s.get_one(Lead, handoff.lead_id)
    told = [*leads_of(s, _project(s, handoff).id), handoff.closer_id, handoff.operator_id]
    for user_id in {one for one in told if one is not None}:
        tell(s, now, "handoff", f"user:{user_id}", handoff=handoff.id)
    tell(s, now, "handoff", f"campaign:{lead.campaign_id}", handoff=handoff.id)


def _project(s: Session, handoff: Handoff) -> Project:
    campaign = s.get_one(Campaign, s.get_one(Lead, handoff.lead_id).campaign_id)
    return s.get_one(Project, campaign.project_id)
