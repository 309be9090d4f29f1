"""What the client sees: the leads agreed on, the recordings shared with them, and their word against one.

May import ``dialer.store``, ``dialer.people`` and this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from dialer.desk.appointments import results
from dialer.errors import Refusal
from dialer.leads import funnel
from dialer.people import audit
from dialer.rules.words import HandoffState, Stage
from dialer.store.contacts import Contact
from dialer.store.desk import Handoff, Lead
from dialer.store.leads import FunnelPlace, HandoffPacket, LeadDispute, RecordingShare
from dialer.store.projects import Project

AGREED = (Stage.HANDED_OFF, Stage.APPOINTMENT, Stage.PROPOSAL, Stage.WON)
SHARED_FOR = timedelta(days=30)
SHOWN = 500


@dataclass(frozen=True, slots=True)
class AgreedLead:
    """One lead that a closer accepted. ``shared``: its recording may be heard now."""

    contact_id: int
    attempt_id: str
    project: str
    name: str
    company: str
    temperature: str
    bant: dict[str, int | None]
    stage: Stage
    accepted_at: datetime | None
    shared: bool
    dispute: LeadDispute | None


def agreed(s: Session, projects: set[int] | None, now: datetime, contact_id: int | None = None) -> list[AgreedLead]:
    """The leads of these projects (None: all) that were accepted and not lost since, newest first."""
    query = (
        select(Handoff, HandoffPacket, Contact, FunnelPlace, Project.name)
        .join(HandoffPacket, HandoffPacket.handoff_id == Handoff.id)
        .join(Lead, Lead.id == Handoff.lead_id)
        .join(Contact, Contact.id == Lead.contact_id)
        .join(FunnelPlace, FunnelPlace.contact_id == Contact.id)
        .join(Project, Project.id == FunnelPlace.project_id)
        .where(Handoff.state == HandoffState.ACCEPTED, FunnelPlace.stage.in_(AGREED))
        .order_by(Handoff.settled_at.desc())
        .limit(SHOWN)
    )
    if projects is not None:
        query = query.where(FunnelPlace.project_id.in_(projects))
    if contact_id is not None:
        query = query.where(Contact.id == contact_id)
    rows = s.execute(query).all()
    disputes = _newest(s, [contact.id for _, _, contact, _, _ in rows])
    shared = set(s.scalars(select(RecordingShare.attempt_id).where(RecordingShare.until_at > now)))
    return [
        AgreedLead(
            contact.id, h.attempt_id, project, contact.name, contact.company, p.temperature, p.contents["bant"],
            place.stage, h.settled_at, h.attempt_id in shared, disputes.get(contact.id),
        )
        for h, p, contact, place, project in rows
    ]  # fmt: skip


def _newest(s: Session, contacts: list[int]) -> dict[int, LeadDispute]:
    rows = s.scalars(select(LeadDispute).where(LeadDispute.contact_id.in_(contacts)).order_by(LeadDispute.id))
    return {row.contact_id: row for row in rows}


def share(s: Session, attempt_id: str, by: int, now: datetime) -> RecordingShare:
    """Let the client hear this recording for 30 days."""
    row = s.get(RecordingShare, attempt_id)
    if row is None:
        row = RecordingShare(attempt_id=attempt_id)
        s.add(row)
    row.shared_by, row.shared_at, row.until_at = by, now, now + SHARED_FOR
    audit.write(s, now, by, "lead.share", f"recording:{attempt_id}")
    return row


def is_shared(s: Session, attempt_id: str, now: datetime) -> bool:
    """Whether the client may hear it now."""
    row = s.get(RecordingShare, attempt_id)
    return row is not None and row.until_at > now


def dispute(s: Session, contact_id: int, reason: str, by: int, now: datetime) -> LeadDispute:
    """The client says that this is no lead. Raises Refusal: ``reason_needed``, ``not_agreed``, ``already_disputed``."""
    reason = reason.strip()[:300]
    if not reason:
        raise Refusal("reason_needed")
    if not agreed(s, None, now, contact_id):
        raise Refusal("not_agreed")
    if s.scalar(select(LeadDispute.id).where(LeadDispute.contact_id == contact_id, _open())) is not None:
        raise Refusal("already_disputed")
    row = LeadDispute(contact_id=contact_id, raised_by=by, raised_at=now, reason=reason)
    s.add(row)
    s.flush()
    results.disputed(s, contact_id, by, now, reason)
    audit.write(s, now, by, "lead.dispute", f"contact:{contact_id}")
    return row


def settle(s: Session, contact_id: int, upheld: bool, answer: str, by: int, now: datetime) -> LeadDispute:
    """The manager answers; an upheld dispute takes the lead out of what is agreed.

    Raises Refusal: ``reason_needed``, ``no_dispute``.
    """
    answer = answer.strip()[:300]
    if not answer:
        raise Refusal("reason_needed")
    row = s.scalars(select(LeadDispute).where(LeadDispute.contact_id == contact_id, _open())).first()
    if row is None:
        raise Refusal("no_dispute")
    row.upheld, row.answer, row.settled_by, row.settled_at = upheld, answer, by, now
    audit.write(s, now, by, "lead.settle", f"contact:{contact_id}", upheld=upheld)
    if not upheld:
        results.stands(s, contact_id, by, now)
    else:
        funnel.by_hand(s, contact_id, Stage.LOST, by, now, reason=answer)
    return row


def _open() -> ColumnElement[bool]:
    return LeadDispute.upheld.is_(None)
