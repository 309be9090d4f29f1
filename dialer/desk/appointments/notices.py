"""What the contact is sent about an appointment: an invitation, a new one for each change, a cancellation."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from dialer.desk import local_time
from dialer.mail import invitations, letters
from dialer.mail.invitations import CANCEL, REQUEST, Meeting
from dialer.settings import load
from dialer.store.appointments import Appointment
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.people import User
from dialer.store.projects import Project

TEXTS = {
    "ru": {
        "summary": "Встреча: {client}",
        "invite": "Здравствуйте!\n\nВстреча с «{client}» назначена: {when}.\nС вами будет говорить {closer}.\n\n"
        "Ответьте на это письмо, если время не подходит.\n",
        "again": "Здравствуйте!\n\nУ встречи с «{client}» новое время: {when}.\nС вами будет говорить {closer}.\n",
        "off": "Здравствуйте!\n\nВстреча с «{client}», назначенная на {when}, отменена.\n",
        "moved": "Новое время — ",
        "cancelled": "Отменена — ",
    },
    "en": {
        "summary": "Meeting: {client}",
        "invite": "Hello,\n\nyour meeting with {client} is booked: {when}.\n{closer} will talk to you.\n\n"
        "Please answer this letter if the time does not suit you.\n",
        "again": "Hello,\n\nyour meeting with {client} has a new time: {when}.\n{closer} will talk to you.\n",
        "off": "Hello,\n\nyour meeting with {client} at {when} is cancelled.\n",
        "moved": "New time: ",
        "cancelled": "Cancelled: ",
    },
}


def invite(s: Session, row: Appointment, now: datetime) -> None:
    """Invite, or tell the new time under the same UID with the next SEQUENCE."""
    if row.email:
        _write(s, row, REQUEST, "again" if row.sequence else "invite", "moved" if row.sequence else "", now)


def call_off(s: Session, row: Appointment, now: datetime) -> None:
    """Cancel what was sent. Nothing was sent where there is no address."""
    row.sequence += 1
    if row.email:
        _write(s, row, CANCEL, "off", "cancelled", now)


def meeting_of(s: Session, row: Appointment) -> Meeting:
    """The appointment as the contact's calendar shows it."""
    project, closer = s.get_one(Project, row.project_id), s.get_one(User, row.closer_id)
    summary = TEXTS[row.language]["summary"].format(client=project.client)
    return Meeting(
        row.uid, row.sequence, row.starts_at, row.ends_at, summary,
        organizer=load().mail.sender, organizer_name=closer.name, attendee=row.email,
    )  # fmt: skip


def _write(s: Session, row: Appointment, method: str, text: str, prefix: str, now: datetime) -> None:
    words, meeting = TEXTS[row.language], meeting_of(s, row)
    project = s.get_one(Project, row.project_id)
    body = words[text].format(client=project.client, when=_when(s, row), closer=meeting.organizer_name)
    subject = words.get(prefix, "") + meeting.summary
    letters.write(
        s, f"appointment:{row.id}:{row.sequence}", row.email, subject, body, now, contact_id=row.contact_id,
        method=method, calendar=invitations.calendar(method, [meeting], now),
    )  # fmt: skip


def _when(s: Session, row: Appointment) -> str:
    zones = s.get_one(ZoneSet, s.get_one(Contact, row.contact_id).zone_set_id).names
    zone = local_time.at_callee(zones, row.starts_at).zones[0]
    there = row.starts_at.astimezone(ZoneInfo(zone))
    day = f"{there:%d.%m.%Y}" if row.language == "ru" else f"{there:%Y-%m-%d}"
    return f"{day}, {there:%H:%M} ({zone})"
