"""One thing that cannot be done never keeps the engine from doing the others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from dialer.campaigns import running as moves
from dialer.engine import apart, commands, dialling, events
from dialer.providers.base import HungUp, Message
from dialer.rules.words import Amd, AttemptState, CampaignState, ContactState, Mode, OperatorState, Outcome
from dialer.store import Database
from dialer.store.contacts import Contact
from dialer.store.messages import Command, Outbox
from dialer.store.outbox import ask_engine
from dialer.store.projects import Campaign
from tests.support import world as worlds


def spoil(world: worlds.World, **values: Any) -> None:
    """Write something into the campaign that no page would let through."""
    with world.db.write() as s:
        campaign = s.get_one(Campaign, world.campaign_id)
        for name, value in values.items():
            setattr(campaign, name, value)


@pytest.mark.parametrize("rules", [{"profiles": ["gone-since-the-update"]}, {"hours": "always"}])
def test_rules_that_cannot_be_read_stop_their_campaign_and_no_other(db: Database, rules: dict[str, Any]) -> None:
    bad = worlds.make(db, operators=1, closers=0)
    bad.contact()
    spoil(bad, rules=rules)
    good = worlds.Beside(bad)
    contact = good.contact()
    bad.start()
    bad.operator_ready(0)
    good.operator_ready(0)
    good.run(2)
    assert [a.contact_id for a in good.attempts()] == [contact]
    assert good.state(good.users[0]) is OperatorState.TALKING
    assert "nothing placed" in bad.engine.decisions[bad.campaign_id]


@pytest.mark.parametrize("values", [{"retry_plan": "gone"}, {"rules": {"profiles": ["gone"]}}])
def test_a_contact_whose_next_try_cannot_be_planned_is_held_and_the_manager_can_free_it(
    db: Database, values: dict[str, Any]
) -> None:
    world = worlds.make(db, operators=1, closers=0)
    contact = world.contact(worlds.number("noanswer"))
    world.start()
    world.operator_ready(0)
    world.run(2)
    spoil(world, **values)
    world.run(30)
    assert [(a.state, a.outcome) for a in world.attempts()] == [(AttemptState.CLOSED, Outcome.NO_ANSWER)]
    assert (world.get(contact).state, world.get(contact).held_by) == (ContactState.HELD, "rules")


def test_a_turn_that_fails_is_done_again_without_the_one_thing_that_fails(
    db: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A defect of ours: every event about one leg raises. The others, and the commands, are carried out."""
    world = worlds.make(db, operators=2, closers=0)
    world.start()
    world.operator_ready(0)
    world.operator_ready(1)
    world.contact(worlds.number("busy"))
    world.contact(worlds.number("busy"))
    poisoned: list[str] = []
    real = events.HANDLERS[HungUp]

    def hung_up(t: Any, event: HungUp) -> None:
        poisoned[:] = poisoned or [event.leg]
        real(t, event)
        if event.leg in poisoned:
            t.request(event.leg, lambda: pytest.fail("what was set aside asked something of the network"))
            raise KeyError("a secret: +79161234567")

    monkeypatch.setitem(events.HANDLERS, HungUp, hung_up)  # type: ignore[arg-type]
    running(world, lambda: sum(a.state is AttemptState.CLOSED for a in world.attempts()) == 1)
    states = {a.id: a.state for a in world.attempts()}
    assert states.pop(poisoned[0]) is AttemptState.SENT and set(states.values()) == {AttemptState.CLOSED}
    assert poisoned[0] in caplog.text and "KeyError" in caplog.text and "+7916" not in caplog.text


def running(world: worlds.World, true: Any) -> None:
    """Let time pass as the engine's own loop does, until something is true."""
    for _ in range(40):
        if true():
            return
        world.now += timedelta(seconds=0.25)
        world.provider.advance()
        world.engine.attend()
    pytest.fail("it did not happen in ten seconds")


