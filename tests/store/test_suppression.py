"""Numbers that must not be dialled: entries, prefixes, scopes, and the contacts that follow them."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from dialer.compliance import suppression
from dialer.compliance.settle import settle_campaign
from dialer.errors import BadInput
from dialer.rules.words import ContactState
from dialer.store import Database
from dialer.store.contacts import Suppression
from dialer.store.desk import Callback
from dialer.store.people import User
from tests.conftest import NOON
from tests.support.small_campaign import desk

ONE, TWO = "+79161234567", "+74951234567"
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("state", [ContactState.READY, ContactState.WAITING, ContactState.HELD])
def test_a_stopped_number_takes_its_contact_out_at_once(db: Database, state: ContactState) -> None:
    here = desk(db)
    contact = here.contact(ONE, state=state, due_at=NOON + HOUR)
    with db.write() as s:
        assert suppression.add(s, ONE, NOON, reason="asked")
    assert here.state(contact) is ContactState.SUPPRESSED
    assert here.get(contact).held_by == "suppressed"
    assert ("campaign", f"campaign:{here.campaign_id}") in here.told()


def test_the_entry_and_what_it_does_are_one_transaction(db: Database) -> None:
    here = desk(db)
    contact = here.contact(ONE)
    with pytest.raises(ZeroDivisionError), db.write() as s:
        suppression.add(s, ONE, NOON)
        _ = 1 / 0
    assert here.state(contact) is ContactState.READY
    with db.read() as s:
        assert suppression.check(s, ONE) is None


@pytest.mark.parametrize("state", [ContactState.CLAIMED, ContactState.CLOSED])
def test_a_contact_being_dialled_or_done_with_is_left_alone(db: Database, state: ContactState) -> None:
    here = desk(db)
    contact = here.contact(ONE, state=state)
    with db.write() as s:
        suppression.add(s, ONE, NOON)
    assert here.state(contact) is state


def test_a_contact_with_another_number_is_dialled_on_that(db: Database) -> None:
    here = desk(db)
    contact = here.contact(ONE, TWO)
    with db.write() as s:
        suppression.add(s, ONE, NOON)
    assert here.state(contact) is ContactState.READY
    assert here.dials(contact) == TWO


def test_a_bad_number_is_no_other_number(db: Database) -> None:
    here = desk(db)
    contact = here.contact(ONE, TWO, bad=(TWO,))
    with db.write() as s:
        suppression.add(s, ONE, NOON)
    assert here.state(contact) is ContactState.SUPPRESSED


def test_taking_an_entry_off_frees_its_contacts(db: Database) -> None:
    here = desk(db)
    ready, waiting = here.contact(ONE), here.contact("+79160000001", state="waiting", due_at=NOON + HOUR)
    with db.write() as s:
        suppression.add(s, ONE, NOON)
        suppression.add(s, "+7916000000", NOON, prefix=True)
    assert here.state(ready) is here.state(waiting) is ContactState.SUPPRESSED
    with db.write() as s:
        assert suppression.remove(s, ONE, NOON)
        assert suppression.remove(s, "+7916000000", NOON)
        assert not suppression.remove(s, ONE, NOON)
    assert here.state(ready) is ContactState.READY
    assert here.get(ready).held_by is None
    assert here.state(waiting) is ContactState.WAITING
    assert here.get(waiting).due_at == NOON + HOUR


def test_a_freed_contact_whose_time_has_come_is_ready(db: Database) -> None:
    here = desk(db)
    contact = here.contact(ONE, state="waiting", due_at=NOON + HOUR)
    with db.write() as s:
        suppression.add(s, ONE, NOON)
    with db.write() as s:
        suppression.remove(s, ONE, NOON + 2 * HOUR)
    assert here.state(contact) is ContactState.READY
    assert here.get(contact).due_at is None


def test_a_freed_contact_who_never_wanted_calls_is_closed(db: Database) -> None:
    here = desk(db)
    contact = here.contact(ONE, state="suppressed", disposition="dnc")
    with db.write() as s:
        suppression.add(s, ONE, NOON)
        suppression.remove(s, ONE, NOON)
    assert here.state(contact) is ContactState.CLOSED


def test_an_entry_elsewhere_still_holds_when_one_goes(db: Database) -> None:
    here = desk(db)
    contact = here.contact(ONE)
    with db.write() as s:
        suppression.add(s, ONE, NOON)
        suppression.add(s, ONE, NOON, scope_id=here.project_id)
        suppression.remove(s, ONE, NOON, scope_id=here.project_id)
    assert here.state(contact) is ContactState.SUPPRESSED


def test_an_entry_of_one_project_leaves_the_other_alone(db: Database) -> None:
    here, there = desk(db, "Spring"), desk(db, "Autumn")
    mine, theirs = here.contact(ONE), there.contact(ONE)
    with db.write() as s:
        suppression.add(s, ONE, NOON, scope_id=here.project_id)
    assert (here.state(mine), there.state(theirs)) == (ContactState.SUPPRESSED, ContactState.READY)
    with db.read() as s:
        assert suppression.check(s, ONE, here.project_id) is not None
        assert suppression.check(s, ONE, there.project_id) is None
        assert suppression.check(s, ONE) is not None


def test_a_prefix_stops_every_number_that_begins_so(db: Database) -> None:
    here = desk(db)
    inside, next_to, shorter = here.contact("+74951234567"), here.contact("+74961234567"), here.contact("+7494999999")
    with db.write() as s:
        suppression.add(s, "+7495", NOON, prefix=True, reason="our own offices")
    states = [here.state(contact) for contact in (inside, next_to, shorter)]
    assert states == [ContactState.SUPPRESSED, ContactState.READY, ContactState.READY]
    with db.read() as s:
        found = suppression.check(s, "+74951234567", here.project_id)
        assert found is not None
        assert (found.entry, found.reason, found.scope_id) == ("+7495", "our own offices", 0)


def test_a_whole_number_is_no_prefix(db: Database) -> None:
    with db.write() as s:
        suppression.add(s, "+7495123456", NOON)
    with db.read() as s:
        assert suppression.check(s, "+74951234567") is None
        assert suppression.check(s, "+74951234567", 1) is None


def test_an_entry_given_twice_is_there_once(db: Database) -> None:
    with db.write() as s:
        assert suppression.add(s, ONE, NOON, reason="first")
        assert not suppression.add(s, ONE, NOON, reason="second")
    with db.read() as s:
        assert s.scalar(select(func.count()).select_from(Suppression)) == 1
        assert (suppression.check(s, ONE) or Suppression()).reason == "first"


def test_two_who_stop_a_number_at_the_same_time_do_not_clash(db: Database) -> None:
    here = desk(db)
    contact = here.contact(ONE)
    added: list[bool] = []

    def stop() -> None:
        with db.write() as s:
            added.append(suppression.add(s, ONE, NOON))

    threads = [threading.Thread(target=stop) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(added) == [False, False, False, True]
    assert here.state(contact) is ContactState.SUPPRESSED


@pytest.mark.parametrize(
    ("number", "prefix"),
    [("89161234567", False), ("+7", True), ("+", True), ("", False), ("+7916&SIP/x", False), ("7495", True)],
)
def test_what_is_no_number_is_refused(lite: Database, number: str, prefix: bool) -> None:
    with pytest.raises(BadInput, match="is not a"), lite.write() as s:
        suppression.add(s, number, NOON, prefix=prefix)


def test_nobody_is_promised_a_call_that_must_not_be_made(db: Database) -> None:
    here = desk(db)
    contact = here.contact(ONE, state="waiting", due_at=NOON + HOUR)
    with db.write() as s:
        user = User(login="lin", name="Lin", password_hash="x", created_at=NOON)
        s.add(user)
        s.flush()
        ids = {"contact_id": contact, "campaign_id": here.campaign_id, "owner_id": user.id}
        s.add(Callback(**ids, due_at=NOON + HOUR, made_at=NOON))
        owner = user.id
    with db.write() as s:
        suppression.add(s, ONE, NOON)
    with db.read() as s:
        assert s.scalars(select(Callback)).one().cancelled_at == NOON
    assert ("callback", f"user:{owner}") in here.told()


def test_contacts_that_come_after_the_entry_are_brought_in_line(db: Database) -> None:
    here = desk(db)
    with db.write() as s:
        suppression.add(s, ONE, NOON)
    stopped, two_numbers, free = here.contact(ONE), here.contact("+79990000000", TWO), here.contact("+79990000001")
    with db.write() as s:
        suppression.add(s, "+7999000000", NOON, prefix=True)
        suppression.remove(s, "+7999000000", NOON)
        assert settle_campaign(s, here.campaign_id, NOON) == 1
    states = [here.state(contact) for contact in (stopped, two_numbers, free)]
    assert states == [ContactState.SUPPRESSED, ContactState.READY, ContactState.READY]
