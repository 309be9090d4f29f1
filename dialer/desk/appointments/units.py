"""The time that appointments take, in spans of five minutes.

A span of one closer is a primary key: of two people who book the same time at the same instant, on any database and
from any process, one gets it and the other is refused.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.rules.words import AppointmentState
from dialer.store.appointments import Appointment, AppointmentUnit

UNIT_S = 300


def unit_of(at: datetime) -> int:
    """The span that an instant is in."""
    return int(at.timestamp()) // UNIT_S


def take(s: Session, appointment: Appointment, buffer: timedelta) -> None:
    """Take the appointment's time and the buffer behind it; holds that ran out must have lapsed before.

    Raises Refusal ``slot_taken``.
    """
    last = unit_of(appointment.ends_at + buffer)
    wanted = range(unit_of(appointment.starts_at), max(last, unit_of(appointment.starts_at) + 1))
    rows = [{"closer_id": appointment.closer_id, "unit": n, "appointment_id": appointment.id} for n in wanted]
    insert = sqlite.insert if s.get_bind().dialect.name == "sqlite" else postgresql.insert
    # In the order of their keys, so that two bookings cannot wait for each other.
    statement = insert(AppointmentUnit.__table__).values(rows).on_conflict_do_nothing()  # type: ignore[arg-type]
    if len(s.execute(statement.returning(AppointmentUnit.__table__.c.unit)).all()) != len(rows):
        raise Refusal("slot_taken")


def free(s: Session, appointment_id: int) -> None:
    """Give an appointment's time back."""
    s.execute(delete(AppointmentUnit).where(AppointmentUnit.appointment_id == appointment_id))


def taken(s: Session, closer_id: int, since: datetime, until: datetime, now: datetime) -> set[int]:
    """The spans of a closer that are taken; those of a hold that has run out are free."""
    over = select(Appointment.id).where(
        Appointment.closer_id == closer_id,
        Appointment.state == AppointmentState.HOLD,
        Appointment.held_until <= now,
    )
    which = (
        (AppointmentUnit.closer_id == closer_id)
        & AppointmentUnit.unit.between(unit_of(since), unit_of(until))
        & AppointmentUnit.appointment_id.not_in(over)
    )
    return set(s.scalars(select(AppointmentUnit.unit).where(which)))