def test_a_command_that_cannot_be_carried_out_is_given_up_and_its_page_is_told(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = worlds.make(db, operators=1, closers=0)
    world.start()
    ana = world.operator_ready(0)
    with db.write() as s:
        ask_engine(s, world.now, "handoff.cancel", ana, handoff="not a number")
        ask_engine(s, world.now, "call.hang_up", ana, attempt="nobody")
    running(world, lambda: open_commands(db) == [])
    with db.read() as s:
        rows = s.scalars(select(Command).where(Command.error != "").order_by(Command.id)).all()
        told = [line.payload["code"] for line in s.scalars(select(Outbox).where(Outbox.topic == "refused"))]
    assert [row.error for row in rows] == ["failed", "not_your_call"]
    assert sorted(told) == ["failed", "not_your_call"]


def open_commands(db: Database) -> list[int]:
    with db.read() as s:
        return list(s.scalars(select(Command.id).where(Command.done_at.is_(None))))


def test_an_answer_that_cannot_be_decided_hears_the_message(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    world = worlds.make(db, operators=1, closers=0)
    heard: list[object] = []
    world.start()
    world.engine._each = apart.carefully
    monkeypatch.setattr("dialer.ledger.get", lambda s, leg: 1 / 0)
    world.engine.ask("anobody", Amd.HUMAN, heard.append)
    world.engine.turn()
    assert heard == [Message("sorry-ru")]


def test_a_campaign_that_fails_places_nothing_and_the_others_dial(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = worlds.make(db, operators=1, closers=0)
    good = worlds.Beside(bad)
    bad.start()
    bad.operator_ready(0)
    good.operator_ready(0)
    lost, contact = bad.contact(), good.contact()
    real = dialling.place

    def place(t: Any, campaign: Campaign, *rest: Any) -> Any:
        placed = real(t, campaign, *rest)
        if campaign.id == bad.campaign_id:
            raise ZeroDivisionError
        return placed

    monkeypatch.setattr(dialling, "place", place)
    running(good, lambda: [a.contact_id for a in good.attempts()] == [contact])
    assert good.get(lost).state is ContactState.READY


def test_a_failure_that_passes_is_nobodys_fault(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is locked for a moment: nothing is set aside, everything is simply tried again."""
    from sqlalchemy.exc import OperationalError

    world = worlds.make(db, operators=1, closers=0)
    world.start()
    ana = world.operator_ready(0)
    with db.write() as s:
        ask_engine(s, world.now, "desk.disconnect", ana)
    failures: list[Exception] = [OperationalError("", {}, Exception("locked"))] * 3
    real = commands.carry_out

    def carry_out(t: Any, command: Command) -> bool:
        if failures:
            raise failures.pop()
        return real(t, command)

    monkeypatch.setattr(commands, "carry_out", carry_out)
    running(world, lambda: open_commands(db) == [])
    with db.read() as s:
        assert s.scalars(select(Command.error).where(Command.kind == "desk.disconnect")).one() == ""


def test_an_engine_with_nobody_to_call_rests(db: Database) -> None:
    """A ready operator and no contact that may be dialled: the engine looks ten times a second, not all the time."""
    world = worlds.make(db, operators=1, closers=0)
    world.contact(zones="America/New_York")
    spoil(world, rules={"hours": {"mon-fri": "09:00-18:00"}})
    world.start()
    world.operator_ready(0)
    for _ in range(5):
        world.engine.turn()
        assert not world.engine.inbox.waiting
    assert "placed 0 of 1" in world.engine.decisions[world.campaign_id]


@pytest.mark.parametrize("pressed", [False, True])
def test_a_stop_in_preview_leaves_nobody_waiting(db: Database, pressed: bool) -> None:
    world = worlds.make(db, operators=1, closers=0, mode=Mode.PREVIEW)
    contact = world.contact()
    world.start()
    ana = world.operator_ready(0)
    world.run(1)
    assert world.state(ana) is OperatorState.PREVIEWING
    with db.write() as s:
        if pressed:
            ask_engine(s, world.now, "call.dial", ana)
        moves.stop(s, world.campaign_id, None, world.now)
    world.run(60)
    assert world.state(ana) is OperatorState.READY and world.session(ana).attempt_id is None
    assert world.get(contact).state is ContactState.READY and world.provider.log == []
    with db.read() as s:
        assert s.get_one(Campaign, world.campaign_id).state is CampaignState.STOPPED
        assert s.scalars(select(Contact.tries)).one() == 0
