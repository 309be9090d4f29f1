"""Calls: free times of closers, and booking, moving and ending appointments."""

from __future__ import annotations

from sqlalchemy import select

from dialer.desk.appointments import booking, lists, results, slots
from dialer.errors import Refusal
from dialer.store.appointments import Appointment
from dialer.store.calls import Attempt
from dialer.store.projects import Campaign, CampaignMember
from webapp.api.appointment_shapes import (
    AppointmentList,
    AppointmentOut,
    BookIn,
    EndIn,
    HoldIn,
    MoveIn,
    SlotList,
    SlotOut,
    SlotsAsked,
)
from webapp.api.room import Ask, call
from webapp.api.shapes import Done, ReasonIn

TAG = "appointments"


def _mine(ask: Ask, appointment_id: int) -> int:
    """An appointment that this person may change. Raises Refusal."""
    row = ask.s.get(Appointment, appointment_id)
    if row is None:
        raise Refusal("no_such_appointment")
    ask.needs("appointment.change", row)
    return appointment_id


@call("GET", "/appointments/slots", asks=SlotsAsked, gives=SlotList, tag=TAG)
def free_slots(ask: Ask, query: SlotsAsked) -> SlotList:
    """Free times of the closers of my call's campaign, soonest first."""
    ask.needs("desk.use")
    attempt = ask.s.get(Attempt, query.attempt_id)
    if attempt is None or ask.user.id not in (attempt.operator_id, attempt.closer_id):
        raise Refusal("not_your_call")
    found = slots.free(ask.s, ask.s.get_one(Campaign, attempt.campaign_id), ask.now, query.limit)
    return SlotList(slots=[SlotOut.model_validate(slot) for slot in found])


@call("POST", "/appointments", takes=HoldIn, gives=AppointmentOut, tag=TAG, creates=True)
def hold_slot(ask: Ask, body: HoldIn) -> AppointmentOut:
    """Keep a time for ten minutes while my contact agrees to it."""
    ask.needs("desk.use")
    row = booking.hold(ask.s, body.attempt_id, body.closer_id, body.starts_at, ask.user.id, ask.now)
    return AppointmentOut.model_validate(row)


@call("POST", "/appointments/<int:appointment_id>/book", takes=BookIn, gives=AppointmentOut, tag=TAG)
def book(ask: Ask, body: BookIn, appointment_id: int) -> AppointmentOut:
    """Book the time I keep; the contact is invited by e-mail if there is an address."""
    ask.needs("desk.use")
    row = booking.book(ask.s, appointment_id, ask.user.id, ask.now, body.email, body.note)
    return AppointmentOut.model_validate(row)


@call("POST", "/appointments/<int:appointment_id>/give-up", gives=Done, tag=TAG)
def give_up(ask: Ask, appointment_id: int) -> Done:
    """Give the time I keep back."""
    ask.needs("desk.use")
    booking.give_up(ask.s, appointment_id, ask.user.id, ask.now)
    return Done()


@call("GET", "/appointments", gives=AppointmentList, tag=TAG)
def my_appointments(ask: Ask) -> AppointmentList:
    """My appointments as a closer: of the last two weeks, and all to come."""
    ask.needs("appointment.see")
    campaigns = select(CampaignMember.campaign_id).where(CampaignMember.user_id == ask.user.id)
    found = lists.of_campaigns(ask.s, campaigns, ask.now, ask.user.id)
    return AppointmentList(appointments=[AppointmentOut.model_validate(line.row) for line in found])


@call("POST", "/appointments/<int:appointment_id>/move", takes=MoveIn, gives=AppointmentOut, tag=TAG)
def move_appointment(ask: Ask, body: MoveIn, appointment_id: int) -> AppointmentOut:
    """Another time, or another closer; the contact is invited anew."""
    row = booking.reschedule(
        ask.s, _mine(ask, appointment_id), body.starts_at, ask.user.id, ask.now, body.closer_id
    )  # fmt: skip
    return AppointmentOut.model_validate(row)


@call("POST", "/appointments/<int:appointment_id>/cancel", takes=ReasonIn, gives=AppointmentOut, tag=TAG)
def cancel_appointment(ask: Ask, body: ReasonIn, appointment_id: int) -> AppointmentOut:
    """Call it off; the contact is told."""
    row = booking.cancel(ask.s, _mine(ask, appointment_id), body.reason, ask.user.id, ask.now)
    return AppointmentOut.model_validate(row)


@call("POST", "/appointments/<int:appointment_id>/confirm", gives=AppointmentOut, tag=TAG)
def confirm_appointment(ask: Ask, appointment_id: int) -> AppointmentOut:
    """The contact said that they will be there."""
    return AppointmentOut.model_validate(results.confirm(ask.s, _mine(ask, appointment_id), ask.user.id, ask.now))


@call("POST", "/appointments/<int:appointment_id>/end", takes=EndIn, gives=AppointmentOut, tag=TAG)
def end_appointment(ask: Ask, body: EndIn, appointment_id: int) -> AppointmentOut:
    """It took place, or the contact did not appear."""
    row = results.end(ask.s, _mine(ask, appointment_id), body.took_place, ask.user.id, ask.now, body.reason)
    return AppointmentOut.model_validate(row)
