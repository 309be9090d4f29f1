"""Letters about appointments, over a real SMTP server, read by two calendar libraries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialer.desk import wrap_up
from dialer.desk.appointments import booking, tending
from dialer.desk.next_step import OWNER_GRACE
from dialer.errors import BadInput, Refusal
from dialer.mail import letters, sending
from dialer.rules.words import AppointmentState, ContactState
from dialer.settings import Mail
from dialer.store import Database
from dialer.store.appointments import Appointment
from dialer.store.contacts import Contact
from dialer.store.desk import Callback, Handoff
from dialer.store.mail import Letter
from dialer.store.people import Holding, Team, User
from dialer.store.projects import Project
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import CALL, Floor
from tests.support.mailbox import Mailbox, calendar_of
from tests.unit.appointments.conftest import HOUR, TOMORROW

TO = "ivanov@romashka.example"
IN_3_DAYS = NOON + timedelta(days=5)


def book(db: Database, shop: Floor, at=TOMORROW, email: str = "") -> int:
    with db.write() as s:
        made = booking.hold(s, CALL, shop.closer, at, shop.operator, NOON)
        booking.book(s, made.id, shop.operator, NOON, email)
        return made.id


def test_request_move_and_cancel_are_one_event_with_a_rising_sequence(
    db: Database, shop: Floor, box: Mailbox, post: Mail
) -> None:
    made = book(db, shop)
    assert sending.send_due(db, post, NOON) == 1
    with db.write() as s:
        booking.reschedule(s, made, TOMORROW + 2 * HOUR, shop.closer, NOON)
    with db.write() as s:
        booking.cancel(s, made, "ill", shop.closer, NOON)
    sending.send_due(db, post, NOON)
    read = [calendar_of(letter) for letter in box.to(TO)]
    assert [str(calendar["METHOD"]) for calendar, _ in read] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [int(event["SEQUENCE"]) for _, event in read] == [0, 1, 2]
    assert len({str(event["UID"]) for _, event in read}) == 1
    assert [event.decoded("DTSTART") for _, event in read] == [TOMORROW, TOMORROW + 2 * HOUR, TOMORROW + 2 * HOUR]
    assert [str(event["STATUS"]) for _, event in read] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert str(read[0][1]["ORGANIZER"]) == "mailto:meet@warmline.example"
    assert str(read[0][1]["ATTENDEE"]) == f"mailto:{TO}"


def test_the_letter_names_the_time_where_the_contact_is(db: Database, shop: Floor, box: Mailbox, post: Mail) -> None:
    book(db, shop)
    sending.send_due(db, post, NOON)
    text = box.letters[0].get_body(("plain",)).get_content()
    assert "05.03.2026, 13:20 (Europe/Samara)" in text and "Игорь Титов" in text and "Вектор" in text


def test_nothing_is_sent_twice_and_a_server_that_is_away_is_tried_again(
    db: Database, shop: Floor, box: Mailbox, post: Mail
) -> None:
    book(db, shop)
    away = Mail(port=1, sender="meet@warmline.example")
    assert sending.send_due(db, away, NOON) == 0
    assert sending.send_due(db, post, NOON) == 0  # a minute's patience
    assert sending.send_due(db, post, NOON + timedelta(minutes=1)) == 1
    assert sending.send_due(db, post, NOON + timedelta(days=1)) == 0
    assert len(box.letters) == 1


def test_an_address_that_is_refused_for_good_is_given_up_at_once(
    db: Database, shop: Floor, box: Mailbox, post: Mail
) -> None:
    box.refuses[TO] = "550 no such user"
    book(db, shop)
    sending.send_due(db, post, NOON)
    with db.read() as s:
        letter = s.scalars(select(Letter)).one()
        assert letter.failed_at is not None and letter.problem == "smtp_550"


def test_a_busy_server_is_asked_again_later_and_later_then_given_up(
    db: Database, shop: Floor, box: Mailbox, post: Mail
) -> None:
    box.refuses[TO] = "451 try again"
    book(db, shop)
    at = NOON
    for _ in range(len(sending.PAUSES) + 1):
        sending.send_due(db, post, at)
        with db.read() as s:
            at = s.scalars(select(Letter.next_at)).one()
    with db.read() as s:
        letter = s.scalars(select(Letter)).one()
        assert letter.tries == len(sending.PAUSES) + 1 and letter.failed_at is not None


def test_a_wrong_address_is_refused_and_none_is_no_obstacle(db: Database, shop: Floor) -> None:
    with pytest.raises(Refusal, match="bad_address"):
        book(db, shop, email="not an address")
    with db.write() as s:
        s.get_one(Contact, shop.contact).email = ""
    book(db, shop)
    with db.read() as s:
        assert s.scalars(select(Letter)).all() == []
        assert s.scalars(select(Appointment).where(Appointment.state == AppointmentState.BOOKED)).one()


def test_line_ends_in_an_address_cannot_write_headers(db: Database, shop: Floor) -> None:
    for bad in ("a@b.example\nBcc: x@y.example", "a@b.example\r\nSubject: x", "", "@", "a@b"):
        with pytest.raises(BadInput):
            letters.address(bad)


def test_the_day_before_somebody_calls_to_confirm(db: Database, shop: Floor) -> None:
    made = book(db, shop, IN_3_DAYS)
    assert tending.look(db, NOON) == 0  # the call still goes on
    with db.write() as s:
        floor.hang_up(s, shop, NOON)
        wrap_up.save(s, CALL, shop.operator, "appointment", NOON)
        assert s.scalars(select(Handoff)).all() == []
    assert tending.look(db, NOON) == 1 and tending.look(db, NOON) == 0
    with db.read() as s:
        promise, contact = s.scalars(select(Callback)).one(), s.get_one(Contact, shop.contact)
        assert (promise.due_at, promise.kind) == (IN_3_DAYS - timedelta(days=1), "confirmation")
        assert (contact.state, contact.due_at) == (ContactState.WAITING, promise.due_at + OWNER_GRACE)
    with db.write() as s:
        floor.talk(s, shop, promise.due_at, "aconfirm0000000000000000000")
        floor.hang_up(s, shop, promise.due_at, "aconfirm0000000000000000000")
        wrap_up.save(s, "aconfirm0000000000000000000", shop.operator, "appointment_confirmed", promise.due_at)
    with db.read() as s:
        assert s.get_one(Appointment, made).state is AppointmentState.CONFIRMED
        assert s.scalars(select(Callback)).one().kept_at == promise.due_at


@pytest.mark.parametrize(
    ("told", "whose"), [({}, "operator"), ({"confirmation": "team"}, "team"), ({"confirmation": "anyone"}, "")]
)
def test_whose_the_confirmation_call_is_the_project_says(
    db: Database, shop: Floor, told: dict[str, str], whose: str
) -> None:
    with db.write() as s:
        s.get_one(Project, shop.project).second_line = told
        team = Team(project_id=shop.project, name="North")
        s.add(team)
        s.flush()
        s.scalars(select(Holding).where(Holding.user_id == shop.operator)).one().team_id = team.id
    book_and_hang_up(db, shop)
    with db.read() as s:
        promise, contact = s.scalars(select(Callback)).one(), s.get_one(Contact, shop.contact)
        assert promise.owner_id == (shop.operator if whose == "operator" else None)
        assert promise.team_id == (team.id if whose == "team" else None)
        assert contact.due_at == promise.due_at + (OWNER_GRACE if whose else timedelta())


def test_who_booked_and_left_the_campaign_owns_no_confirmation_call(db: Database, shop: Floor) -> None:
    with db.write() as s:
        s.get_one(User, shop.operator).active = False
    book_and_hang_up(db, shop)
    with db.read() as s:
        promise = s.scalars(select(Callback)).one()
        assert (promise.owner_id, promise.team_id) == (None, None)


def book_and_hang_up(db: Database, shop: Floor) -> None:
    """A meeting in three days, and its confirmation call planned."""
    book(db, shop, IN_3_DAYS)
    with db.write() as s:
        floor.hang_up(s, shop, NOON)
        wrap_up.save(s, CALL, shop.operator, "appointment", NOON)
    assert tending.look(db, NOON) == 1


def test_a_time_held_in_the_call_is_booked_with_its_outcome(db: Database, shop: Floor) -> None:
    with db.write() as s:
        made = booking.hold(s, CALL, shop.closer, TOMORROW, shop.operator, NOON).id
        floor.hang_up(s, shop, NOON)
        wrap_up.save(s, CALL, shop.operator, "appointment", NOON)
    with db.read() as s:
        assert s.get_one(Appointment, made).state is AppointmentState.BOOKED


def test_an_appointment_that_nobody_booked_is_a_lead_in_the_list(db: Database, shop: Floor) -> None:
    with db.write() as s:
        floor.hang_up(s, shop, NOON)
        wrap_up.save(s, CALL, shop.operator, "appointment", NOON)
    with db.read() as s:
        assert s.scalars(select(Handoff)).one().state == "offered"


def test_called_off_on_the_phone_tells_the_contacts_calendar(
    db: Database, shop: Floor, box: Mailbox, post: Mail
) -> None:
    book(db, shop)
    with db.write() as s:
        floor.hang_up(s, shop, NOON)
        wrap_up.save(s, CALL, shop.operator, "appointment_off", NOON)
    sending.send_due(db, post, NOON)
    assert [str(calendar_of(letter)[0]["METHOD"]) for letter in box.letters] == ["REQUEST", "CANCEL"]
