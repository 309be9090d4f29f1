"""The engine on the pretend network: what a progressive campaign does, seen from the database and from the network."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from dialer.compliance import suppression
from dialer.desk import session, wrap_up
from dialer.errors import Refusal
from dialer.rules.words import AttemptState, CampaignState, ContactState, OperatorState, Outcome
from dialer.store import Database
from dialer.store.contacts import ContactNumber
from dialer.store.outbox import ask_engine
from dialer.store.projects import Campaign
from tests.support import world as worlds


def hang_up(world: worlds.World, user_id: int) -> None:
    with world.db.write() as s:
        ask_engine(s, world.now, "call.hang_up", user_id, attempt=session.get(s, user_id).attempt_id)
    world.settle()


def save(world: worlds.World, user_id: int, disposition: str, **more: object) -> None:
    with world.db.write() as s:
        attempt = session.get(s, user_id).attempt_id
        assert attempt is not None
        wrap_up.save(s, attempt, user_id, disposition, world.now, **more)  # type: ignore[arg-type]


def test_nothing_is_dialled_before_an_operator_is_ready(db: Database) -> None:
    world = worlds.make(db)
    world.contact()
    world.start()
    world.run(5)
    assert world.attempts() == []


def test_a_ready_operator_gets_a_call_a_wrap_up_and_the_next_call(db: Database) -> None:
    world = worlds.make(db)
    first, second = world.contact(), world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(2)
    assert world.state(ana) is OperatorState.TALKING
    attempt = world.attempts()[0]
    assert attempt.contact_id == first and attempt.state is AttemptState.CONNECTED and attempt.operator_id == ana
    hang_up(world, ana)
    assert world.state(ana) is OperatorState.WRAP_UP
    save(world, ana, "refused_hard")
    assert world.get(first).state is ContactState.CLOSED
    world.run(2)
    assert world.session(ana).state is OperatorState.TALKING
    assert world.attempts()[1].contact_id == second
    assert [entry["number"] for entry in world.provider.log] == [a.to_number for a in world.attempts()]


def test_one_call_rings_per_ready_operator_and_no_more(db: Database) -> None:
    world = worlds.make(db, operators=2)
    for _ in range(6):
        world.contact(worlds.number("noanswer"))
    world.start()
    world.operator_ready(0)
    world.operator_ready(1)
    world.run(3)
    assert len(world.attempts()) == 2


@pytest.mark.parametrize(
    ("behaviour", "outcome", "disposition"),
    [
        ("busy", Outcome.BUSY, "busy"),
        ("noanswer", Outcome.NO_ANSWER, "no_answer"),
        ("rejected", Outcome.REJECTED, "blocked"),
        ("unreachable", Outcome.UNREACHABLE, "unreachable"),
        ("congestion", Outcome.CONGESTION, "tech_fail"),
        ("unallocated", Outcome.BAD_NUMBER, "bad_number"),
    ],
)
def test_what_nobody_talked_to_is_disposed_of_by_the_system(
    db: Database, behaviour: str, outcome: Outcome, disposition: str
) -> None:
    world = worlds.make(db)
    contact = world.contact(worlds.number(behaviour))
    world.start()
    world.operator_ready()
    world.run(25)
    attempt = world.attempts()[0]
    assert (attempt.outcome, attempt.disposition, attempt.state) == (outcome, disposition, AttemptState.CLOSED)
    expected = ContactState.CLOSED if behaviour == "unallocated" else ContactState.WAITING
    assert world.get(contact).state is expected


def test_a_machine_is_left_alone_when_detection_is_on(db: Database) -> None:
    world = worlds.make(db, amd=True)
    world.contact(worlds.number("machine"))
    world.start()
    ana = world.operator_ready()
    world.run(5)
    assert world.attempts()[0].outcome is Outcome.MACHINE
    assert world.state(ana) is OperatorState.READY


def test_an_answer_that_finds_nobody_hears_the_message_within_two_seconds(db: Database) -> None:
    world = worlds.make(db)
    world.contact(worlds.number("ring2"))
    world.start()
    ana = world.operator_ready()
    world.run(1)
    with db.write() as s:
        session.pause(s, ana, "break", world.now)
    world.run(8)
    entry = world.provider.log[0]
    assert (entry["message"] - entry["answered"]).total_seconds() <= 2  # type: ignore[operator]
    attempt = world.attempts()[0]
    assert attempt.abandoned and attempt.disposition == "abandoned"


def test_a_pause_asked_for_in_a_call_begins_after_the_wrap_up(db: Database) -> None:
    world = worlds.make(db)
    world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(2)
    with db.write() as s:
        session.pause(s, ana, "lunch", world.now)
    assert world.state(ana) is OperatorState.TALKING
    hang_up(world, ana)
    save(world, ana, "refused_hard")
    assert world.state(ana) is OperatorState.PAUSED and world.session(ana).reason == "lunch"


def test_a_second_disposition_is_refused(db: Database) -> None:
    world = worlds.make(db)
    world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(2)
    attempt = world.attempts()[0].id
    hang_up(world, ana)
    save(world, ana, "refused_hard")
    with pytest.raises(Refusal, match="already_saved"), db.write() as s:
        wrap_up.save(s, attempt, ana, "dnc", world.now)


def test_stop_calling_suppresses_the_number_at_once(db: Database) -> None:
    world = worlds.make(db)
    contact = world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(2)
    hang_up(world, ana)
    save(world, ana, "dnc")
    assert world.get(contact).state is ContactState.SUPPRESSED


def test_nothing_is_dialled_outside_the_callees_hours(db: Database) -> None:
    rules = {"profiles": ["none"], "hours": {"all": "12:00-13:00"}, "prefixes": ["+7"]}
    world = worlds.make(db, rules=rules)
    early = world.contact(zones="Asia/Omsk")  # 15:00 there
    open_now = world.contact(zones="Europe/Moscow")  # 12:00 there
    both = world.contact(zones="Asia/Omsk|Europe/Moscow")
    world.start()
    world.operator_ready(0)
    world.operator_ready(1)
    world.run(3)
    assert [a.contact_id for a in world.attempts()] == [open_now]
    assert world.get(early).state is ContactState.READY and world.get(both).state is ContactState.READY


def test_a_lost_phone_takes_the_operator_out_of_ready_and_says_why(db: Database) -> None:
    world = worlds.make(db)
    world.start()
    ana = world.operator_ready()
    world.provider.hang_up(world.session(ana).leg)
    world.settle()
    assert world.state(ana) is OperatorState.OFFLINE and world.session(ana).reason == "phone_lost"


def test_a_phone_lost_in_a_call_comes_back_into_the_same_call(db: Database) -> None:
    world = worlds.make(db)
    world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(2)
    world.provider.hang_up(world.session(ana).leg)
    world.run(1)
    assert world.state(ana) is OperatorState.TALKING and not world.session(ana).leg_up
    with db.write() as s:
        session.reconnect_phone(s, ana, world.now)
    world.run(1)
    row = world.session(ana)
    assert row.leg_up and row.phone_lost_at is None
    assert world.attempts()[0].state is AttemptState.CONNECTED


def test_a_call_whose_operator_stays_away_goes_to_somebody_ready(db: Database) -> None:
    world = worlds.make(db)
    world.contact()
    world.start()
    ana = world.operator_ready(0)
    world.run(2)
    ben = world.operator_ready(1)
    world.provider.hang_up(world.session(ana).leg)
    world.run(25)
    assert world.state(ben) is OperatorState.TALKING and world.attempts()[0].operator_id == ben
    assert world.state(ana) is OperatorState.OFFLINE


def test_nothing_is_dialled_while_there_is_no_room_to_record(db: Database) -> None:
    world = worlds.make(db)
    contact = world.contact()
    reasons = ["disk_low"]
    world.engine.may_record = lambda lines: reasons[0]
    world.start()
    ana = world.operator_ready()
    world.run(3)
    assert world.provider.log == [] and "disk_low" in world.engine.decisions[world.campaign_id]
    reasons[0] = ""
    world.run(3)
    assert world.attempts()[0].contact_id == contact and world.state(ana) is OperatorState.TALKING


def test_an_operator_who_comes_while_the_network_is_away_gets_ready_when_it_is_back(db: Database) -> None:
    world = worlds.make(db)
    world.start()
    world.provider.break_link()
    ana = world.operator_ready()
    assert world.state(ana) is OperatorState.CONNECTING
    world.engine.start()
    world.run(1)
    assert world.state(ana) is OperatorState.READY


def test_a_number_that_turns_out_bad_gives_way_to_the_next_one(db: Database) -> None:
    world = worlds.make(db)
    bad, good = worlds.number(), worlds.number()
    contact = world.contact(bad, good)
    with db.write() as s:
        s.execute(update(ContactNumber).where(ContactNumber.number == bad).values(bad=True))
    world.start()
    world.operator_ready()
    world.run(3)
    assert [entry["number"] for entry in world.provider.log] == [good]
    assert world.get(contact).state is ContactState.CLAIMED


def test_a_campaign_stopped_at_once_hangs_up_and_sends_nothing_more(db: Database) -> None:
    world = worlds.make(db, operators=2)
    for _ in range(4):
        world.contact()
    world.start()
    users = [world.operator_ready(0), world.operator_ready(1)]
    world.run(3)
    with db.write() as s:
        s.get_one(Campaign, world.campaign_id).state = CampaignState.STOPPED
        ask_engine(s, world.now, "campaign.stop", users[0], campaign=world.campaign_id)
    world.run(3)
    assert all(entry["end"] is not None for entry in world.provider.log) and len(world.provider.log) == 2


def test_a_contact_whose_first_number_is_suppressed_is_called_on_the_second(db: Database) -> None:
    world = worlds.make(db)
    first, second = worlds.number(), worlds.number()
    with db.write() as s:
        suppression.add(s, first, world.now, source="import")
    world.contact(first, second)
    world.start()
    world.operator_ready()
    world.run(3)
    assert [entry["number"] for entry in world.provider.log] == [second]
