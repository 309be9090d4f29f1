"""Closing: the closer's side of a handoff. Decline, accept or reject a lead; the list of leads that wait.

Room: desk, step 10 of the way of a call. A lead that was taken must be judged in time (``dialer.leads.clocks``); one
that is sent back says why in one of the fixed words, and in words of the closer's own. May import ``dialer.store``,
``dialer.rules.words``, ``dialer.leads`` and this room.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from dialer.desk import drafts, handoffs, notes, session
from dialer.desk.session import CLOSER_LINE
from dialer.errors import Refusal
from dialer.leads import funnel, packet
from dialer.leads.figures import REASONS
from dialer.rules.words import HandoffState, OperatorState, Stage
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.desk import Handoff, Lead
from dialer.store.leads import HandoffPacket
from dialer.store.outbox import ask_engine, tell
from dialer.store.people import User
from dialer.store.projects import CampaignMember

MAX_REASON = 300


@dataclass(frozen=True, slots=True)
class WaitingLead:
    """One lead of the closers' list. ``mine``: this closer has taken it and not yet said what became of it."""

    handoff_id: int
    lead_id: int
    contact_id: int
    attempt_id: str
    name: str
    company: str
    operator: str
    temperature: str
    bant: str
    offered_at: datetime
    mine: bool


def decline(s: Session, handoff_id: int, closer_id: int, now: datetime) -> None:
    """The closer will not answer this one. Raises Refusal ``handoff_gone``."""
    handoff = _offered_to(s, handoff_id, closer_id)
    if handoff.state is not HandoffState.RINGING:
        raise Refusal("handoff_gone")
    ask_engine(s, now, "handoff.cancel", closer_id, handoff=handoff_id, reason="declined")


def accept(s: Session, handoff_id: int, closer_id: int, now: datetime) -> Handoff:
    """The lead is good. Raises Refusal ``handoff_gone``."""
    handoff = _settle(s, handoff_id, closer_id, HandoffState.ACCEPTED, "", now)
    contact_id = s.get_one(Lead, handoff.lead_id).contact_id
    funnel.advance(s, contact_id, Stage.HANDED_OFF, "accepted", now, closer_id)
    return handoff


def reject(
    s: Session, handoff_id: int, closer_id: int, reason: str, now: datetime, code: str = "other"
) -> Handoff:  # fmt: skip
    """The lead is not good; ``reason`` goes back to operator and group lead, ``code`` to the figures of the script.

    ``code`` is one of ``dialer.leads.figures.REASONS``; only ``other`` cannot do without words.
    Raises Refusal: ``reason_needed``, ``handoff_gone``.
    """
    reason = reason.strip()
    if code not in REASONS or (not reason and code == "other"):
        raise Refusal("reason_needed")
    handoff = _settle(s, handoff_id, closer_id, HandoffState.REJECTED, reason[:MAX_REASON], now, code)
    funnel.sent_back(s, s.get_one(Lead, handoff.lead_id).contact_id, code, now, closer_id)
    return handoff


def done(s: Session, closer_id: int, now: datetime) -> None:
    """The closer is through with the call and free for the next. Raises Refusal: ``not_now``, ``judge_first``."""
    row = session.get(s, closer_id, now)
    if row.state is not OperatorState.WRAP_UP:
        raise Refusal("not_now")
    open_one = unsettled_for(s, closer_id)
    if open_one is not None and open_one.attempt_id == row.attempt_id:
        raise Refusal("judge_first")
    _keep_note(s, row.attempt_id, closer_id, now)
    session.free(s, row, now)


def take(s: Session, handoff_id: int, closer_id: int, now: datetime) -> Handoff:
    """Take a lead from the list: from now on it is this closer's. Raises Refusal ``handoff_gone``."""
    handoff = s.get(Handoff, handoff_id)
    if handoff is None or handoff.live or not _works_for(s, closer_id, handoff):
        raise Refusal("handoff_gone")
    if handoff.closer_id not in (None, closer_id):
        raise Refusal("handoff_gone")
    state = (HandoffState.OFFERED,)
    free = or_(Handoff.closer_id.is_(None), Handoff.closer_id == closer_id)
    handoffs.move(s, handoff, state, HandoffState.OFFERED, now, only_if=free, closer_id=closer_id, answered_at=now)
    if (kept := s.get(HandoffPacket, handoff.id)) is not None:
        packet.pack(s, handoff, kept.temperature, now)
        kept.escalated_at = None
    _tell_list(s, handoff, now)
    return handoff


