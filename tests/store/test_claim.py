"""Claiming: the right contacts, in the right order, each once; and what ripens by time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from dialer.engine import claim
from dialer.rules.words import BAND_ORDER, Band, ContactState
from dialer.store import Database
from dialer.store.contacts import Contact
from tests.conftest import NOON, make_database
from tests.support.small_campaign import Desk, desk

HOUR = timedelta(hours=1)
CALLBACK, RETRY, FRESH = (BAND_ORDER[band] for band in (Band.CALLBACK, Band.RETRY, Band.FRESH))


def number(n: int) -> str:
    return f"+7916{n:07d}"


def taken(here: Desk, n: int, zones: list[int] | None = None) -> list[int]:
    with here.db.write() as s:
        wanted = claim.zone_sets(s, here.campaign_id) if zones is None else zones
        return [contact.id for contact in claim.claim(s, here.campaign_id, wanted, n)]


def test_callbacks_before_retries_before_fresh_then_priority_then_the_lists_order(db: Database) -> None:
    here = desk(db)
    plain = [here.contact(number(n)) for n in range(3)]
    dear = here.contact(number(3), priority=5)
    again = here.contact(number(4), band=RETRY, priority=-9)
    promised = here.contact(number(5), band=CALLBACK)
    elsewhere = here.contact(number(6), zones="Asia/Omsk", priority=4)
    assert taken(here, 10) == [promised, again, dear, elsewhere, *plain]
    assert {here.state(who) for who in plain} == {ContactState.CLAIMED}
    assert taken(here, 10) == []


def test_a_claim_takes_as_many_as_asked_and_across_zones_the_best(db: Database) -> None:
    here = desk(db)
    first = [here.contact(number(n), zones="Europe/Moscow") for n in range(3)]
    other = [here.contact(number(10 + n), zones="Asia/Omsk", priority=1) for n in range(2)]
    assert taken(here, 0) == [] and taken(here, -1) == []
    assert taken(here, 1) == other[:1]
    assert taken(here, 2) == [other[1], first[0]]
    assert taken(here, 9) == first[1:]


def test_only_ready_contacts_of_open_zones_of_this_campaign(db: Database) -> None:
    here, there = desk(db), desk(db, "Autumn")
    ready = here.contact(number(1), held_by="hours")
    for n, state in enumerate(set(ContactState) - {ContactState.READY}):
        here.contact(number(10 + n), state=state)
    there.contact(number(1))
    shut = here.contact(number(2), zones="America/New_York")
    open_zone = here.get(ready).zone_set_id
    assert taken(here, 5, []) == []
    assert taken(here, 5, [open_zone]) == [ready]
    assert here.get(ready).held_by is None
    assert here.state(shut) is ContactState.READY


def test_the_zone_sets_are_those_of_ready_contacts(db: Database) -> None:
    here = desk(db)
    with db.read() as s:
        assert claim.zone_sets(s, here.campaign_id) == []
    rows = [here.contact(number(n), zones=zone) for n, zone in enumerate(("Europe/Moscow", "Asia/Omsk", "Asia/Omsk"))]
    here.contact(number(9), zones="Europe/London", state=ContactState.CLOSED)
    with db.read() as s:
        assert claim.zone_sets(s, here.campaign_id) == sorted({here.get(who).zone_set_id for who in rows})


def test_what_is_due_ripens_the_oldest_first_and_a_batch_at_a_time(db: Database) -> None:
    here = desk(db)
    kept = here.contact(number(1), state=ContactState.WAITING, due_at=NOON + timedelta(microseconds=1))
    now = here.contact(number(2), state=ContactState.WAITING, due_at=NOON)
    held = here.contact(number(3), state=ContactState.HELD, held_by="hours", due_at=NOON - 2 * HOUR)
    for_good = here.contact(number(4), state=ContactState.HELD, held_by="consent")
    closed = here.contact(number(5), state=ContactState.CLOSED, due_at=NOON - HOUR)
    theirs = desk(db, "Autumn").contact(number(6), state=ContactState.WAITING, due_at=NOON - HOUR)
    with db.read() as s:
        assert claim.next_due(s, here.campaign_id) == NOON - 2 * HOUR
    claim_batch, claim.RIPEN_BATCH = claim.RIPEN_BATCH, 1
    try:
        with db.write() as s:
            assert claim.ripen(s, here.campaign_id, NOON) == 1
    finally:
        claim.RIPEN_BATCH = claim_batch
    assert here.state(held) is ContactState.READY and here.state(now) is ContactState.WAITING
    with db.write() as s:
        assert claim.ripen(s, here.campaign_id, NOON) == 1
        assert claim.ripen(s, here.campaign_id, NOON) == 0
    assert here.state(now) is ContactState.READY and here.get(now).due_at is None
    assert here.state(kept) is ContactState.WAITING and here.state(for_good) is ContactState.HELD
    assert here.state(closed) is ContactState.CLOSED and here.state(theirs) is ContactState.WAITING
    with db.read() as s:
        assert claim.next_due(s, here.campaign_id) == NOON + timedelta(microseconds=1)
        assert claim.next_due(s, 999) is None


def test_a_contact_taken_meanwhile_is_not_taken_twice(db: Database) -> None:
    here = desk(db)
    who = here.contact(number(1))
    with db.write() as s:
        s.get_one(Contact, who).state = ContactState.CLAIMED
    assert taken(here, 1, [here.get(who).zone_set_id]) == []


def test_a_claim_tells_contacts_as_they_are_now_though_they_were_read_before(db: Database) -> None:
    here = desk(db)
    who = here.contact(number(1), held_by="hours")
    with db.write() as s:
        known = s.get_one(Contact, who)  # held on to, as the engine's turn may
        (found,) = claim.claim(s, here.campaign_id, claim.zone_sets(s, here.campaign_id), 1)
        assert found is known
        assert (found.state, found.held_by) == (ContactState.CLAIMED, None)


@pytest.mark.postgres
def test_a_contact_that_somebody_holds_is_left_to_the_next_turn(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    db = make_database("postgresql", tmp_path, request)
    here = desk(db)
    held, free = (here.contact(number(n), state=ContactState.WAITING, due_at=NOON) for n in range(2))
    with db.write() as theirs, db.write() as ours:
        theirs.get_one(Contact, held, with_for_update=True)
        ours.execute(text("SET LOCAL lock_timeout = '2s'"))  # waiting would be an error
        assert claim.ripen(ours, here.campaign_id, NOON) == 1
    assert here.state(free) is ContactState.READY and here.state(held) is ContactState.WAITING
    db.close()


def test_a_wave_ripens_in_small_batches() -> None:
    assert 100 <= claim.RIPEN_BATCH <= 1000  # a batch is a few milliseconds of a turn
