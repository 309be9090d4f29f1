"""P4 when it is the engine that is late or dead: who picks up hears the message, and is counted as abandoned."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialer.engine import answers, inbound, lease
from dialer.providers.base import Join, Message, Plan
from dialer.rules.words import Amd, AttemptState, Mode, OperatorState, Outcome
from dialer.store import Database
from tests.simulation.conftest import Died
from tests.support import world as worlds


@pytest.mark.parametrize(("late_s", "met"), [(1.0, True), (answers.LATE_S + 0.1, False), (12.0, False)])
def test_an_answer_that_the_engine_comes_to_too_late_reserves_nobody(db: Database, late_s: float, met: bool) -> None:
    """FastAGI has apologised by then, all by itself: a database locked for seconds, an engine that stood still."""
    world = worlds.make(db, operators=1, closers=0)
    world.start()
    ana = world.operator_ready(0)
    world.contact(worlds.number("ring3"))
    world.run(2)
    plans: list[Plan] = []
    world.engine.ask(world.attempts()[0].id, Amd.UNSURE, plans.append)
    world.now += timedelta(seconds=late_s)
    world.engine.turn()
    assert isinstance(plans[0], Join if met else Message)
    attempt = world.attempts()[0]
    assert attempt.abandoned is not met
    assert world.state(ana) is (OperatorState.TALKING if met else OperatorState.READY)


def test_a_call_for_one_operator_is_told_off_as_well(db: Database) -> None:
    world = worlds.make(db, operators=1, closers=0, mode=Mode.PREVIEW, preview_s=1)
    world.contact(worlds.number("ring3"))
    world.start()
    ana = world.operator_ready(0)
    world.run(2)
    assert world.state(ana) is OperatorState.DIALLING
    world.engine.ask(world.attempts()[0].id, Amd.UNSURE, lambda plan: None)
    world.now += timedelta(seconds=3)
    world.engine.turn()
    world.run(0.5)
    assert world.attempts()[0].abandoned
    world.provider._end(world.provider._legs[world.attempts()[0].id], Outcome.ANSWERED)
    world.run(1)
    assert world.attempts()[0].disposition == "abandoned"


def test_a_person_who_rings_back_is_not_given_to_anybody_too_late(db: Database) -> None:
    world = worlds.make(db, operators=1, closers=0)
    number = worlds.number("busy")
    world.contact(number)
    world.start()
    ana = world.operator_ready(0)
    world.run(1)
    plans: list[Plan] = []
    world.engine.inbox.put(inbound.Ask("1795299409-7", number, "+74950001122", world.now, plans.append))
    world.now += timedelta(seconds=5)
    world.engine.turn()
    assert isinstance(plans[0], Message) and world.state(ana) is OperatorState.READY


@pytest.mark.parametrize("point", ["sent_after_network", "answered_before_reply"])
def test_who_picked_up_while_no_engine_lived_is_counted_as_abandoned(db: Database, dies_at, point: str) -> None:
    """The dialplan apologises when nobody answers its question; the next engine finds the leg up and in no room."""
    world = worlds.make(db, operators=1, closers=0)
    world.contact(worlds.number("talk"))
    world.start()
    dies_at(point)
    with pytest.raises(Died):
        world.operator_ready(0)
        world.run(5)
    world.provider._answer = lambda leg, heard, reply: None  # nobody there: the dialplan says sorry
    world.now += timedelta(seconds=lease.LEASE_S)
    world.provider.advance()
    world.engine = world.new_engine()
    world.start()
    attempt = world.attempts()[0]
    assert (attempt.state, attempt.abandoned) == (AttemptState.MESSAGED, True)
    assert world.state(world.users[0]) is OperatorState.READY
    world.provider.hang_up(attempt.id)
    world.run(1)
    assert world.attempts()[0].disposition == "abandoned"


def test_who_asks_the_new_engine_is_answered_by_it(db: Database, dies_at) -> None:
    """A call that is picked up while the new engine begins: its question is among the first things it hears."""
    world = worlds.make(db, operators=1, closers=0)
    world.contact(worlds.number("talk"))
    world.start()
    dies_at("sent_after_network")
    with pytest.raises(Died):
        world.operator_ready(0)
        world.run(5)
    world.engine = world.new_engine()
    world.provider._sink, world.provider._answer = world.engine.post, world.engine.ask
    world.now += timedelta(seconds=0.5)
    world.provider.advance()
    world.engine.start()
    world.settle()
    assert world.state(world.users[0]) is OperatorState.TALKING
    assert not world.attempts()[0].abandoned
