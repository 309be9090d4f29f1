"""Two engines on one database and one network: one dials, the other stands by and takes over when the first dies."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialer.desk import session
from dialer.engine import lease
from dialer.engine.core import Engine
from dialer.providers.base import Event, Up
from dialer.rules.operator_states import OperatorEvent
from dialer.rules.words import AttemptState, ContactState, Mode, OperatorState, Outcome
from dialer.store import Database
from dialer.store.outbox import ask_engine
from tests.simulation.conftest import Died
from tests.support import world as worlds


class Pair:
    """``first`` has the lease; ``second`` hears the same network. Both turn until the first dies."""

    def __init__(self, world: worlds.World) -> None:
        self.world, self.first, self.second = world, world.engine, world.new_engine("engine-2")
        self.first.start()
        world.provider._sink = self.both
        self.first.turn()
        self.second.turn()

    def both(self, event: Event) -> None:
        self.first.post(event)
        self.second.post(event)

    def run(self, seconds: float, *engines: Engine) -> None:
        for _ in range(int(seconds * 4)):
            self.world.now += timedelta(seconds=0.25)
            for engine in engines or (self.first, self.second):
                self.world.provider.advance()
                engine.turn()

    def run_until_death(self) -> None:
        with pytest.raises(Died):
            self.run(20)

    def survive(self, seconds: float) -> None:
        self.world.provider._sink, self.world.provider._answer = self.second.post, self.second.ask
        self.run(lease.LEASE_S + seconds, self.second)


@pytest.mark.parametrize(
    ("point", "outcome"), [("sent_before_network", Outcome.UNKNOWN), ("sent_after_network", Outcome.NO_ANSWER)]
)
def test_what_a_dead_engine_had_sent_is_settled_by_the_one_that_takes_over(
    db: Database, dies_at, point: str, outcome: Outcome
) -> None:
    world = worlds.make(db, operators=1, closers=0)
    contact = world.contact(worlds.number("noanswer"))
    pair = Pair(world)
    with db.write() as s:
        session.connect(s, world.users[0], world.campaign_id, world.now)
    dies_at(point)
    pair.run_until_death()
    pair.survive(30)
    assert [(a.state, a.outcome) for a in world.attempts()] == [(AttemptState.CLOSED, outcome)]
    assert world.get(contact).state in (ContactState.CLOSED, ContactState.WAITING)
    assert len(world.provider.log) == (point == "sent_after_network")
    world.contact(worlds.number("busy"))
    pair.survive(3)
    assert world.attempts()[-1].outcome is Outcome.BUSY


@pytest.mark.parametrize("pressed", [False, True])
def test_who_looked_at_a_contact_when_the_engine_died_works_on(db: Database, dies_at, pressed: bool) -> None:
    world = worlds.make(db, operators=1, closers=0, mode=Mode.PREVIEW, preview_s=600)
    world.contact()
    pair = Pair(world)
    ana = world.users[0]
    with db.write() as s:
        session.connect(s, ana, world.campaign_id, world.now)
    pair.run(2)
    assert world.state(ana) is OperatorState.PREVIEWING
    if pressed:
        with db.write() as s:
            ask_engine(s, world.now, "call.dial", ana)
        dies_at("sent_before_network")
        pair.run_until_death()
    pair.survive(2)
    with db.write() as s:
        if world.state(ana) is OperatorState.PREVIEWING:
            ask_engine(s, world.now, "call.dial", ana)
    pair.survive(30)
    expected = OperatorState.READY if pressed else OperatorState.TALKING
    assert world.state(ana) is expected, world.attempts()[-1].state


@pytest.mark.parametrize("waits", [OperatorState.PREVIEWING, OperatorState.DIALLING])
def test_nobody_waits_for_a_call_that_a_dead_engine_never_sent(db: Database, dies_at, waits: OperatorState) -> None:
    """The same engine comes back: what was placed for one person is placed no more, and they are free."""
    world = worlds.make(db, operators=1, closers=0, mode=Mode.PREVIEW, preview_s=600)
    contact = world.contact()
    world.start()
    ana = world.operator_ready(0)
    world.run(1)
    if waits is OperatorState.DIALLING:
        with db.write() as s:
            ask_engine(s, world.now, "call.dial", ana)
        dies_at("before_commit")
        with pytest.raises(Died):
            world.run(1)
        with db.write() as s:  # what the turn of a faster engine had committed just before it died
            row = session.get(s, ana, world.now)
            session.move(s, row, OperatorEvent.DIAL, world.now)
    world.engine = world.new_engine()
    world.start()
    world.run(2)
    assert world.state(ana) is OperatorState.PREVIEWING
    with db.write() as s:
        ask_engine(s, world.now, "call.dial", ana)
    world.run(3)
    assert world.state(ana) is OperatorState.TALKING and world.get(contact).tries == 1


def test_an_engine_that_comes_up_leaves_the_calls_of_a_living_one_alone(db: Database) -> None:
    """Its picture of the network may be older than a call that the other one has just sent."""
    world = worlds.make(db, operators=1, closers=0)
    world.contact(worlds.number("noanswer"))
    pair = Pair(world)
    with db.write() as s:
        session.connect(s, world.users[0], world.campaign_id, world.now)
    pair.run(2)
    pair.second.post(Up(world.now, ()))
    pair.run(1)
    assert [a.state for a in world.attempts()] == [AttemptState.RINGING]
    assert world.session(world.users[0]).leg_up
    pair.run(30)
    assert world.attempts()[0].outcome is Outcome.NO_ANSWER
