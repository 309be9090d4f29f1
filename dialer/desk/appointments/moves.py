"""One step of an appointment's table, with its journal and what follows, in the caller's transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.desk.appointments import notices, units
from dialer.errors import Refusal
from dialer.rules.appointment_states import TRANSITIONS, AppointmentEffect, AppointmentEvent
from dialer.rules.states import IllegalTransition, step
from dialer.rules.words import AppointmentState
from dialer.store.appointments import Appointment, AppointmentMove
from dialer.store.outbox import tell
from dialer.store.transaction import append


def locked(s: Session, appointment_id: int) -> Appointment:
    """The appointment, locked for this transaction. Raises Refusal ``no_such_appointment``."""
    row = s.get(Appointment, appointment_id, with_for_update=True, populate_existing=True)
    if row is None:
        raise Refusal("no_such_appointment")
    return row


def move(s: Session, row: Appointment, event: AppointmentEvent, now: datetime, by: int | None = None) -> None:
    """Take one step. Raises Refusal ``not_now``: the table does not know it."""
    try:
        new, effects = step(TRANSITIONS, row.state, event)
    except IllegalTransition as err:
        raise Refusal("not_now", state=err.state.value, event=err.event.value) from err
    append(
        s, AppointmentMove, appointment_id=row.id, at=now, event=event.value, old=row.state, new=new,
        starts_at=row.starts_at, by=by,
    )  # fmt: skip
    row.state = new
    s.flush()
    if AppointmentEffect.FREE in effects:
        units.free(s, row.id)
    if AppointmentEffect.INVITE in effects:
        notices.invite(s, row, now)
    if AppointmentEffect.CALL_OFF in effects:
        notices.call_off(s, row, now)
    for audience in (f"user:{row.closer_id}", f"campaign:{row.campaign_id}"):
        tell(s, now, "appointment", audience, appointment=row.id)


def lapse(s: Session, row: Appointment, now: datetime) -> None:
    """The hold has run out, or is given up."""
    move(s, row, AppointmentEvent.LAPSE, now)


def let_lapse(s: Session, now: datetime, closer_id: int | None = None) -> int:
    """End holds that have run out, of one closer or of all; returns how many."""
    which = (Appointment.state == AppointmentState.HOLD) & (Appointment.held_until <= now)
    if closer_id is not None:
        which &= Appointment.closer_id == closer_id
    found = list(s.scalars(select(Appointment).where(which).with_for_update(skip_locked=True)))
    for appointment in found:
        lapse(s, appointment, now)
    return len(found)
