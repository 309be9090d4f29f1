"""Holding, booking, moving and cancelling an appointment.

A hold keeps a time for ten minutes while it is agreed on the phone. Below the project's gate nothing is held, as
nothing is handed over.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from dialer import ids
from dialer.campaigns.language import LANGUAGE_OF
from dialer.desk.appointments import hours as calendars
from dialer.desk.appointments import moves, slots, units
from dialer.errors import BadInput, Refusal
from dialer.leads import funnel, gate, packet
from dialer.mail import letters
from dialer.people import audit
from dialer.rules.appointment_states import AHEAD, AppointmentEvent
from dialer.rules.words import AppointmentState, Stage
from dialer.store.appointments import Appointment
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign, CampaignMember, Project
from dialer.store.scripts import Answer

HOLD = timedelta(minutes=10)
_AHEAD_OF = (
    select(Appointment)
    .where(Appointment.contact_id == bindparam("contact", type_=Integer), Appointment.state.in_(AHEAD))
    .order_by(Appointment.starts_at)
)


def hold(s: Session, attempt_id: str, closer_id: int, starts_at: datetime, by: int, now: datetime) -> Appointment:
    """Keep a time for ten minutes; an earlier hold of the same call is given up, one call holds one time.

    Raises Refusal: ``not_your_call``, ``below_gate``, ``not_a_closer``, ``slot_taken``, ``already_booked``.
    """
    attempt = s.get(Attempt, attempt_id)
    if attempt is None or by not in (attempt.operator_id, attempt.closer_id):
        raise Refusal("not_your_call")
    standing = gate.check(s, attempt, now)
    if ahead(s, attempt.contact_id) is not None:
        raise Refusal("already_booked")
    if (earlier := held_by(s, attempt_id)) is not None:
        moves.lapse(s, earlier, now)
    contact = s.get_one(Contact, attempt.contact_id)
    return keep(s, contact, closer_id, starts_at, by, now, attempt_id, packet.contents(s, attempt, standing))


def keep(
    s: Session, contact: Contact, closer_id: int, starts_at: datetime, by: int, now: datetime,
    attempt_id: str | None, told: dict[str, Any],
) -> Appointment:  # fmt: skip
    """A hold with ``told`` as its packet; whether there may be one was asked before. Raises Refusal:
    ``not_a_closer``, ``slot_taken`` (detail ``next_at``)."""
    campaign = s.get_one(Campaign, contact.campaign_id)
    project = s.get_one(Project, campaign.project_id)
    hours = _hours(s, campaign, project, closer_id)
    _on_offer(s, campaign, hours, starts_at, now)
    row = Appointment(
        uid=f"{ids.new('e')}@warmline", project_id=project.id, campaign_id=campaign.id, contact_id=contact.id,
        attempt_id=attempt_id, closer_id=closer_id, state=AppointmentState.HOLD, starts_at=starts_at,
        ends_at=starts_at + hours.length, held_until=now + HOLD, email=told_email(s, contact),
        language=LANGUAGE_OF.get(project.country, "en"), made_by=by, made_at=now, packet=told,
    )  # fmt: skip
    s.add(row)
    s.flush()
    _take(s, campaign, row, hours, now)
    return row


def _on_offer(s: Session, campaign: Campaign, hours: calendars.Hours, starts_at: datetime, now: datetime) -> None:
    if not slots.allowed(hours, starts_at, now):
        raise Refusal("slot_taken", next_at=slots.after(s, campaign, starts_at, now))


def _take(s: Session, campaign: Campaign, row: Appointment, hours: calendars.Hours, now: datetime) -> None:
    """Take the time; the time that is free next goes with a refusal."""
    moves.let_lapse(s, now, row.closer_id)
    try:
        units.take(s, row, hours.buffer, hours.seats)
    except Refusal:
        raise Refusal("slot_taken", next_at=slots.after(s, campaign, row.starts_at, now)) from None


def book(s: Session, appointment_id: int, by: int, now: datetime, email: str = "", note: str = "") -> Appointment:
    """Make a hold an appointment and invite the contact, if there is an address.

    Raises Refusal: ``no_such_appointment``, ``hold_over``, ``not_now``, ``bad_address``.
    """
    row = moves.locked(s, appointment_id)
    if row.made_by != by:
        raise Refusal("no_such_appointment")
    if row.state is AppointmentState.LAPSED or (row.held_until and row.held_until <= now):
        raise Refusal("hold_over")
    row.email = _address(email or told_email(s, s.get_one(Contact, row.contact_id)))
    row.note = note.strip()[:500]
    moves.move(s, row, AppointmentEvent.BOOK, now, by)
    row.held_until = None
    funnel.advance(s, row.contact_id, Stage.APPOINTMENT, "booked", now, by)
    return row


def reschedule(
    s: Session, appointment_id: int, starts_at: datetime, by: int, now: datetime, closer_id: int | None = None
) -> Appointment:
    """Another time, with the same closer or another one. Raises Refusal: ``slot_taken``, ``not_now``,
    ``not_a_closer``, ``no_such_appointment``."""
    row = moves.locked(s, appointment_id)
    if row.state is AppointmentState.HOLD:
        raise Refusal("not_now")
    campaign = s.get_one(Campaign, row.campaign_id)
    hours = _hours(s, campaign, s.get_one(Project, row.project_id), closer_id or row.closer_id)
    _on_offer(s, campaign, hours, starts_at, now)
    units.free(s, row.id)
    audit.write(s, now, by, "appointment.move", f"appointment:{row.id}", closer=closer_id or row.closer_id)
    row.closer_id, row.starts_at, row.ends_at = closer_id or row.closer_id, starts_at, starts_at + hours.length
    row.sequence += 1
    row.reminder_at = None
    moves.move(s, row, AppointmentEvent.MOVE, now, by)
    _take(s, campaign, row, hours, now)
    return row


def cancel(s: Session, appointment_id: int, reason: str, by: int, now: datetime) -> Appointment:
    """Call it off; whoever was invited is told. Raises Refusal: ``reason_needed``, ``not_now``."""
    row = moves.locked(s, appointment_id)
    if not reason.strip():
        raise Refusal("reason_needed")
    row.reason = reason.strip()[:300]
    audit.write(s, now, by, "appointment.cancel", f"appointment:{row.id}")
    moves.move(s, row, AppointmentEvent.CANCEL, now, by)
    return row


def give_up(s: Session, appointment_id: int, by: int, now: datetime) -> None:
    """Let go of a hold of one's own. Raises Refusal: ``no_such_appointment``, ``not_now``."""
    row = moves.locked(s, appointment_id)
    if row.made_by != by:
        raise Refusal("no_such_appointment")
    moves.lapse(s, row, now)


