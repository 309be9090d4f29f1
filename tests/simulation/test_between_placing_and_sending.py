"""Between placing and sending a call: who may not be called any more is not, and where there is such a moment."""

from __future__ import annotations

from datetime import timedelta

from dialer import ledger
from dialer.compliance import suppression
from dialer.rules.words import AttemptState, CampaignState, ContactState
from dialer.store import Database
from dialer.store.projects import Campaign
from tests.support import world as worlds


def placed_but_not_sent(db: Database) -> tuple[worlds.World, int, str]:
    """The very moment between the two transactions of a call; returns world, contact, number."""
    world = worlds.make(db)
    world.engine.sends_at_once = False
    number = worlds.number()
    world.start()
    world.operator_ready()
    contact = world.contact(number)
    world.now += timedelta(seconds=1)
    world.engine.turn()
    assert [a.state for a in world.attempts()] == [AttemptState.PLACED]
    world.now += timedelta(seconds=1)
    return world, contact, number


def test_where_one_writer_writes_at_a_time_one_turn_places_and_sends(db: Database) -> None:
    world = worlds.make(db)
    world.start()
    world.operator_ready()
    world.contact()
    world.now += timedelta(seconds=1)
    world.engine.turn()
    [attempt] = world.attempts()
    assert attempt.state is (AttemptState.SENT if db.sqlite else AttemptState.PLACED)
    assert len(world.provider.log) == (1 if db.sqlite else 0)
    world.run(1)
    with db.read() as s:
        assert [move.event for move in ledger.journal(s, attempt.id)][:2] == ["place", "send"]
    assert len(world.provider.log) == 1


def test_a_person_who_asks_not_to_be_called_in_that_moment_is_not_called(db: Database) -> None:
    world, contact, number = placed_but_not_sent(db)
    with db.write() as s:
        suppression.add(s, number, world.now, source="request")
    world.run(3)
    assert world.provider.log == []
    assert world.get(contact).state is ContactState.SUPPRESSED
    assert world.attempts()[0].state is AttemptState.CLOSED


def test_a_campaign_paused_in_that_moment_sends_nothing_and_dials_the_same_contact_later(db: Database) -> None:
    world, contact, _ = placed_but_not_sent(db)
    set_state(world, CampaignState.PAUSED)
    world.run(3)
    assert world.provider.log == [] and world.get(contact).state is ContactState.READY
    set_state(world, CampaignState.RUNNING)
    world.run(3)
    assert len(world.provider.log) == 1


def set_state(world: worlds.World, state: CampaignState) -> None:
    with world.db.write() as s:
        s.get_one(Campaign, world.campaign_id).state = state
