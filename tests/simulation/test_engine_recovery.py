"""The engine dies between any two steps; the next one makes the books agree with the network. The network judges."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from dialer.desk import session
from dialer.engine import crash, lease
from dialer.providers.base import CustomerCall, Event, Up
from dialer.rules.words import AttemptState, ContactState, OperatorState, Outcome
from dialer.store import Database
from tests.simulation.conftest import Died
from tests.support import world as worlds


def run_until_death(world: worlds.World, seconds: float) -> bool:
    """Log the first operator in and let time pass; True if the engine died on the way."""
    try:
        world.operator_ready(0)
        world.run(seconds)
    except Died:
        return True
    return False


def restart(world: worlds.World) -> None:
    world.engine = world.new_engine("engine-2")
    world.now += timedelta(seconds=lease.LEASE_S + 1)
    world.start()


@pytest.mark.parametrize("point", crash.POINTS)
def test_no_number_is_dialled_twice_whenever_the_engine_dies(db: Database, dies_at, point: str) -> None:
    world = worlds.make(db, operators=2, closers=0, wrap_up_s=2)
    for behaviour in ("brief", "busy", "brief", "noanswer", "early"):
        world.contact(worlds.number(behaviour))
    world.start()
    dies_at(point)
    assert run_until_death(world, 30), f"{point} was never reached"
    restart(world)
    world.operator_ready(1)
    world.run(60)
    rung = Counter(str(entry["number"]) for entry in world.provider.log)
    attempts = Counter(a.to_number for a in world.attempts() if a.sent_at is not None)
    assert all(rung[number] <= attempts[number] for number in rung), (rung, attempts)
    assert {str(entry["leg"]) for entry in world.provider.log} <= {a.id for a in world.attempts()}


def test_what_was_placed_but_not_sent_is_dialled_by_the_next_engine(db: Database, dies_at) -> None:
    world = worlds.make(db)
    contact = world.contact()
    world.start()
    dies_at("placed")
    assert run_until_death(world, 5)
    restart(world)
    world.run(3)
    assert [e["number"] for e in world.provider.log] == [world.attempts()[-1].to_number]
    assert world.get(contact).tries == 1


def test_what_was_sent_and_cannot_be_known_is_unknown_and_never_retried(db: Database, dies_at) -> None:
    world = worlds.make(db)
    contact = world.contact()
    world.start()
    dies_at("sent_before_network")
    assert run_until_death(world, 3)
    assert world.provider.log == []
    restart(world)
    world.run(120)
    attempt = world.attempts()[0]
    assert (attempt.outcome, attempt.disposition) == (Outcome.UNKNOWN, "unknown")
    assert world.get(contact).state is ContactState.CLOSED
    assert world.provider.log == []


def test_a_call_that_lives_is_adopted_with_its_operator(db: Database, dies_at) -> None:
    world = worlds.make(db)
    world.contact()
    world.start()
    dies_at("joined")
    assert run_until_death(world, 3)
    restart(world)
    world.run(1)
    ana = world.users[0]
    assert world.attempts()[0].state is AttemptState.CONNECTED
    assert world.state(ana) is OperatorState.TALKING and world.session(ana).leg_up


def test_legs_nobody_knows_are_ended(db: Database) -> None:
    world = worlds.make(db)
    world.start()
    world.provider.originate(CustomerCall("astrangerleg", "+79165550000", "", 20))
    world.run(1)
    world.engine = world.new_engine("engine-2")
    world.start()
    world.run(1)
    assert world.provider.log[0]["end"] is not None


def test_a_restart_of_the_pbx_ends_every_call_once(db: Database) -> None:
    world = worlds.make(db)
    world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(2)
    world.provider._legs.clear()  # every call is gone without a word, as after kill -9
    world.engine.post(Up(world.now, (), restarted=True))
    world.settle()
    assert world.attempts()[0].state is AttemptState.ENDED
    assert world.state(ana) is OperatorState.WRAP_UP
    world.engine.post(Up(world.now, (), restarted=True))
    world.settle()
    assert len([m for m in world.attempts() if m.state is AttemptState.ENDED]) == 1


def test_two_engines_do_not_dial_the_same_campaign(db: Database) -> None:
    world = worlds.make(db, operators=1)
    for _ in range(4):
        world.contact(worlds.number("noanswer"))
    world.start()
    second = world.new_engine("engine-2")
    world.operator_ready()
    for _ in range(40):
        world.run(0.25)
        second.turn()
    assert len(world.provider.log) == 1


def test_what_is_asked_for_before_the_truth_is_taken_in_is_not_taken_for_lost(db: Database) -> None:
    """The link is ready a moment before its Up is heard: a phone rung in between is not in that truth."""
    world = worlds.make(db)
    heard: list[Event] = []
    world.provider.start(heard.append, lambda leg, amd, reply: None)
    with db.write() as s:
        session.connect(s, world.users[0], world.campaign_id, world.now)
    world.engine.turn()
    assert world.provider.live_legs() == frozenset(), "nothing is asked of a network that has not said what is up"
    world.provider.start(world.engine.post, world.engine.ask)
    for event in heard:
        world.engine.post(event)
    world.settle()
    world.run(1)
    assert world.state(world.users[0]) is OperatorState.READY