def ringing_for(s: Session, closer_id: int) -> Handoff | None:
    """The live handoff that rings this closer or that they are in."""
    which = (Handoff.closer_id == closer_id) & Handoff.live.is_(True) & Handoff.state.in_(handoffs.LIVE)
    return s.scalars(select(Handoff).where(which).order_by(Handoff.id.desc())).first()


def unsettled_for(s: Session, closer_id: int) -> Handoff | None:
    """The newest live handoff that this closer has talked to and neither accepted nor rejected."""
    return s.scalars(select(Handoff).where(_talked_to(closer_id)).order_by(Handoff.id.desc())).first()


def waiting(s: Session, closer_id: int, limit: int = 100) -> list[WaitingLead]:
    """The closers' list: leads of this closer's campaigns that nobody has taken, and their own; oldest first."""
    rows = s.execute(
        select(Handoff, Lead, Contact.name, Contact.company, User.name)
        .join(Lead, Lead.id == Handoff.lead_id)
        .join(Contact, Contact.id == Lead.contact_id)
        .outerjoin(User, User.id == Handoff.operator_id)
        .where(
            Handoff.state == HandoffState.OFFERED,
            Handoff.live.is_(False),
            or_(Handoff.closer_id == closer_id, Handoff.closer_id.is_(None)),
            Lead.campaign_id.in_(_campaigns(closer_id)),
        )
        .order_by(Handoff.offered_at, Handoff.id)
        .limit(limit)
    )
    return [
        WaitingLead(
            h.id, lead.id, lead.contact_id, lead.attempt_id, name, company, operator or "",
            lead.temperature, lead.bant, h.offered_at, h.closer_id == closer_id,
        )
        for h, lead, name, company, operator in rows
    ]  # fmt: skip


def _settle(
    s: Session, handoff_id: int, closer_id: int, new: HandoffState, reason: str, now: datetime, code: str = ""
) -> Handoff:  # fmt: skip
    handoff = _offered_to(s, handoff_id, closer_id)
    old = (HandoffState.JOINED,) if handoff.live else (HandoffState.OFFERED,)
    handoffs.move(s, handoff, old, new, now, reason=reason, settled_at=now)
    if (kept := s.get(HandoffPacket, handoff.id)) is not None:
        kept.due_at, kept.reason_code = None, code
    _tell_list(s, handoff, now)
    _free_after_call(s, handoff, closer_id, now)
    return handoff


def _free_after_call(s: Session, handoff: Handoff, closer_id: int, now: datetime) -> None:
    """A lead that is judged after the call ends the closer's wrap-up."""
    row = session.get(s, closer_id, now)
    if handoff.live and row.state is OperatorState.WRAP_UP and row.attempt_id == handoff.attempt_id:
        _keep_note(s, handoff.attempt_id, closer_id, now)
        session.free(s, row, now)


def _keep_note(s: Session, attempt_id: str | None, closer_id: int, now: datetime) -> None:
    """What the closer typed during the call becomes a note of the contact."""
    attempt = s.get(Attempt, attempt_id) if attempt_id else None
    if attempt is None:
        return
    words = drafts.words_of(s, attempt.id, closer_id)["note"]
    if words.strip():
        notes.add(s, attempt.contact_id, closer_id, words, now, attempt.id)
    drafts.drop(s, attempt.id, closer_id)


def _offered_to(s: Session, handoff_id: int, closer_id: int) -> Handoff:
    handoff = s.get(Handoff, handoff_id)
    if handoff is None or handoff.closer_id != closer_id:
        raise Refusal("handoff_gone")
    return handoff


def _talked_to(closer_id: int) -> ColumnElement[bool]:
    return (Handoff.closer_id == closer_id) & Handoff.live.is_(True) & (Handoff.state == HandoffState.JOINED)


def _campaigns(closer_id: int) -> Select[int]:
    return select(CampaignMember.campaign_id).where(
        CampaignMember.user_id == closer_id, CampaignMember.line == CLOSER_LINE
    )


def _works_for(s: Session, closer_id: int, handoff: Handoff) -> bool:
    lead = s.get(Lead, handoff.lead_id)
    member = s.get(CampaignMember, (lead.campaign_id, closer_id)) if lead else None
    return member is not None and member.line == CLOSER_LINE


def _tell_list(s: Session, handoff: Handoff, now: datetime) -> None:
    lead = s.get(Lead, handoff.lead_id)
    if lead is not None and not handoff.live:
        tell(s, now, "handoff", f"campaign:{lead.campaign_id}", handoff=handoff.id)
