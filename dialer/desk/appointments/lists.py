"""Appointments as pages and feeds show them. Read-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from dialer.mail.invitations import PUBLISH, Meeting, calendar
from dialer.people.reaching import within
from dialer.people.rights import Scope
from dialer.rules.appointment_states import AHEAD
from dialer.rules.words import AppointmentState
from dialer.store.appointments import Appointment
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.people import User

SHOWN = 200
PAST = timedelta(days=14)
NOT_SHOWN = (AppointmentState.HOLD, AppointmentState.LAPSED)


@dataclass(frozen=True, slots=True)
class Line:
    """One appointment. ``zones`` is ``ZoneSet.names`` of the contact."""

    row: Appointment
    name: str
    company: str
    zones: str
    closer: str

    @property
    def ahead(self) -> bool:
        """Whether it is agreed on and nobody said yet what came of it."""
        return self.row.state in AHEAD


def of_campaigns(
    s: Session, campaigns: Select[int] | list[int], now: datetime, closer_id: int | None = None,
    scope: Scope | None = None,
) -> list[Line]:  # fmt: skip
    """Appointments of the last two weeks and all to come, soonest first; only one closer's, only within a scope."""
    query = (
        select(Appointment, Contact.name, Contact.company, ZoneSet.names, User.name)
        .join(Contact, Contact.id == Appointment.contact_id)
        .join(ZoneSet, ZoneSet.id == Contact.zone_set_id)
        .join(User, User.id == Appointment.closer_id)
        .where(
            Appointment.state.not_in(NOT_SHOWN),
            Appointment.starts_at > now - PAST,
            Appointment.campaign_id.in_(campaigns),
            within(scope, Appointment.project_id, Appointment.closer_id, Appointment.made_by),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(SHOWN)
    )
    if closer_id is not None:
        query = query.where(Appointment.closer_id == closer_id)
    return [Line(*found) for found in s.execute(query)]


def feed(s: Session, closer_id: int, now: datetime) -> str:
    """One closer's appointments as a calendar to subscribe to. No numbers and no addresses: feeds are copied about."""
    query = (
        select(Appointment, Contact.name, Contact.company)
        .join(Contact, Contact.id == Appointment.contact_id)
        .where(
            Appointment.closer_id == closer_id,
            Appointment.state.in_((*AHEAD, AppointmentState.HELD)),
            Appointment.starts_at > now - PAST,
        )
        .order_by(Appointment.starts_at)
    )
    meetings = [
        Meeting(
            row.uid, row.sequence, row.starts_at, row.ends_at, ", ".join(x for x in (company, name) if x) or row.uid,
            description=row.note, tentative=row.state is not AppointmentState.CONFIRMED,
        )
        for row, name, company in s.execute(query)
    ]  # fmt: skip
    return calendar(PUBLISH, meetings, now)
