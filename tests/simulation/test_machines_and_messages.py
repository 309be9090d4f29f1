"""What answering machines and faxes hear: a message once, or nothing; and the key 9 of who asks not to be called."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialer.engine.hooks import EngineHooks
from dialer.rules.words import Amd, Outcome
from dialer.store import Database
from dialer.store.contacts import Suppression
from tests.support import world as worlds

RULES = {"profiles": ["none"], "prefixes": ["+7"]}


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
