"""Booking without a call: whom it is refused, what it ends, and what the closer gets to read."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialer.desk import callbacks
from dialer.desk.appointments import outside
from dialer.errors import Refusal
from dialer.leads import funnel
from dialer.people import accounts
from dialer.rules.words import AppointmentState, ContactState, Duty, Stage
from dialer.store import Database
from dialer.store.contacts import Contact
from dialer.store.desk import Callback
from dialer.store.mail import Letter
from dialer.store.people import Audit, User
from dialer.store.projects import Project
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import Floor
from tests.unit.appointments.conftest import HOUR, TOMORROW


@pytest.fixture
def idle(db: Database, shop: Floor) -> Floor:
    """The contact of the floor, in no call and with a callback promised."""
    with db.write() as s:
        floor.hang_up(s, shop, NOON)
        s.get_one(Contact, shop.contact).state = ContactState.WAITING
        callbacks.make(s, shop.contact, NOON + HOUR, shop.operator, NOON, shop.operator)
    return shop


def book(db: Database, shop: Floor, by: int | None = None) -> int:
    with db.write() as s:
        who = s.get_one(User, by or shop.operator)
        return outside.book(s, shop.contact, shop.closer, TOMORROW, who, NOON, note="wrote to us").id


def test_it_is_booked_invited_and_nothing_else_is_dialled(db: Database, idle: Floor) -> None:
    made = book(db, idle)
    with db.read() as s:
        contact, letter = s.get_one(Contact, idle.contact), s.scalars(select(Letter)).one()
        assert (contact.state, contact.due_at) == (ContactState.CLOSED, None)
        assert (letter.method, letter.to_address) == ("REQUEST", contact.email)
        assert funnel.place(s, idle.contact) is Stage.APPOINTMENT
        assert s.scalars(select(Callback.cancel_reason)).one() == "appointment", "the promise stays in the table"
        assert s.scalar(select(Audit.object).where(Audit.action == "appointment.book")) == f"contact:{idle.contact}"
    with pytest.raises(Refusal, match="already_booked"):
        book(db, idle)
    with db.read() as s:
        row = s.get_one(outside.Appointment, made)
        assert (row.state, row.note) == (AppointmentState.BOOKED, "wrote to us")
        assert row.packet["contact"]["company"], "the closer reads what was said in the last call"


@pytest.mark.parametrize(
    ("state", "code"),
    [(ContactState.CLAIMED, "contact_in_call"), (ContactState.SUPPRESSED, "contact_suppressed")],
)
def test_who_is_in_a_call_or_wants_none_is_not_booked(
    db: Database, idle: Floor, state: ContactState, code: str
) -> None:
    with db.write() as s:
        s.get_one(Contact, idle.contact).state = state
    with pytest.raises(Refusal, match=code):
        book(db, idle)


def test_below_the_gate_only_who_may_let_leads_through_books(db: Database, idle: Floor) -> None:
    with db.write() as s:
        s.get_one(Project, idle.project).qualification = "strict"
        lead = accounts.add(s, "lara", "Lara", floor.PASSWORD, [(Duty.GROUP_LEAD, idle.project)], NOON).id
    with pytest.raises(Refusal, match="below_gate"):
        book(db, idle)
    book(db, idle, lead)
    with db.read() as s:
        assert s.scalar(select(Audit.user_id).where(Audit.action == "lead.let_through")) == lead


def test_whom_nobody_has_talked_to_is_judged_by_the_campaigns_script(db: Database, idle: Floor) -> None:
    with db.write() as s:
        s.get_one(Project, idle.project).qualification = "strict"
        first = s.get_one(Contact, idle.contact)
        cold = Contact(campaign_id=idle.campaign, zone_set_id=first.zone_set_id, state="ready", created_at=NOON)
        s.add(cold)
        s.flush()
        with pytest.raises(Refusal, match="below_gate"):
            outside.book(s, cold.id, idle.closer, TOMORROW, s.get_one(User, idle.operator), NOON)
