"""The claim bench's tables and its claimer: what is out of hours or suppressed is never claimed, nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from dialer.bench import claim_tables, hopper
from dialer.bench.claim_leg import claim_one
from dialer.rules.words import ContactState
from dialer.store import Database
from dialer.store.contacts import Contact


def test_a_claimer_takes_each_contact_that_may_be_dialled_and_no_other(db: Database) -> None:
    campaign_id = claim_tables.fill(db, 40)
    claimed = []
    while contact_id := claim_one(db, campaign_id):
        claimed.append(contact_id)
    assert sorted(claimed) == [n for n in range(1, 41) if n % 10 > 2]
    with db.read() as s:
        left = {c.id: c.state for c in s.scalars(select(Contact).where(Contact.id.not_in(claimed)))}
    assert {state for n, state in left.items() if n % 10 == 2} == {ContactState.SUPPRESSED}
    assert {state for n, state in left.items() if n % 10 < 2} == {ContactState.READY}


def test_the_hopper_brings_the_same_contacts(db: Database) -> None:
    campaign_id = claim_tables.fill(db, 40)
    hopper.measure(db, campaign_id, 1)
    with db.read() as s:
        claimed = set(s.scalars(select(Contact.id).where(Contact.state == ContactState.CLAIMED)))
    assert claimed == {n for n in range(1, 41) if n % 10 > 2}


@pytest.mark.parametrize("hour", range(24))
def test_the_calling_hours_of_the_tables_hold_the_present_hour(hour: int) -> None:
    now = datetime(2026, 3, 4, hour, 30, tzinfo=UTC)
    first, last = claim_tables.hours(now).split("-")
    here = f"{now + timedelta(hours=3):%H:%M}"
    assert first <= here < last
