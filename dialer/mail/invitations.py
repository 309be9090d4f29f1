"""Invitations: an appointment as iCalendar (RFC 5545) for mail programs (iTIP, RFC 5546) and for a feed.

The same UID goes with every version of one appointment, and SEQUENCE rises with each. Instants are in UTC, so that no
time zone has to travel along. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Event, vCalAddress

PRODUCT = "-//Warmline//Warmline//EN"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


@dataclass(frozen=True)
class Meeting:
    """What a calendar shows. ``attendee`` is empty in a feed: nobody is invited by it."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    summary: str
    description: str = ""
    organizer: str = ""
    organizer_name: str = ""
    attendee: str = ""
    tentative: bool = False


def calendar(method: str, meetings: Iterable[Meeting], stamped_at: datetime) -> str:
    """The calendar as text, CRLF at its line ends."""
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("method", method)
    for meeting in meetings:
        made.add_component(_event(method, meeting, stamped_at))
    return str(made.to_ical().decode())


def _event(method: str, meeting: Meeting, stamped_at: datetime) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", stamped_at)
    event.add("dtstart", meeting.starts_at)
    event.add("dtend", meeting.ends_at)
    event.add("summary", meeting.summary)
    if meeting.description:
        event.add("description", meeting.description)
    event.add("status", "CANCELLED" if method == CANCEL else "TENTATIVE" if meeting.tentative else "CONFIRMED")
    if meeting.organizer:
        event.add("organizer", _person(meeting.organizer, meeting.organizer_name))
    if meeting.attendee:
        event.add("attendee", _attendee(meeting.attendee, asked=method == REQUEST))
    return event


def _person(address: str, name: str = "") -> vCalAddress:
    made = vCalAddress(f"mailto:{address}")
    if name:
        made.params["CN"] = name.replace('"', "'")
    return made


def _attendee(address: str, *, asked: bool) -> vCalAddress:
    made = _person(address)
    made.params["ROLE"] = "REQ-PARTICIPANT"
    if asked:
        made.params["PARTSTAT"], made.params["RSVP"] = "NEEDS-ACTION", "TRUE"
    return made