def told_email(s: Session, contact: Contact) -> str:
    """Where this contact is written to: what was told along a script (the field ``email``), else the list's."""
    row = s.scalars(select(Answer).where(Answer.contact_id == contact.id, Answer.field == "email")).first()
    told = row.value.get("value") if row is not None and isinstance(row.value, dict) else None
    return told if isinstance(told, str) else contact.email


def ahead(s: Session, contact_id: int) -> Appointment | None:
    """The appointment that a contact has before it."""
    return s.scalars(_AHEAD_OF, {"contact": contact_id}).first()


def held_by(s: Session, attempt_id: str) -> Appointment | None:
    """The hold of a call, run out or not."""
    query = select(Appointment).where(Appointment.attempt_id == attempt_id, Appointment.state == AppointmentState.HOLD)
    return s.scalars(query).first()


def _hours(s: Session, campaign: Campaign, project: Project, closer_id: int) -> calendars.Hours:
    member = s.get(CampaignMember, (campaign.id, closer_id))
    if member is None or member.line != slots.CLOSER_LINE:
        raise Refusal("not_a_closer")
    return calendars.of(s, closer_id, project)


def _address(text: str) -> str:
    try:
        return letters.address(text) if text.strip() else ""
    except BadInput:
        raise Refusal("bad_address") from None
