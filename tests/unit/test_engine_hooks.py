"""What the PBX's own dialplan asks and tells, against the database: the far side of the seven FastAGI commands."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from dialer.compliance import suppression
from dialer.engine.hooks import EngineHooks, Known
from dialer.rules.words import AttemptState, ContactState, OperatorState, Outcome
from dialer.store import Database
from dialer.store.contacts import Contact
from tests.support import world as worlds


def in_a_call(db: Database, behaviour: str, **campaign: object) -> tuple[worlds.World, EngineHooks, int]:
    """A call that was just sent to a number of that behaviour."""
    world = worlds.make(db, operators=1, closers=0, **campaign)  # type: ignore[arg-type]
    world.start()
    world.operator_ready(0)
    contact = world.contact(worlds.number(behaviour))
    world.run(0.5)
    return world, EngineHooks(world.engine), contact


@pytest.mark.parametrize(
    ("code", "state"),
    [("not_target", ContactState.CLOSED), ("dnc", ContactState.SUPPRESSED), ("no_answer", ContactState.WAITING)],
)
def test_what_the_dialplan_found_out_decides_what_becomes_of_the_contact(
    db: Database, code: str, state: ContactState
) -> None:
    world, hooks, contact = in_a_call(db, "noanswer")
    assert hooks.outcome(world.attempts()[0].id, code)
    world.run(30)
    attempt = world.attempts()[0]
    assert (attempt.state, attempt.outcome, attempt.disposition) == (AttemptState.CLOSED, Outcome.NO_ANSWER, code)
    assert (world.get(contact).state, world.get(contact).disposition) == (state, code)


def test_an_outcome_is_refused_where_it_would_be_nonsense(db: Database) -> None:
    world, hooks, _ = in_a_call(db, "noanswer")
    leg = world.attempts()[0].id
    assert not hooks.outcome(leg, "no_such_code")
    assert not hooks.outcome("astranger", "busy")
    assert hooks.outcome(leg, "busy") and not hooks.outcome(leg, "dnc")
    world.run(30)
    assert not hooks.outcome(leg, "busy")


def test_a_call_that_an_operator_has_is_the_operators_to_judge(db: Database) -> None:
    world, hooks, _ = in_a_call(db, "talk")
    world.run(1)
    assert world.state(world.users[0]) is OperatorState.TALKING
    assert not hooks.outcome(world.attempts()[0].id, "not_target")


def test_an_operators_phone_is_told_its_room_and_a_stranger_none(db: Database) -> None:
    world, hooks, _ = in_a_call(db, "talk")
    row = world.session(world.users[0])
    assert hooks.operator(row.leg) == row.room != ""
    assert hooks.operator("astranger") is None


def test_lookup_tells_ids_of_whom_was_spoken_to_last(db: Database) -> None:
    world, hooks, contact = in_a_call(db, "noanswer")
    number = world.attempts()[0].to_number
    assert hooks.lookup(number) == Known(str(contact), str(world.campaign_id), "")
    with db.write() as s:
        s.get_one(Contact, contact).owner_id = world.users[0]
    assert hooks.lookup(number) == Known(str(contact), str(world.campaign_id), str(world.users[0]))
    assert hooks.lookup("+79990000000") is None


def test_an_opt_out_stops_the_number_from_this_moment(db: Database) -> None:
    world, hooks, contact = in_a_call(db, "noanswer")
    world.run(30)
    number = world.attempts()[0].to_number
    assert not hooks.suppressed(number)
    hooks.opt_out(number, "a12345678")
    assert hooks.suppressed(number)
    assert world.get(contact).state is ContactState.SUPPRESSED


def test_what_cannot_be_checked_must_not_be_dialled(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    world, hooks, _ = in_a_call(db, "noanswer")

    def gone(*_: object) -> None:
        raise OperationalError("", {}, Exception("no database"))

    monkeypatch.setattr(suppression, "check", gone)
    assert hooks.suppressed(world.attempts()[0].to_number)
