"""What time does to appointments: holds run out, and the day before somebody calls to confirm. Turned by a timer."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.desk import callbacks
from dialer.desk.appointments import moves
from dialer.desk.capacity import FIRST_LINE
from dialer.desk.next_step import OWNER_GRACE
from dialer.leads import terms
from dialer.rules.words import BAND_ORDER, AppointmentState, Band, ContactState
from dialer.store import Database
from dialer.store.appointments import Appointment
from dialer.store.contacts import Contact
from dialer.store.people import User
from dialer.store.projects import CampaignMember, Project

EVERY_S = 15
BEFORE = timedelta(days=1)
UNCONFIRMED = (AppointmentState.BOOKED, AppointmentState.MOVED)
A_TURN = 200


def look(db: Database, now: datetime) -> int:
    """Let holds lapse and plan confirmation calls; returns how many appointments it touched."""
    with db.write() as s:
        return moves.let_lapse(s, now) + sum(_plan(s, row, now) for row in _unplanned(s, now))


def _unplanned(s: Session, now: datetime) -> list[Appointment]:
    """Agreed on more than a day ahead, and nobody told to call yet. A contact in a call is left until it is over."""
    query = (
        select(Appointment)
        .join(Contact, Contact.id == Appointment.contact_id)
        .where(
            Appointment.state.in_(UNCONFIRMED),
            Appointment.reminder_at.is_(None),
            Appointment.starts_at > now + BEFORE,
            Contact.state != ContactState.CLAIMED,
            Contact.state != ContactState.SUPPRESSED,
        )
        .order_by(Appointment.starts_at)
        .limit(A_TURN)
    )
    return list(s.scalars(query))


def _plan(s: Session, row: Appointment, now: datetime) -> bool:
    at = row.starts_at - BEFORE
    contact = s.get_one(Contact, row.contact_id, with_for_update=True, populate_existing=True)
    if contact.state in (ContactState.CLAIMED, ContactState.SUPPRESSED):
        return False
    owner_id, team_id = _whose(s, row)
    made_by = row.made_by or row.closer_id
    callbacks.make(s, contact.id, at, made_by, now, owner_id, team_id=team_id, kind=callbacks.CONFIRMATION)
    contact.state = ContactState.WAITING
    contact.due_at = at + (OWNER_GRACE if owner_id or team_id else timedelta())
    contact.band, contact.held_by = BAND_ORDER[Band.CALLBACK], None
    row.reminder_at = at
    return True


def _whose(s: Session, row: Appointment) -> tuple[int | None, int | None]:
    """(owner, team) of the call, as the project's terms say. Who booked and works here no longer owns nothing: their
    team does, and without one anyone, so that the call is made at all."""
    wanted = terms.of(s.get_one(Project, row.project_id)).confirmation
    if wanted == "operator" and _calls(s, row):
        return row.made_by, None
    if wanted == "anyone" or row.made_by is None:
        return None, None
    return None, callbacks.team_of(s, row.made_by, row.campaign_id)


def _calls(s: Session, row: Appointment) -> bool:
    """Whether who booked it is in the campaign's first line."""
    member = s.get(CampaignMember, (row.campaign_id, row.made_by or 0))
    return member is not None and member.line == FIRST_LINE and s.get_one(User, member.user_id).active
