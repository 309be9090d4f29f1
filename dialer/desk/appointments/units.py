"""The time that appointments take, in spans of five minutes.

A span of one closer (and seat) is a primary key: of two people who book the same time at the same instant, on any
database and from any process, one gets it and the other is refused. Where a closer has several seats, those who share a
time begin together, and who books one waits for whoever books another.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.rules.words import AppointmentState
from dialer.store.appointments import Appointment, AppointmentUnit, CloserCalendar

UNIT_S = 300
Taken = Mapping[int, list[datetime]]
"""span -> when each appointment in it begins."""


def unit_of(at: datetime) -> int:
    """The span that an instant is in."""
    return int(at.timestamp()) // UNIT_S


def take(s: Session, appointment: Appointment, buffer: timedelta, seats: int = 1) -> None:
    """Take the appointment's time and the buffer behind it; holds that ran out must have lapsed before.

    Raises Refusal ``slot_taken``.
    """
    wanted = span(appointment.starts_at, appointment.ends_at + buffer)
    seat = _seat(s, appointment, wanted, seats)
    common = {"closer_id": appointment.closer_id, "seat": seat, "appointment_id": appointment.id}
    rows = [{"unit": n, **common} for n in wanted]
    insert = sqlite.insert if s.get_bind().dialect.name == "sqlite" else postgresql.insert
    # In the order of their keys, so that two bookings cannot wait for each other.
    statement = insert(AppointmentUnit.__table__).values(rows).on_conflict_do_nothing()  # type: ignore[arg-type]
    if len(s.execute(statement.returning(AppointmentUnit.__table__.c.unit)).all()) != len(rows):
        raise Refusal("slot_taken")


def _seat(s: Session, appointment: Appointment, wanted: range, seats: int) -> int:
    """A seat that is free for all of that time. Raises Refusal ``slot_taken``."""
    if seats > 1:  # one after the other: a key for each span and seat does not see that two began apart
        s.get(CloserCalendar, appointment.closer_id, with_for_update=True)
    rows = s.execute(
        select(AppointmentUnit.seat, Appointment.starts_at)
        .join(Appointment, Appointment.id == AppointmentUnit.appointment_id)
        .where(AppointmentUnit.closer_id == appointment.closer_id, AppointmentUnit.unit.in_(wanted))
    ).all()
    left = set(range(seats)) - {row.seat for row in rows}
    if not left or any(row.starts_at != appointment.starts_at for row in rows):
        raise Refusal("slot_taken")
    return min(left)


def span(starts_at: datetime, ends_at: datetime) -> range:
    """The spans of a stretch of time; at least one."""
    first = unit_of(starts_at)
    return range(first, max(unit_of(ends_at), first + 1))


def free(s: Session, appointment_id: int) -> None:
    """Give an appointment's time back."""
    s.execute(delete(AppointmentUnit).where(AppointmentUnit.appointment_id == appointment_id))


def taken(s: Session, closer_id: int, since: datetime, until: datetime, now: datetime) -> Taken:
    """Which spans of a closer are taken, and when what took them begins; those of a hold that has run out are free."""
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
    query = select(AppointmentUnit.unit, Appointment.starts_at).join(
        Appointment, Appointment.id == AppointmentUnit.appointment_id
    )
    found: dict[int, list[datetime]] = {}
    for unit, starts_at in s.execute(query.where(which)):
        found.setdefault(unit, []).append(starts_at)
    return found


def fits(taken: Taken, wanted: range, starts_at: datetime, seats: int) -> bool:
    """Whether one more may begin then: nothing else runs in that time, but for fewer than ``seats`` that share it."""
    return all(len(of) < seats and set(of) == {starts_at} for n in wanted if (of := taken.get(n)))
