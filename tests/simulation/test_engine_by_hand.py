"""Calls that an operator chooses, on the pretend network: once, by the same gate, without upsetting the list."""

from __future__ import annotations

import pytest

from dialer.desk import by_hand, session
from dialer.errors import Refusal
from dialer.rules.words import AttemptState, ContactState, Mode, OperatorState
from dialer.store import Database
from dialer.store.contacts import Contact
from dialer.store.messages import Command
from dialer.store.outbox import ask_engine
from dialer.store.people import Holding
from tests.simulation.test_engine_progressive import hang_up, save
from tests.support import world as worlds


def talked(db: Database, **campaign: object) -> tuple[worlds.World, int, int]:
    """A world in which Ana has talked to a contact and closed it; she is ready and the list is empty."""
    world = worlds.make(db, closers=0, **campaign)
    contact = world.contact()
    world.start()
    ana = world.operator_ready()
    with db.write() as s:
        s.add(Holding(user_id=ana, duty="operator", project_id=world.project_id))
    world.run(2)
    hang_up(world, ana)
    save(world, ana, "refused_hard")
    return world, ana, contact


def choose(world: worlds.World, user_id: int, contact: int) -> None:
    with world.db.write() as s:
        by_hand.ask(s, user_id, contact, world.now)
    world.run(2)


def test_a_closed_contact_is_dialled_again_for_the_operator_who_chose_it(db: Database) -> None:
    world, ana, contact = talked(db)
    choose(world, ana, contact)
    second = world.attempts()[1]
    assert (second.operator_id, second.mode, second.state) == (ana, Mode.MANUAL, AttemptState.CONNECTED)
    assert world.state(ana) is OperatorState.TALKING
    assert len(world.provider.log) == 2


def test_who_was_on_a_pause_is_back_on_it_after_the_call(db: Database) -> None:
    world, ana, contact = talked(db)
    world.contact()  # somebody else waits: a pause must not end in their call
    with db.write() as s:
        session.pause(s, ana, "lunch", world.now)
    choose(world, ana, contact)
    assert world.state(ana) is OperatorState.TALKING
    hang_up(world, ana)
    save(world, ana, "refused_hard")
    world.run(2)
    assert world.state(ana) is OperatorState.PAUSED and world.session(ana).reason == "lunch"


def test_in_a_manual_campaign_nothing_is_dialled_but_what_is_chosen(db: Database) -> None:
    world = worlds.make(db, closers=0, mode=Mode.MANUAL)
    contact = world.contact(owner_id=None)
    world.start()
    ana = world.operator_ready()
    world.run(5)
    assert world.attempts() == []
    with db.write() as s:
        s.add(Holding(user_id=ana, duty="operator", project_id=world.project_id))
        s.get_one(Contact, contact).owner_id = ana
    choose(world, ana, contact)
    assert world.state(ana) is OperatorState.TALKING


def test_a_second_wish_for_the_same_contact_is_refused_by_the_engine(db: Database) -> None:
    world, ana, contact = talked(db)
    with db.write() as s:
        ask_engine(s, world.now, "call.by_hand", ana, contact=contact)
        ask_engine(s, world.now, "call.by_hand", ana, contact=contact)
    world.run(2)
    assert len(world.attempts()) == 2
    with db.read() as s:
        assert [c.error for c in s.query(Command).filter_by(kind="call.by_hand").order_by(Command.id)] == [
            "",
            "not_now",
        ]


def test_what_the_gate_refuses_leaves_the_contact_as_it_was(db: Database) -> None:
    """The rules are asked again by the engine: between the wish and the call the day may have ended."""
    world, ana, contact = talked(db, rules={"profiles": ["demo"], "caps": {"contact": {"day": 1}}})
    with pytest.raises(Refusal, match="may_not_dial"):
        choose(world, ana, contact)
    with db.write() as s:
        ask_engine(s, world.now, "call.by_hand", ana, contact=contact)
    world.run(2)
    assert len(world.attempts()) == 1
    found = world.get(contact)
    assert (found.state, found.held_by, found.due_at) == (ContactState.CLOSED, None, None)
    assert world.state(ana) is OperatorState.READY
