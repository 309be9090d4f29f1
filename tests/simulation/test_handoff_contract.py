"""The handoff as a contract, on the pretend network: every warm lead is taken, sent back or still on the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialer.desk import closing, handoffs, wrap_up
from dialer.errors import Refusal
from dialer.leads import funnel, late
from dialer.providers.pretend import PICKS_UP, Callee
from dialer.rules.words import HandoffState, OperatorState, Outcome, Stage
from dialer.store import Database
from dialer.store.desk import Handoff, OperatorSession
from dialer.store.leads import HandoffPacket
from dialer.store.outbox import ask_engine
from dialer.store.projects import Project
from tests.support import world as worlds


def in_a_call(db: Database, closers: int = 1) -> tuple[worlds.World, int, str]:
    world = worlds.make(db, operators=1, closers=closers)
    world.contact()
    world.start()
    ana = world.operator_ready(0)
    world.run(2)
    attempt = world.session(ana).attempt_id
    assert attempt is not None
    return world, ana, attempt


def command(world: worlds.World, kind: str, user_id: int, **args: object) -> None:
    with world.db.write() as s:
        ask_engine(s, world.now, kind, user_id, **args)
    world.settle()


def finish(world: worlds.World, ana: int, attempt: str, code: str) -> None:
    if world.state(ana) is not OperatorState.WRAP_UP:
        command(world, "call.hang_up", ana, attempt=attempt)
        world.run(1)
    with world.db.write() as s:
        wrap_up.save(s, attempt, ana, code, world.now)


def handoff_rows(world: worlds.World) -> list[Handoff]:
    with world.db.read() as s:
        return list(s.scalars(select(Handoff).order_by(Handoff.id)))


def test_a_closer_is_reserved_before_the_operator_may_promise_one(db: Database) -> None:
    world, ana, attempt = in_a_call(db, closers=1)
    with pytest.raises(Refusal, match="no_closer_ready"), db.write() as s:
        handoffs.offer_live(s, attempt, ana, world.now)
    closer = world.operator_ready(1)
    with db.write() as s:
        handoffs.offer_live(s, attempt, ana, world.now)
        assert s.get_one(OperatorSession, closer).state is OperatorState.DIALLING, "in the same transaction"
    assert [call for call in world.provider.rung if not call.auto_answer] == [], "and nothing rang yet"


def test_a_closer_is_rung_for_as_long_as_the_project_says(db: Database) -> None:
    world, ana, attempt = in_a_call(db)
    world.operator_ready(1)
    with db.write() as s:
        s.get_one(Project, world.project_id).second_line = {"live_ring_s": 40}
        handoffs.offer_live(s, attempt, ana, world.now)
    world.settle()
    [rung] = [call for call in world.provider.rung if not call.auto_answer]
    assert rung.ring_s == 40


PHONES = {
    "declined": Callee(2, Outcome.REJECTED),
    "busy": Callee(0.2, Outcome.BUSY),
    "no_answer": Callee(999),
    "lost": Callee(1, Outcome.UNREACHABLE),
}


@pytest.mark.parametrize("failure", PHONES)
def test_whatever_the_closers_phone_does_has_its_word_and_everybody_goes_on(db: Database, failure: str) -> None:
    world, ana, attempt = in_a_call(db)
    closer = world.operator_ready(1)
    world.provider.desk_phone = lambda call: PICKS_UP if call.auto_answer else PHONES[failure]
    with db.write() as s:
        handoffs.offer_live(s, attempt, ana, world.now)
    world.settle()
    world.run(24)
    assert (handoff_rows(world)[0].state is HandoffState.RINGING) == (failure == "no_answer"), "it rings for 25 s"
    world.run(2)
    [row] = handoff_rows(world)
    assert (row.state, row.reason) == (HandoffState.FAILED, failure)
    assert world.state(ana) is OperatorState.TALKING, "the contact is still with the operator"
    assert world.state(closer) is OperatorState.READY
    with db.write() as s:
        handoffs.offer_live(s, attempt, ana, world.now)  # and may be tried again


@pytest.mark.parametrize("failure", ["cancelled", "caller_gone"])
def test_a_live_handoff_that_failed_is_typed_and_the_lead_lands_in_the_list(db: Database, failure: str) -> None:
    world, ana, attempt = in_a_call(db)
    closer = world.operator_ready(1)
    with db.write() as s:
        given = handoffs.offer_live(s, attempt, ana, world.now).id
    if failure == "cancelled":
        command(world, "handoff.cancel", ana, handoff=given)
    else:
        command(world, "call.hang_up", ana, attempt=attempt)
        world.run(1)
    assert handoff_rows(world)[0].reason == failure and world.state(closer) is OperatorState.READY
    finish(world, ana, attempt, "lead_hot")
    failed, listed = handoff_rows(world)
    assert (failed.state, listed.state, listed.live) == (HandoffState.FAILED, HandoffState.OFFERED, False)
    with db.read() as s:
        assert s.get_one(HandoffPacket, listed.id).due_at == world.now + timedelta(minutes=5)


def test_a_live_handoff_that_came_about_is_not_listed_as_well(db: Database) -> None:
    world, ana, attempt = in_a_call(db)
    closer = world.operator_ready(1)
    with db.write() as s:
        given = handoffs.offer_live(s, attempt, ana, world.now).id
    world.settle()
    world.run(1)
    command(world, "handoff.leave", ana, handoff=given)
    finish(world, ana, attempt, "lead_hot")
    assert [row.state for row in handoff_rows(world)] == [HandoffState.JOINED]
    with db.write() as s:
        closing.reject(s, given, closer, "is a customer of ours", world.now, "already_customer")
    [(row, lead)] = _unseen(db, ana)
    assert row.reason == "is a customer of ours"
    with db.read() as s:
        assert funnel.place(s, lead.contact_id) is Stage.LOST


def _unseen(db: Database, ana: int):
    with db.read() as s:
        return handoffs.unseen_results(s, ana)


def test_nobody_of_the_second_line_is_there_and_the_clock_runs_until_somebody_takes_it(db: Database) -> None:
    world, ana, attempt = in_a_call(db, closers=2)
    finish(world, ana, attempt, "lead_warm")
    [listed] = handoff_rows(world)
    with db.read() as s:
        due = s.get_one(HandoffPacket, listed.id).due_at
    assert due is not None and timedelta(minutes=59) < due - world.now <= timedelta(hours=1)
    assert late.look(db, due) == 1
    with db.write() as s:
        closing.take(s, listed.id, world.users[1], due)
    assert late.look(db, due + timedelta(hours=4)) == 1, "taken and not judged: told again"
    assert late.look(db, due + timedelta(days=2)) == 1, "and offered to the others"
    with db.write() as s:
        closing.take(s, listed.id, world.users[2], due + timedelta(days=2))
        closing.accept(s, listed.id, world.users[2], due + timedelta(days=2))
    with db.read() as s:
        assert funnel.place(s, world.attempts()[0].contact_id) is Stage.HANDED_OFF
