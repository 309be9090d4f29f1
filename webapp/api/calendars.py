"""Calls: closers' hours, days off, free times and the address of their feed; booking for a contact without a call."""

from __future__ import annotations

from sqlalchemy import select

from dialer.desk.appointments import hours as calendars
from dialer.desk.appointments import outside, slots
from dialer.errors import Refusal
from dialer.people import audit
from dialer.store.appointments import CloserCalendar
from dialer.store.contacts import Contact
from dialer.store.people import User
from dialer.store.projects import Campaign, CampaignMember, Project
from webapp.api.appointment_shapes import (
    AppointmentOut,
    BookForIn,
    CalendarIn,
    CalendarOut,
    FeedOut,
    FreeAsked,
    SlotList,
    SlotOut,
)
from webapp.api.room import Ask, call
from webapp.appointments.feed import address_of, renewed
from webapp.problems import NotThere

TAG = "appointments"


def _closer(ask: Ask, closer_id: int) -> User:
    """A closer whose hours this person may change. Raises NotThere, Refusal."""
    closer = ask.s.get(User, closer_id)
    if closer is None:
        raise NotThere
    ask.needs("calendar.edit", closer)
    if not slots.is_closer(ask.s, closer_id):
        raise Refusal("not_a_closer")
    return closer


def _campaigns(ask: Ask, closer_id: int) -> list[Campaign]:
    """Those in whose second line a closer is."""
    works = select(CampaignMember.campaign_id).where(
        CampaignMember.user_id == closer_id, CampaignMember.line == slots.CLOSER_LINE
    )
    return list(ask.s.scalars(select(Campaign).where(Campaign.id.in_(works)).order_by(Campaign.id)))


@call("GET", "/closers/<int:closer_id>/calendar", gives=CalendarOut, tag=TAG)
def get_calendar(ask: Ask, closer_id: int) -> CalendarOut:
    """When a closer takes appointments: mine, or as group lead and manager those of my people."""
    _closer(ask, closer_id)
    return _out(ask, closer_id)


def _out(ask: Ask, closer_id: int) -> CalendarOut:
    """Raises NotThere: somebody without hours who is in no second line."""
    row, works = ask.s.get(CloserCalendar, closer_id), _campaigns(ask, closer_id)
    if row is None and not works:
        raise NotThere
    found = calendars.of(ask.s, closer_id, works[0].project if works else Project())
    week = {str(day): [(f"{a:%H:%M}", f"{b:%H:%M}") for a, b in spans] for day, spans in found.week.items()}
    return CalendarOut(
        closer_id=closer_id, own=row is not None, zone=found.zone.key, week=week,
        days_off=sorted(day.isoformat() for day in found.days_off), length_min=found.length_min,
        buffer_min=found.buffer_min, notice_min=found.notice_min, seats=found.seats,
    )  # fmt: skip


@call("PUT", "/closers/<int:closer_id>/calendar", takes=CalendarIn, gives=CalendarOut, tag=TAG)
def set_calendar(ask: Ask, body: CalendarIn, closer_id: int) -> CalendarOut:
    """Set a closer's hours and days off. What is booked already stays booked."""
    _closer(ask, closer_id)
    week = {day: [list(span) for span in spans] for day, spans in body.week.items()}
    calendars.save(
        ask.s, closer_id, body.zone, week, body.days_off, body.length_min, body.buffer_min, body.notice_min, body.seats
    )
    audit.write(ask.s, ask.now, ask.user.id, "calendar.edit", f"user:{closer_id}")
    return _out(ask, closer_id)


@call("GET", "/closers/<int:closer_id>/slots", asks=FreeAsked, gives=SlotList, tag=TAG)
def closers_slots(ask: Ask, query: FreeAsked, closer_id: int) -> SlotList:
    """Free times of one closer within two weeks, soonest first."""
    _closer(ask, closer_id)
    found = [
        slot
        for campaign in _campaigns(ask, closer_id)[:1]
        for slot in slots.free(ask.s, campaign, ask.now, query.limit, slots.WHOLE, closer_id)
    ]
    return SlotList(slots=[SlotOut.model_validate(slot) for slot in found])


@call("GET", "/calendar/feed", gives=FeedOut, tag=TAG)
def my_feed(ask: Ask) -> FeedOut:
    """The address of my calendar feed; it is a key too, so keep it to yourself."""
    ask.needs("calendar.edit")
    return FeedOut(address=address_of(ask.s, ask.user.id))


@call("POST", "/calendar/feed/renew", gives=FeedOut, tag=TAG)
def renew_my_feed(ask: Ask) -> FeedOut:
    """Make the old address useless and get a new one."""
    ask.needs("calendar.edit")
    return FeedOut(address=renewed(ask.s, ask.user.id, ask.now))


def _contact(ask: Ask, contact_id: int) -> Contact:
    contact = ask.s.get(Contact, contact_id)
    if contact is None:
        raise NotThere
    ask.needs("appointment.book", contact)
    return contact


@call("GET", "/contacts/<int:contact_id>/slots", asks=FreeAsked, gives=SlotList, tag=TAG)
def slots_for_contact(ask: Ask, query: FreeAsked, contact_id: int) -> SlotList:
    """Free times of the closers of a contact's campaign, soonest first."""
    campaign = ask.s.get_one(Campaign, _contact(ask, contact_id).campaign_id)
    found = slots.free(ask.s, campaign, ask.now, query.limit, slots.WHOLE)
    return SlotList(slots=[SlotOut.model_validate(slot) for slot in found])


@call("POST", "/contacts/<int:contact_id>/appointments", takes=BookForIn, gives=AppointmentOut, tag=TAG, creates=True)
def book_for_contact(ask: Ask, body: BookForIn, contact_id: int) -> AppointmentOut:
    """Book a time for a contact without a call; it is invited by e-mail if there is an address."""
    _contact(ask, contact_id)
    row = outside.book(ask.s, contact_id, body.closer_id, body.starts_at, ask.user, ask.now, body.email, body.note)
    return AppointmentOut.model_validate(row)
