"""Who is not there gets no calls; what they typed before they went is kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from dialer.desk import callbacks, drafts, notes, session
from dialer.engine import core, phones
from dialer.rules.words import OperatorState
from dialer.store import Database
from tests.simulation.test_engine_progressive import hang_up
from tests.support import world as worlds


def drafted(world: worlds.World, user_id: int, **words: str) -> None:
    """What the desk keeps while somebody types."""
    with world.db.write() as s:
        drafts.save(s, world.session(user_id).attempt_id or "", user_id, words, world.now)


def test_who_lets_the_wrap_up_run_out_without_a_sign_gets_no_further_call(db: Database) -> None:
    world = worlds.make(db, wrap_up_s=30)
    world.contact()
    world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(2)
    hang_up(world, ana)
    world.run(31)
    assert world.state(ana) is OperatorState.PAUSED and world.session(ana).reason == "away"
    assert [a.disposition for a in world.attempts()] == ["no_disposition"], "nobody answered into an empty chair"


def test_a_note_typed_before_the_clock_ran_out_is_kept_and_the_next_call_comes(db: Database) -> None:
    world = worlds.make(db, wrap_up_s=30)
    contact = world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(2)
    hang_up(world, ana)
    drafted(world, ana, note="Ring after lunch")
    world.run(31)
    assert world.state(ana) is OperatorState.READY
    with db.read() as s:
        assert [n.text for n in notes.of_contact(s, contact)] == ["Ring after lunch"]


def test_an_outcome_chosen_before_the_clock_ran_out_is_saved_by_it(db: Database) -> None:
    world = worlds.make(db, wrap_up_s=30)
    contact = world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(2)
    hang_up(world, ana)
    drafted(world, ana, disposition="callback", callback_at="2026-03-05T10:00", callback_owner="me")
    world.run(31)
    assert world.attempts()[0].disposition == "callback"
    with db.read() as s:
        line = callbacks.for_user(s, ana)[0]
        assert (line.contact_id, line.due_at) == (contact, datetime(2026, 3, 5, 7, tzinfo=UTC))


def test_an_outcome_that_cannot_be_saved_keeps_the_note_all_the_same(db: Database) -> None:
    world = worlds.make(db, wrap_up_s=30)
    contact = world.contact()
    world.start()
    ana = world.operator_ready()
    world.run(2)
    hang_up(world, ana)
    drafted(world, ana, disposition="callback", callback_at="2020-01-01T10:00", note="Ring after lunch")
    world.run(31)
    assert world.attempts()[0].disposition == "no_disposition" and world.state(ana) is OperatorState.READY
    with db.read() as s:
        assert [n.text for n in notes.of_contact(s, contact)] == ["Ring after lunch"]
        assert callbacks.for_user(s, ana) == []


def test_whose_page_is_gone_gets_no_calls_and_their_phone_is_hung_up(db: Database) -> None:
    world = worlds.make(db)
    world.start()
    ana, ben = world.operator_ready(0), world.operator_ready(1)
    with db.write() as s:
        session.seen(s, ana, world.now)
    world.run(phones.UNSEEN_S + core.PRUNE_S + 5, step_s=1)
    assert world.state(ana) is OperatorState.OFFLINE and world.session(ana).reason == "page_lost"
    assert not world.session(ana).leg_up
    assert world.state(ben) is OperatorState.READY, "who never had a page is not missed"


def test_a_closer_whose_page_is_gone_is_offered_no_lead(db: Database) -> None:
    world = worlds.make(db)
    world.start()
    zoe = world.operator_ready(2)
    with db.write() as s:
        session.seen(s, zoe, world.now)
    world.run(phones.UNSEEN_S + core.PRUNE_S + 5, step_s=1)
    assert world.state(zoe) is OperatorState.OFFLINE


def test_a_call_that_is_up_is_not_ended_because_the_page_is_gone(db: Database) -> None:
    world = worlds.make(db)
    world.contact(worlds.number("talk"))
    world.start()
    ana = world.operator_ready()
    world.run(2)
    with db.write() as s:
        session.seen(s, ana, world.now - timedelta(hours=1))
    world.run(5)
    assert world.state(ana) is OperatorState.TALKING
