"""Slots and bookings: what is offered, what is kept, and that nobody is booked twice, on both databases."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from dialer.desk.appointments import booking, hours, lists, moves, results, slots
from dialer.errors import BadInput, Refusal
from dialer.leads import funnel
from dialer.rules.words import AppointmentState, Stage
from dialer.store import Database
from dialer.store.appointments import Appointment, AppointmentMove, AppointmentUnit
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign, Project
from tests.conftest import NOON
from tests.support.floor import CALL, Floor
from tests.unit.appointments.conftest import HOUR, TOMORROW

WEEK = {str(day): [["09:00", "18:00"]] for day in range(1, 6)}


def offered(db: Database, shop: Floor, now: datetime = NOON) -> list[datetime]:
    with db.read() as s:
        return [slot.starts_at for slot in slots.free(s, s.get_one(Campaign, shop.campaign), now, limit=400, a_day=99)]


def held(db: Database, shop: Floor, at: datetime = TOMORROW, now: datetime = NOON) -> int:
    with db.write() as s:
        return booking.hold(s, CALL, shop.closer, at, shop.operator, now).id


def booked(db: Database, shop: Floor, at: datetime = TOMORROW) -> int:
    made = held(db, shop, at)
    with db.write() as s:
        booking.book(s, made, shop.operator, NOON)
    return made


def refused(db: Database, act: object, code: str) -> None:
    with pytest.raises(Refusal, match=code), db.write() as s:
        act(s)  # type: ignore[operator]


def at_once(want: Callable[[int], None], count: int) -> None:
    """So many threads that want something at the same moment."""
    threads = [threading.Thread(target=want, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def test_a_closer_without_hours_is_offered_in_the_projects_hours(db: Database, shop: Floor) -> None:
    local = [at.astimezone(hours.ZoneInfo("Europe/Moscow")) for at in offered(db, shop)]
    assert all(9 <= at.hour < 18 and at.isoweekday() <= 5 for at in local)
    assert min(local) >= NOON + HOUR  # an hour's notice


def test_lunch_days_off_and_buffers_are_left_out(db: Database, shop: Floor) -> None:
    with db.write() as s:
        week = {"4": [["10:00", "12:00"], ["13:00", "14:00"]]}
        hours.save(s, shop.closer, "Europe/Samara", week, ["2026-03-12"], 30, 15, 0)
    thursday = [at.astimezone(hours.ZoneInfo("Europe/Samara")) for at in offered(db, shop)]
    assert [f"{at:%d %H:%M}" for at in thursday] == ["05 10:00", "05 10:45", "05 11:30", "05 13:00"]


@pytest.mark.parametrize(
    ("week", "length", "said"),
    [
        ({"1": [["18:00", "09:00"]]}, 30, "must end after"),
        ({"8": [["09:00", "10:00"]]}, 30, "must end after"),
        ({"1": [["09:00", "12:00"], ["11:00", "14:00"]]}, 30, "not overlap"),
        ({"1": [["09:03", "10:00"]]}, 30, "09:00"),
        ({"1": [["09:00", "10:00"]]}, 7, "steps of 5"),
    ],
)
def test_hours_that_make_no_sense_are_refused(week: dict[str, object], length: int, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        hours.read("Europe/Moscow", week, [], length, 10, 60)


def test_a_hold_keeps_the_time_for_ten_minutes_and_no_longer(db: Database, shop: Floor) -> None:
    assert TOMORROW in offered(db, shop)
    first = held(db, shop)
    assert TOMORROW not in offered(db, shop)
    later = NOON + timedelta(minutes=10)
    assert TOMORROW in offered(db, shop, later)
    refused(db, lambda s: booking.book(s, first, shop.operator, later), "hold_over")
    with db.write() as s:
        booking.hold(s, CALL, shop.closer, TOMORROW, shop.operator, later)
    with db.read() as s:
        assert s.get_one(Appointment, first).state is AppointmentState.LAPSED


def test_another_choice_of_the_same_call_gives_the_first_time_back(db: Database, shop: Floor) -> None:
    first, second = held(db, shop), held(db, shop, TOMORROW + 2 * HOUR)
    with db.read() as s:
        assert s.get_one(Appointment, first).state is AppointmentState.LAPSED
        assert set(s.scalars(select(AppointmentUnit.appointment_id))) == {second}


def test_booking_moves_the_funnel_and_is_journalled(db: Database, shop: Floor) -> None:
    made = booked(db, shop)
    with db.read() as s:
        assert funnel.place(s, shop.contact) is Stage.APPOINTMENT
        row = s.scalars(select(AppointmentMove)).one()
        assert (row.appointment_id, row.old, row.new) == (made, AppointmentState.HOLD, AppointmentState.BOOKED)
    refused(db, lambda s: booking.hold(s, CALL, shop.closer, TOMORROW + HOUR, shop.operator, NOON), "already_booked")


def test_the_buffer_behind_an_appointment_is_kept_free(db: Database, shop: Floor) -> None:
    booked(db, shop)
    with db.read() as s:
        assert len(s.scalars(select(AppointmentUnit)).all()) == 8  # 30 minutes and 10


def test_moving_frees_the_old_time_and_takes_the_new_one(db: Database, shop: Floor) -> None:
    made = booked(db, shop)
    assert TOMORROW + timedelta(minutes=40) in offered(db, shop)
    with db.write() as s:
        row = booking.reschedule(s, made, TOMORROW + timedelta(minutes=20), shop.closer, NOON)
        assert (row.state, row.sequence) == (AppointmentState.MOVED, 1)
    with db.read() as s:
        assert len(s.scalars(select(AppointmentUnit)).all()) == 8
    assert TOMORROW + timedelta(minutes=40) not in offered(db, shop)


def test_a_move_onto_a_taken_time_changes_nothing(db: Database, shop: Floor) -> None:
    made = booked(db, shop)
    with db.write() as s:
        other = _another_contact(s, shop)
    with db.write() as s:
        booking.hold(s, other, shop.closer, TOMORROW + 2 * HOUR, shop.operator, NOON)
    refused(db, lambda s: booking.reschedule(s, made, TOMORROW + 2 * HOUR, shop.closer, NOON), "slot_taken")
    with db.read() as s:
        row = s.get_one(Appointment, made)
        assert (row.starts_at, row.state) == (TOMORROW, AppointmentState.BOOKED)
        assert len(s.scalars(select(AppointmentUnit)).all()) == 16


def test_cancelling_needs_a_reason_and_gives_the_time_back(db: Database, shop: Floor) -> None:
    made = booked(db, shop)
    refused(db, lambda s: booking.cancel(s, made, " ", shop.closer, NOON), "reason_needed")
    with db.write() as s:
        booking.cancel(s, made, "ill", shop.closer, NOON)
    assert TOMORROW in offered(db, shop)
    with db.read() as s:
        assert s.scalars(select(AppointmentUnit)).all() == []


def test_outcomes_only_after_it_began_and_a_missed_one_may_be_moved(db: Database, shop: Floor) -> None:
    made = booked(db, shop)
    refused(db, lambda s: results.end(s, made, True, shop.closer, NOON), "too_early")
    with db.write() as s:
        results.end(s, made, False, shop.closer, TOMORROW + HOUR, "did not pick up")
    with db.write() as s:
        row = booking.reschedule(s, made, TOMORROW + 4 * HOUR, shop.closer, TOMORROW + HOUR)
        assert row.state is AppointmentState.MOVED


def test_a_dispute_of_the_client_reaches_the_appointment_and_back(db: Database, shop: Floor) -> None:
    made = booked(db, shop)
    with db.write() as s:
        results.end(s, made, True, shop.closer, TOMORROW + HOUR)
        results.disputed(s, shop.contact, shop.closer, TOMORROW + HOUR, "nobody came")
    with db.write() as s:
        assert s.get_one(Appointment, made).state is AppointmentState.DISPUTED
        results.stands(s, shop.contact, shop.closer, TOMORROW + HOUR)
    with db.read() as s:
        assert s.get_one(Appointment, made).state is AppointmentState.HELD


def test_below_the_gate_no_time_is_kept(db: Database, shop: Floor) -> None:
    with db.write() as s:
        s.get_one(Project, shop.project).qualification = "standard"
    refused(db, lambda s: booking.hold(s, CALL, shop.closer, TOMORROW, shop.operator, NOON), "below_gate")


def test_a_call_of_somebody_else_books_nothing(db: Database, shop: Floor) -> None:
    refused(db, lambda s: booking.hold(s, CALL, shop.closer, TOMORROW, shop.closer, NOON), "not_your_call")
    refused(db, lambda s: booking.hold(s, CALL, shop.operator, TOMORROW, shop.operator, NOON), "not_a_closer")


def _another_contact(s: object, shop: Floor, n: int = 0) -> str:
    first = s.get_one(Contact, shop.contact)  # type: ignore[attr-defined]
    contact = Contact(
        campaign_id=shop.campaign, zone_set_id=first.zone_set_id, name=f"Lin {n}", state="claimed", created_at=NOON,
        email=f"lin{n}@example.com",
    )  # fmt: skip
    s.add(contact)  # type: ignore[attr-defined]
    s.flush()  # type: ignore[attr-defined]
    call = s.get_one(Attempt, CALL)  # type: ignore[attr-defined]
    copy = {c.name: getattr(call, c.name) for c in Attempt.__table__.columns}
    made = f"aother{n:019d}"
    s.add(Attempt(**{**copy, "id": made, "contact_id": contact.id}))  # type: ignore[attr-defined]
    s.flush()  # type: ignore[attr-defined]
    return made


def test_of_twelve_people_who_want_four_times_four_get_one(db: Database, shop: Floor) -> None:
    """Really at once: twelve threads, each in its own transaction; overlapping times too."""
    with db.write() as s:
        calls = [_another_contact(s, shop, n) for n in range(12)]
    times = [TOMORROW + n * timedelta(minutes=40) for n in range(4)]
    start, ends = threading.Barrier(len(calls)), Counter[str]()

    def want(n: int) -> None:
        start.wait()
        at = times[n % 4] + (timedelta(minutes=5) if n >= 8 else timedelta())  # a third of them overlap only
        try:
            with db.write() as s:
                row = booking.hold(s, calls[n], shop.closer, at, shop.operator, NOON)
            with db.write() as s:
                booking.book(s, row.id, shop.operator, NOON)
            ends["booked"] += 1
        except Refusal as refusal:
            ends[refusal.code] += 1

    at_once(want, len(calls))
    assert sum(ends.values()) == 12 and set(ends) <= {"booked", "slot_taken"}
    with db.read() as s:
        rows = list(s.scalars(select(Appointment).where(Appointment.state == AppointmentState.BOOKED)))
    assert len(rows) == ends["booked"] >= 3
    spans = sorted((row.starts_at, row.ends_at) for row in rows)
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))


@pytest.fixture
def presentation(db: Database, shop: Floor) -> None:
    """Two contacts may share one time of the closer."""
    with db.write() as s:
        hours.save(s, shop.closer, "Europe/Moscow", WEEK, [], 30, 10, 60, seats=2)


def test_a_full_time_is_refused_and_the_next_free_one_named(db: Database, shop: Floor, presentation: None) -> None:
    with db.write() as s:
        calls = [_another_contact(s, shop, n) for n in range(3)]
        booking.hold(s, calls[0], shop.closer, TOMORROW, shop.operator, NOON)
    apart = TOMORROW + timedelta(minutes=5)  # a seat is free, but who shares a time begins together
    refused(db, lambda s: booking.hold(s, calls[1], shop.closer, apart, shop.operator, NOON), "slot_taken")
    assert TOMORROW in offered(db, shop)
    with db.write() as s:
        booking.hold(s, calls[1], shop.closer, TOMORROW, shop.operator, NOON)
    with pytest.raises(Refusal, match="slot_taken") as full, db.write() as s:
        booking.hold(s, calls[2], shop.closer, TOMORROW, shop.operator, NOON)
    assert full.value.detail["next_at"] == TOMORROW + timedelta(minutes=40)
    assert TOMORROW not in offered(db, shop) and TOMORROW + timedelta(minutes=40) in offered(db, shop)


def test_of_eight_people_who_want_one_time_at_once_two_get_it(db: Database, shop: Floor, presentation: None) -> None:
    """Half of them want it five minutes later: who shares a time begins together."""
    with db.write() as s:
        calls = [_another_contact(s, shop, n) for n in range(8)]
    start, ends = threading.Barrier(len(calls)), Counter[str]()

    def want(n: int) -> None:
        start.wait()
        try:
            with db.write() as s:
                booking.hold(s, calls[n], shop.closer, TOMORROW + (n % 2) * timedelta(minutes=5), shop.operator, NOON)
            ends["kept"] += 1
        except Refusal as refusal:
            ends[refusal.code] += 1

    at_once(want, len(calls))
    assert ends == {"kept": 2, "slot_taken": 6}
    with db.read() as s:
        assert len(set(s.scalars(select(Appointment.starts_at).where(Appointment.state == AppointmentState.HOLD)))) == 1


def test_the_feed_shows_what_is_ahead_and_no_number(db: Database, shop: Floor) -> None:
    made = booked(db, shop)
    with db.read() as s:
        text = lists.feed(s, shop.closer, NOON)
    assert "METHOD:PUBLISH" in text and "Ромашка" in text and "+7916" not in text and "@romashka" not in text
    with db.write() as s:
        moves.locked(s, made)
        booking.cancel(s, made, "ill", shop.closer, NOON)
    with db.read() as s:
        assert "VEVENT" not in lists.feed(s, shop.closer, NOON)
