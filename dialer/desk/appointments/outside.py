"""Booking without a call: a contact wrote, or rang somebody else; from its page or by the API.

The gate holds as in a call: who may let leads through does so by booking, and that is written down.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.desk import callbacks
from dialer.desk.appointments import booking
from dialer.errors import Refusal
from dialer.leads import gate, packet, qualification
from dialer.people import audit, may
from dialer.rules.words import ContactState
from dialer.store.appointments import Appointment
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.people import User
from dialer.touches import places

BOOKED = "appointment"


def book(
    s: Session, contact_id: int, closer_id: int, starts_at: datetime, by: User, now: datetime, email: str = "",
    note: str = "",
) -> Appointment:  # fmt: skip
    """Book a time for a contact and invite it, if there is an address. Nothing else is dialled until it is over.

    Raises Refusal: ``no_such_contact``, ``contact_in_call``, ``contact_suppressed``, ``already_booked``,
    ``below_gate`` and those of ``booking.keep`` and ``booking.book``.
    """
    contact = s.get(Contact, contact_id, with_for_update=True, populate_existing=True)
    _may_be_met(s, contact)
    assert contact is not None
    last = _last_talk(s, contact_id)
    told = _packet(s, contact, last, by, now)
    kept = booking.keep(s, contact, closer_id, starts_at, by.id, now, last.id if last else None, told)
    row = booking.book(s, kept.id, by.id, now, email, note)
    contact.state, contact.due_at, contact.held_by = ContactState.CLOSED, None, None
    callbacks.outdo(s, contact_id, by.id, now, BOOKED)
    places.stop(s, contact_id, "goal", now)
    audit.write(s, now, by.id, "appointment.book", f"contact:{contact_id}", appointment=row.id)
    return row


def _may_be_met(s: Session, contact: Contact | None) -> None:
    if contact is None:
        raise Refusal("no_such_contact")
    if contact.state is ContactState.CLAIMED:
        raise Refusal("contact_in_call")
    if contact.state is ContactState.SUPPRESSED:
        raise Refusal("contact_suppressed")
    if booking.ahead(s, contact.id) is not None:
        raise Refusal("already_booked")


def _last_talk(s: Session, contact_id: int) -> Attempt | None:
    query = select(Attempt).where(Attempt.contact_id == contact_id, Attempt.connected_at.is_not(None))
    return s.scalars(query.order_by(Attempt.placed_at.desc()).limit(1)).first()


def _packet(s: Session, contact: Contact, last: Attempt | None, by: User, now: datetime) -> dict[str, Any]:
    """What the closer reads beforehand. Raises Refusal ``below_gate``."""
    standing = qualification.of_attempt(s, last, now) if last else qualification.of_contact(s, contact, now)
    is_open = gate.look(s, last, now).open if last else not standing.gated or standing.met
    if not is_open:
        if not may(s, by, "lead.let_through", contact):
            raise Refusal("below_gate", lacks=standing.lacks)
        audit.write(s, now, by.id, "lead.let_through", f"contact:{contact.id}", let=True, lacks=standing.lacks)
    return packet.contents(s, last, standing) if last else {}
