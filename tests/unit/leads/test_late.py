"""Clocks that run out: the group lead is told, then the lead is taken from who lets it lie."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from dialer.desk import closing, handoffs, wrap_up
from dialer.errors import Refusal
from dialer.leads import board, late
from dialer.people import accounts
from dialer.rules.words import Duty
from dialer.store import Database
from dialer.store.desk import Handoff
from dialer.store.leads import HandoffPacket
from dialer.store.messages import Outbox
from dialer.store.people import Audit
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import CALL, Floor


@pytest.fixture
def hot(db: Database, shop: Floor) -> int:
    """A hot lead in the list since NOON, and a group lead."""
    with db.write() as s:
        accounts.add(s, "lena", "Lena", floor.PASSWORD, [(Duty.GROUP_LEAD, shop.project)], NOON)
        floor.hang_up(s, shop, NOON)
        wrap_up.save(s, CALL, shop.operator, "lead_hot", NOON)
        return s.scalars(select(Handoff.id)).one()


def packet(db: Database, handoff: int) -> HandoffPacket:
    with db.read() as s:
        return s.get_one(HandoffPacket, handoff)


def minutes(n: float) -> datetime:
    return NOON + timedelta(minutes=n)


def test_a_hot_lead_is_late_after_five_minutes_and_its_group_lead_is_told_once(
    db: Database, shop: Floor, hot: int
) -> None:
    assert late.look(db, minutes(4.9)) == 0
    assert late.look(db, minutes(5)) == 1
    with db.read() as s:
        lena = accounts.by_login(s, "lena")
        told = select(Outbox).where(Outbox.audience == f"user:{lena.id}", Outbox.topic == "handoff")
        assert len(s.scalars(told).all()) == 1
        [card] = board.waiting(s, [shop.campaign], minutes(5))
        assert card.late and card.escalated
    assert late.look(db, minutes(6)) == 0 and late.look(db, minutes(600)) == 0, "nobody has it: nothing to take away"


def test_a_lead_that_was_taken_in_time_is_not_late(db: Database, shop: Floor, hot: int) -> None:
    with db.write() as s:
        closing.take(s, hot, shop.closer, minutes(4))
    assert late.look(db, minutes(10)) == 0
    assert packet(db, hot).due_at == minutes(34)


def test_what_a_closer_lets_lie_goes_back_to_the_list_and_is_written_down(db: Database, shop: Floor, hot: int) -> None:
    with db.write() as s:
        closing.take(s, hot, shop.closer, minutes(1))
    assert late.look(db, minutes(31)) == 1, "told"
    assert late.look(db, minutes(60)) == 0
    assert late.look(db, minutes(61)) == 1, "taken away"
    row = packet(db, hot)
    assert (row.passed_on, row.escalated_at, row.due_at) == (1, None, minutes(66))
    with db.read() as s:
        assert s.get_one(Handoff, hot).closer_id is None
        line = s.scalars(select(Audit).where(Audit.action == "lead.assign")).one()
        assert line.detail == {"by": "clock", "taken_from": shop.closer}
    with pytest.raises(Refusal, match="handoff_gone"), db.write() as s:
        closing.accept(s, hot, shop.closer, minutes(62))


def test_a_judged_lead_has_no_clock(db: Database, shop: Floor, hot: int) -> None:
    with db.write() as s:
        closing.take(s, hot, shop.closer, minutes(1))
        closing.accept(s, hot, shop.closer, minutes(2))
    assert packet(db, hot).due_at is None and late.look(db, minutes(999)) == 0


def test_the_group_lead_gives_a_lead_to_a_closer_and_to_nobody_else(db: Database, shop: Floor, hot: int) -> None:
    with pytest.raises(Refusal, match="not_a_closer"), db.write() as s:
        board.assign(s, hot, shop.operator, shop.operator, minutes(1))
    with db.write() as s:
        board.assign(s, hot, shop.closer, shop.operator, minutes(6))
        assert s.get_one(Handoff, hot).closer_id == shop.closer
    assert packet(db, hot).due_at == minutes(36)
    with db.write() as s:
        closing.accept(s, hot, shop.closer, minutes(7))
    with pytest.raises(Refusal, match="handoff_gone"), db.write() as s:
        board.assign(s, hot, None, shop.operator, minutes(8))


def test_a_live_offer_has_no_place_in_the_list(db: Database, shop: Floor) -> None:
    with db.write() as s:
        floor.sit(s, shop.closer, floor.OperatorState.READY, shop, NOON)
        handoffs.offer_live(s, CALL, shop.operator, NOON)
    assert late.look(db, minutes(60)) == 0
