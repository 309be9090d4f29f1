"""What answering machines and faxes hear: a message once, or nothing; and the key 9 of who asks not to be called."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialer.desk import session
from dialer.engine.hooks import EngineHooks
from dialer.providers.base import Join, MachineDetected, Message, Plan, Reject
from dialer.providers.pretend import Callee
from dialer.rules.words import Amd, AttemptState, OperatorState, Outcome
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Suppression
from tests.support import world as worlds

RULES = {"profiles": ["none"], "prefixes": ["+7"]}
LEAVE = Message("voicemail-ru", after_beep=True)


def test_a_machine_is_left_one_message_for_each_contact_and_nobody_was_abandoned(db: Database) -> None:
    world = worlds.make(db, rules=RULES, amd=True, machine_message="voicemail-ru", retry_plan="brisk")
    contact = world.contact(worlds.number("machine"))
    world.start()
    world.operator_ready()
    world.run(40)
    (first,) = world.provider.log
    assert first["after_beep"] is True
    (attempt,) = world.attempts()
    assert (attempt.amd, attempt.outcome, attempt.abandoned) == (Amd.MACHINE, Outcome.MACHINE, False)
    assert attempt.heard_at is not None and attempt.heard_at >= attempt.answered_at
    world.run(300)
    assert len(world.provider.log) >= 2 and "message" not in world.provider.log[1]
    assert world.get(contact).disposition == "machine"


@pytest.mark.parametrize(("heard", "most_s"), [(Amd.UNSURE, 0.4), (Amd.HUMAN, 1.2)])
def test_who_was_not_heard_waits_for_an_operator_only_until_two_seconds_are_over(
    db: Database, heard: Amd, most_s: float
) -> None:
    world = worlds.make(db, rules=RULES, amd=True)
    world.provider.amd_s = 1.6
    world.provider.callee = lambda number: Callee(2, heard=heard)
    world.contact(worlds.number())
    world.start()
    ana = world.operator_ready()
    world.run(1)
    with db.write() as s:
        session.pause(s, ana, "break", world.now)
    world.run(8)
    (call,) = world.provider.log
    waited_s = (call["message"] - call["answered"]).total_seconds() - 1.6  # type: ignore[operator]
    assert most_s - 0.5 <= waited_s <= most_s
    assert world.attempts()[0].abandoned


@pytest.mark.parametrize(("behaviour", "given"), [("machine", {}), ("fax", {"machine_message": "voicemail-ru"})])
def test_without_a_message_and_for_a_fax_the_call_ends(db: Database, behaviour: str, given: dict[str, str]) -> None:
    world = worlds.make(db, rules=RULES, amd=True, **given)
    world.contact(worlds.number(behaviour))
    world.start()
    world.operator_ready()
    world.run(5)
    (call,) = world.provider.log
    assert "message" not in call and call["end"] is not None


def test_the_key_nine_stops_the_number_of_the_call_it_was_pressed_in(db: Database) -> None:
    world = worlds.make(db, rules=RULES)
    number = worlds.number("brief")
    world.contact(number)
    world.start()
    world.operator_ready()
    world.run(1)
    EngineHooks(world.engine).opt_out("", world.attempts()[0].id)
    with db.read() as s:
        assert s.scalars(select(Suppression.number)).all() == [number]
    with pytest.raises(LookupError):
        EngineHooks(world.engine).opt_out("", "asterisk-17")


def met_beside_the_call(db: Database, **more: object) -> tuple[worlds.World, str, list[Plan]]:
    """A call that an operator has, of which the network says only now that a machine answered."""
    world = worlds.make(db, rules=RULES, amd=True, **more)  # type: ignore[arg-type]
    world.contact(worlds.number("talk"))
    world.start()
    world.operator_ready()
    world.run(1)
    return world, world.attempts()[0].id, []


def told_of_a_machine(world: worlds.World, leg: str, said: list[Plan]) -> None:
    world.engine.post(MachineDetected(leg, world.now, Amd.MACHINE))
    world.engine.ask(leg, Amd.MACHINE, said.append)
    world.run(0.1)


@pytest.mark.parametrize(("given", "plan"), [({"machine_message": "voicemail-ru"}, LEAVE), ({}, Reject())])
def test_who_met_a_machine_is_free_without_a_wrap_up(db: Database, given: dict[str, str], plan: Plan) -> None:
    world, leg, said = met_beside_the_call(db, **given)
    told_of_a_machine(world, leg, said)
    assert said == [plan]
    if plan == LEAVE:
        assert world.attempts()[0].state is AttemptState.MESSAGED
        assert world.state(world.users[0]) is OperatorState.TALKING
        world.provider.hold(leg)  # it leaves its room
        world.run(0.1)
        assert world.state(world.users[0]) is OperatorState.READY
    world.provider.hang_up(leg)
    world.run(0.1)
    (attempt,) = world.attempts()
    assert (attempt.outcome, attempt.disposition, attempt.abandoned) == (Outcome.MACHINE, "machine", False)
    assert world.state(world.users[0]) is OperatorState.READY


def test_a_person_whom_the_operator_works_with_is_not_taken_for_a_machine(db: Database) -> None:
    world, leg, said = met_beside_the_call(db, machine_message="voicemail-ru")
    with db.write() as s:
        s.get_one(Attempt, leg).on_hold = True
    told_of_a_machine(world, leg, said)
    (attempt,) = world.attempts()
    assert said == [Join(attempt.room, record=False)]
    assert (attempt.state, attempt.amd) == (AttemptState.CONNECTED, Amd.HUMAN)
