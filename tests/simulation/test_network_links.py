"""What an engine writes down of its networks: in sync, down and why, catching up; and nothing once it has gone."""

from __future__ import annotations

from sqlalchemy import select

from dialer.rules.words import LinkState
from dialer.store import Database
from dialer.store.provider import NetworkLink
from tests.support import world as worlds


def links(db: Database) -> list[tuple[str, LinkState, str]]:
    with db.read() as s:
        return [(row.network, row.state, row.error) for row in s.scalars(select(NetworkLink))]


def test_a_network_is_in_sync_then_down_then_in_sync_again_with_the_last_fault_in_mind(db: Database) -> None:
    world = worlds.make(db)
    world.start()
    world.run(1)
    assert links(db) == [("pretend", LinkState.UP, "")]
    with db.read() as s:
        since = s.scalars(select(NetworkLink.since_at)).one()
    world.provider.resync()  # the whole truth once more is no news of the link
    world.run(70)
    with db.read() as s:
        row = s.scalars(select(NetworkLink)).one()
        assert row.since_at == since and (world.now - row.seen_at).total_seconds() <= 61
    world.provider.break_link()
    world.run(1)
    assert links(db) == [("pretend", LinkState.DOWN, "link broken")]
    world.provider.ready = True
    world.provider.resync()
    world.run(1)
    assert links(db) == [("pretend", LinkState.UP, "link broken")]


def test_an_engine_that_starts_or_inherits_calls_is_catching_up_until_it_knows_the_truth(db: Database) -> None:
    world = worlds.make(db)
    world.provider.resync = lambda: None  # type: ignore[method-assign]
    world.start()
    world.run(1)
    assert links(db) == [("pretend", LinkState.SYNCING, "")]


def test_an_engine_that_ends_in_good_order_says_no_more(db: Database) -> None:
    world = worlds.make(db)
    world.start()
    world.run(1)
    world.engine.close()
    assert links(db) == []
