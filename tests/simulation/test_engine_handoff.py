"""Live handoffs, preview, personal callbacks and ring-backs on the pretend network."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dialer import ledger
from dialer.desk import handoffs, session, wrap_up
from dialer.providers.base import Join, Message, Plan
from dialer.rules.words import AttemptState, ContactState, HandoffState, Mode, OperatorState
from dialer.store import Database
from dialer.store.desk import Handoff
from dialer.store.outbox import ask_engine
from tests.support import world as worlds


def in_a_call(db: Database) -> tuple[worlds.World, int, int, str]:
    """Ana talks to a contact and a closer is ready; returns world, Ana, the closer, the attempt."""
    world = worlds.make(db, operators=1, closers=1)
    world.contact()
    world.start()
    ana, closer = world.operator_ready(0), world.operator_ready(1)
    world.run(2)
    attempt = world.session(ana).attempt_id
    assert attempt is not None
    return world, ana, closer, attempt


def offer(world: worlds.World, ana: int, attempt: str) -> int:
    with world.db.write() as s:
        return handoffs.offer_live(s, attempt, ana, world.now).id


def handoff(world: worlds.World, handoff_id: int) -> Handoff:
    with world.db.read() as s:
        return s.get_one(Handoff, handoff_id)


def command(world: worlds.World, kind: str, user_id: int, **args: object) -> None:
    with world.db.write() as s:
        ask_engine(s, world.now, kind, user_id, **args)
    world.settle()


def test_a_closer_answers_joins_and_the_operator_leaves_them_to_it(db: Database) -> None:
    world, ana, closer, attempt = in_a_call(db)
    given = offer(world, ana, attempt)
    world.settle()
    assert world.state(closer) is OperatorState.DIALLING
    world.run(1)
    assert handoff(world, given).state is HandoffState.JOINED and world.state(closer) is OperatorState.TALKING
    command(world, "handoff.leave", ana, handoff=given)
    assert world.state(ana) is OperatorState.WRAP_UP
    with db.write() as s:
        wrap_up.save(s, attempt, ana, "lead_hot", world.now)
    assert world.attempts()[0].state is AttemptState.CONNECTED, "the closer goes on talking"
    command(world, "call.hang_up", closer, attempt=attempt)
    world.run(0.5)
    assert world.attempts()[0].state is AttemptState.CLOSED
    assert world.state(closer) is OperatorState.WRAP_UP


def test_a_call_that_ends_while_the_closer_rings_is_a_typed_failure(db: Database) -> None:
    world, ana, closer, attempt = in_a_call(db)
    given = offer(world, ana, attempt)
    command(world, "call.hang_up", ana, attempt=attempt)
    world.run(1)
    row = handoff(world, given)
    assert (row.state, row.reason) == (HandoffState.FAILED, "caller_gone")
    assert world.state(closer) is OperatorState.READY


def test_an_offer_taken_back_frees_the_closer(db: Database) -> None:
    world, ana, closer, attempt = in_a_call(db)
    given = offer(world, ana, attempt)
    command(world, "handoff.cancel", ana, handoff=given)
    assert handoff(world, given).reason == "cancelled"
    assert world.state(closer) is OperatorState.READY


def test_when_the_closer_hangs_up_the_call_stays_with_the_operator(db: Database) -> None:
    world, ana, closer, attempt = in_a_call(db)
    given = offer(world, ana, attempt)
    world.run(1)
    world.provider.hang_up(handoff(world, given).leg)
    world.settle()
    assert world.state(closer) is OperatorState.WRAP_UP
    assert world.state(ana) is OperatorState.TALKING and world.attempts()[0].state is AttemptState.CONNECTED


def test_in_preview_the_operator_sees_the_contact_first_and_dials_by_hand(db: Database) -> None:
    world = worlds.make(db, mode=Mode.PREVIEW, operators=1, closers=0)
    contact = world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(1)
    assert world.state(ana) is OperatorState.PREVIEWING and world.provider.log == []
    command(world, "call.dial", ana)
    world.run(1)
    assert world.state(ana) is OperatorState.TALKING and world.attempts()[0].contact_id == contact


def test_a_preview_that_nobody_dials_is_dialled_when_the_countdown_ends(db: Database) -> None:
    world = worlds.make(db, mode=Mode.PREVIEW, operators=1, closers=0, preview_s=10)
    world.contact()
    world.start()
    world.operator_ready()
    world.run(9)
    assert world.provider.log == []
    world.run(3)
    assert len(world.provider.log) == 1


def test_a_skipped_contact_comes_back_later_and_the_next_one_is_shown(db: Database) -> None:
    world = worlds.make(db, mode=Mode.PREVIEW, operators=1, closers=0)
    first, second = world.contact(), world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(1)
    command(world, "call.skip", ana, reason="not now")
    world.run(1)
    assert world.get(first).state is ContactState.WAITING
    assert world.attempts()[-1].contact_id == second and world.provider.log == []
    with db.read() as s:
        (refused,) = [move for move in ledger.journal(s, world.attempts()[0].id) if move.event == "refuse"]
    assert refused.detail == {"why": "skipped", "reason": "not now", "by": ana}


def test_an_operator_who_leaves_in_preview_gives_the_contact_back(db: Database) -> None:
    world = worlds.make(db, mode=Mode.PREVIEW, operators=1, closers=0)
    contact = world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(1)
    with db.write() as s:
        session.leave(s, ana, world.now)
    world.run(2)
    assert world.get(contact).state is not ContactState.CLAIMED
    assert world.attempts()[0].state is AttemptState.CLOSED


@pytest.mark.parametrize("owner_is_there", [True, False])
def test_a_promised_call_goes_to_its_owner_or_after_a_grace_to_anyone(db: Database, owner_is_there: bool) -> None:
    world = worlds.make(db, operators=2, closers=0)
    contact = world.contact()
    world.start()
    ana = world.operator_ready(0)
    world.run(2)
    attempt = world.session(ana).attempt_id or ""
    command(world, "call.hang_up", ana, attempt=attempt)
    due = world.now + timedelta(minutes=5)
    with db.write() as s:
        wrap_up.save(s, attempt, ana, "callback", world.now, callback_at=due, callback_owner=ana)
        if not owner_is_there:
            session.leave(s, ana, world.now)
    ben = world.operator_ready(1)
    world.run(295, step_s=5)
    world.run(3)
    assert len(world.provider.log) == 1, "not before it is due"
    world.run(10)
    if owner_is_there:
        assert world.attempts()[-1].operator_id == ana and world.state(ana) is OperatorState.TALKING
    else:
        assert len(world.provider.log) == 1
        world.run(610, step_s=5)
        assert world.state(ben) is OperatorState.TALKING and world.attempts()[-1].contact_id == contact


def ring_in(world: worlds.World, caller: str) -> Plan:
    from dialer.engine import inbound

    plans: list[Plan] = []
    world.engine.inbox.put(inbound.Ask("1795299120-7", caller, "+74950001122", world.now, plans.append))
    world.run(2)
    return plans[0]


def test_a_person_who_rings_back_reaches_the_operator_with_their_card(db: Database) -> None:
    world = worlds.make(db, operators=2, closers=0)
    number = worlds.number("noanswer")
    contact = world.contact(number)
    world.start()
    world.operator_ready(0)
    world.run(25)
    plan = ring_in(world, number)
    assert isinstance(plan, Join)
    attempt = world.attempts()[-1]
    assert attempt.inbound and attempt.contact_id == contact and attempt.operator_id == world.users[0]
    assert world.state(world.users[0]) is OperatorState.TALKING


def test_a_ring_back_that_finds_nobody_free_hears_the_message_and_is_called_next(db: Database) -> None:
    world = worlds.make(db, operators=1, closers=0, announcement="optout-en")
    number = worlds.number("talk")
    fresh = [world.contact(priority=9), world.contact(priority=9)]
    contact = world.contact(number, state=ContactState.WAITING, due_at=world.now + timedelta(days=2))
    world.start()
    assert ring_in(world, number) == Message("optout-en")
    missed = world.attempts()[0]
    assert (missed.inbound, missed.state, missed.disposition) == (True, AttemptState.CLOSED, "missed")
    assert not missed.abandoned and missed.contact_id == contact and world.get(contact).tries == 0
    ana = world.operator_ready(0)
    world.run(1)
    assert world.state(ana) is OperatorState.TALKING
    assert world.attempts()[-1].contact_id == contact and contact not in fresh


def test_a_ring_back_of_a_stranger_hears_the_message_and_leaves_nothing(db: Database) -> None:
    world = worlds.make(db, operators=1, closers=0)
    world.start()
    assert isinstance(ring_in(world, "+79990000000"), Message)
    assert world.attempts() == []


@pytest.mark.parametrize(
    ("disposition", "state", "after"),
    [
        ("refused_hard", ContactState.CLOSED, ContactState.CLOSED),
        ("unknown", ContactState.CLOSED, ContactState.READY),
        ("dnc", ContactState.SUPPRESSED, ContactState.SUPPRESSED),
    ],
)
def test_whom_a_person_closed_stays_closed_though_they_ring_back(
    db: Database, disposition: str, state: ContactState, after: ContactState
) -> None:
    world = worlds.make(db, operators=1, closers=0)
    number = worlds.number("talk")
    contact = world.contact(number, state=state, disposition=disposition)
    world.start()
    ring_in(world, number)
    assert [a.disposition for a in world.attempts()] == ["missed"]
    assert world.get(contact).state is after
