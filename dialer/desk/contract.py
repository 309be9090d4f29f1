"""The handoff as a contract: a call disposed of as a lead goes to the second line in that very transaction.

What was handed over during the call gets its packet brought up to date; what was not goes into the closers' list, or,
below the gate, before the group lead. A booked appointment is its closer's already.
Room: desk, step 9 to 10 of the way of a call. May import ``dialer.store``, ``dialer.leads`` and this room.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.desk import handoffs, leads
from dialer.desk.appointments import booking, results
from dialer.leads import funnel, gate, packet
from dialer.rules.dispositions import Disposition
from dialer.rules.words import HandoffState, Stage
from dialer.store.calls import Attempt
from dialer.store.desk import Handoff
from dialer.store.leads import GateAsk, HandoffPacket

OVER = (*handoffs.UNDER_WAY, HandoffState.ACCEPTED, HandoffState.REJECTED)
"""Handed over once; a failed live handoff was not."""
HOT_CODES = frozenset({"lead_hot"})
BOOKED = "appointment"


def disposed(s: Session, attempt: Attempt, chosen: Disposition, now: datetime) -> None:
    """What the outcome means for the second line. Raises nothing of its own: an outcome is never lost (P3)."""
    with s.no_autoflush:  # both are asked before this transaction touches any of them
        appointment, handoff = booking.ahead(s, attempt.contact_id), handoffs.of_attempt(s, attempt.id)
    if appointment is not None:
        results.disposed(s, appointment, attempt.operator_id or 0, chosen.code, now)
    if handoff is not None and handoff.state in OVER:
        _bring_up_to_date(s, handoff, chosen, now)
        if chosen.next == "lead" and handoff.state is not HandoffState.REJECTED:
            funnel.advance(s, attempt.contact_id, Stage.HANDED_OFF, "handoff", now, attempt.operator_id)
    elif chosen.next == "lead":
        _hand_over(s, attempt, chosen, now)


def _hand_over(s: Session, attempt: Attempt, chosen: Disposition, now: datetime) -> None:
    temperature = leads.HOT if chosen.code in HOT_CODES else leads.WARM
    if chosen.code == BOOKED and _booked(s, attempt, now):
        leads.make(s, attempt, temperature, now)
    elif gate.look(s, attempt, now).open:
        funnel.advance(s, attempt.contact_id, Stage.QUALIFIED, chosen.code, now, attempt.operator_id)
        handoffs.enlist(s, attempt, temperature, now)
    else:
        gate.ask(s, attempt, attempt.operator_id or 0, now, hot=temperature == leads.HOT)


def _booked(s: Session, attempt: Attempt, now: datetime) -> bool:
    """Whether the contact has an appointment: made before, or held during this call and booked with its outcome. An
    appointment that nobody booked is a lead like any other and goes into the list."""
    held = booking.held_by(s, attempt.id)
    if held is not None and held.held_until and held.held_until > now and held.made_by:
        booking.book(s, held.id, held.made_by, now)
    row = booking.ahead(s, attempt.contact_id)
    if row is not None and row.attempt_id == attempt.id:
        row.packet = packet.contents(s, attempt, gate.look(s, attempt, now).standing)
    return row is not None


def _bring_up_to_date(s: Session, handoff: Handoff, chosen: Disposition, now: datetime) -> None:
    kept = s.get(HandoffPacket, handoff.id)
    temperature = kept.temperature if kept else leads.WARM
    packet.pack(s, handoff, leads.HOT if chosen.code in HOT_CODES else temperature, now)


def let_through(s: Session, attempt_id: str, reason: str, by: int, now: datetime) -> Handoff | None:
    """A group lead lets a lead over; one whose call was disposed of goes into the closers' list at once.

    Raises Refusal: ``reason_needed``, ``already_decided``.
    """
    ask = gate.decide(s, attempt_id, True, reason, by, now)
    attempt = s.get_one(Attempt, attempt_id)
    if attempt.disposition is None or _handed(s, attempt_id):
        return None
    funnel.advance(s, attempt.contact_id, Stage.QUALIFIED, "let_through", now, by)
    return handoffs.enlist(s, attempt, leads.HOT if ask.hot else leads.WARM, now)


def turn_down(s: Session, attempt_id: str, reason: str, by: int, now: datetime) -> GateAsk:
    """A group lead keeps a lead on the first line. Raises Refusal: ``reason_needed``, ``already_decided``."""
    return gate.decide(s, attempt_id, False, reason, by, now)


def _handed(s: Session, attempt_id: str) -> bool:
    query = select(Handoff.id).where(Handoff.attempt_id == attempt_id, Handoff.state.in_(OVER))
    return s.scalars(query).first() is not None
