"""What becomes of an appointment: confirmed, held, missed, disputed by the client."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.desk.appointments import booking, moves
from dialer.errors import Refusal
from dialer.people import audit
from dialer.rules.appointment_states import AppointmentEvent
from dialer.rules.words import AppointmentState
from dialer.store.appointments import Appointment

CONFIRMED, OFF = "appointment_confirmed", "appointment_off"
"""Dispositions of the call the day before."""
OVER = (AppointmentEvent.TAKE_PLACE, AppointmentEvent.MISS)


def confirm(s: Session, appointment_id: int, by: int, now: datetime) -> Appointment:
    """The contact said that they will be there. Raises Refusal ``not_now``."""
    row = moves.locked(s, appointment_id)
    moves.move(s, row, AppointmentEvent.CONFIRM, now, by)
    return row


def end(s: Session, appointment_id: int, took_place: bool, by: int, now: datetime, reason: str = "") -> Appointment:
    """It took place, or the contact did not appear. Raises Refusal: ``too_early``, ``not_now``."""
    row = moves.locked(s, appointment_id)
    if now < row.starts_at:
        raise Refusal("too_early")
    row.reason = reason.strip()[:300]
    moves.move(s, row, AppointmentEvent.TAKE_PLACE if took_place else AppointmentEvent.MISS, now, by)
    audit.write(s, now, by, "appointment.end", f"appointment:{row.id}", held=took_place)
    return row


def disposed(s: Session, row: Appointment, by: int, code: str, now: datetime) -> None:
    """A call to who has this appointment was disposed of. Raises nothing: an outcome is never lost (P3)."""
    if code == CONFIRMED:
        confirm(s, row.id, by, now)
    elif code == OFF:
        booking.cancel(s, row.id, "called_off", by, now)


def disputed(s: Session, contact_id: int, by: int, now: datetime, reason: str) -> None:
    """The client says that the meeting which took place was none."""
    for row in _of(s, contact_id, AppointmentState.HELD):
        row.reason = reason
        moves.move(s, row, AppointmentEvent.DISPUTE, now, by)


def stands(s: Session, contact_id: int, by: int, now: datetime) -> None:
    """The manager says that it was one."""
    for row in _of(s, contact_id, AppointmentState.DISPUTED):
        moves.move(s, row, AppointmentEvent.STAND, now, by)


def _of(s: Session, contact_id: int, state: AppointmentState) -> list[Appointment]:
    return list(s.scalars(select(Appointment).where(Appointment.contact_id == contact_id, Appointment.state == state)))
