"""The funnel: moved by what happens, forward only; by hand along its table; every move written down."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialer.desk import closing, handoffs, wrap_up
from dialer.errors import Refusal
from dialer.leads import columns, funnel
from dialer.rules.funnel import BY_HAND
from dialer.rules.words import ContactState, Stage
from dialer.store import Database
from dialer.store.contacts import Contact
from dialer.store.desk import Handoff
from dialer.store.leads import FunnelMove, FunnelPlace, LaterPlace
from dialer.store.projects import Project
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import CALL, Floor
from tests.unit.leads.answering import GOOD, answer, strictness


def dispose(db: Database, shop: Floor, code: str) -> None:
    with db.write() as s:
        floor.hang_up(s, shop, NOON)
        wrap_up.save(s, CALL, shop.operator, code, NOON, callback_at=NOON + timedelta(days=1))


def stage(db: Database, shop: Floor) -> Stage:
    with db.read() as s:
        return funnel.place(s, shop.contact)


def test_a_contact_nobody_talked_to_is_new(db: Database, shop: Floor) -> None:
    assert stage(db, shop) is Stage.NEW


@pytest.mark.parametrize(
    ("code", "to"),
    [
        ("callback", Stage.CONTACTED),
        ("lead_hot", Stage.HANDED_OFF),
        ("appointment", Stage.HANDED_OFF),
        ("refused_hard", Stage.LOST),
        ("dnc", Stage.LOST),
        ("supervisor", Stage.CONTACTED),
    ],
)
def test_an_outcome_moves_the_contact(db: Database, shop: Floor, code: str, to: Stage) -> None:
    dispose(db, shop, code)
    assert stage(db, shop) is to


def test_every_move_is_journalled(db: Database, shop: Floor) -> None:
    dispose(db, shop, "lead_warm")
    with db.read() as s:
        moves = [(m.old, m.new, m.cause, m.by) for m in s.scalars(select(FunnelMove).order_by(FunnelMove.id))]
    assert [(old, new) for old, new, _, _ in moves] == [
        (Stage.NEW, Stage.CONTACTED),
        (Stage.CONTACTED, Stage.QUALIFIED),
        (Stage.QUALIFIED, Stage.HANDED_OFF),
    ]
    assert {by for *_, by in moves} == {shop.operator}


def test_what_happens_takes_nobody_back(db: Database, shop: Floor) -> None:
    with db.write() as s:
        assert funnel.advance(s, shop.contact, Stage.PROPOSAL, "booked", NOON)
        assert not funnel.advance(s, shop.contact, Stage.CONTACTED, "callback", NOON)
    assert stage(db, shop) is Stage.PROPOSAL


def test_won_takes_a_sum_and_lost_a_reason(db: Database, shop: Floor) -> None:
    with db.write() as s:
        funnel.advance(s, shop.contact, Stage.HANDED_OFF, "handoff", NOON)
    for to, missing in (
        (Stage.WON, "amount_needed"),
        (Stage.LOST, "reason_needed"),
        (Stage.LATER_POOL, "reason_needed"),
    ):
        with pytest.raises(Refusal, match=missing), db.write() as s:
            funnel.by_hand(s, shop.contact, to, shop.closer, NOON)
    with db.write() as s:
        funnel.by_hand(s, shop.contact, Stage.WON, shop.closer, NOON, amount=450_000)
    with db.read() as s:
        assert s.get_one(FunnelPlace, shop.contact).amount == 450_000
        assert s.scalars(select(FunnelMove.amount).order_by(FunnelMove.id.desc())).first() == 450_000


def test_nobody_moves_a_contact_where_the_table_does_not_lead(db: Database, shop: Floor) -> None:
    for to in set(Stage) - BY_HAND[Stage.NEW]:
        with pytest.raises(Refusal, match="no_such_move"), db.write() as s:
            funnel.by_hand(s, shop.contact, to, shop.closer, NOON, amount=1, reason="x")


def test_no_need_at_the_end_of_the_plan_waits_in_the_pool_until_the_date_that_was_said(
    db: Database, shop: Floor
) -> None:
    with db.write() as s:
        answer(s, shop, **{**GOOD, "start_by": "2026-09-01"})
        contact = s.get_one(Contact, shop.contact)
        contact.state = ContactState.CLOSED
        funnel.after_call(s, contact, wrap_up.next_step.by_operator("no_need"), NOON, shop.operator)
    with db.read() as s:
        row = s.get_one(LaterPlace, shop.contact)
    assert stage(db, shop) is Stage.LATER_POOL
    assert (row.reason, f"{row.ready_at:%Y-%m-%d}") == ("no_need", "2026-08-02")


@pytest.mark.parametrize(
    ("code", "to"),
    [("no_timing", Stage.LATER_POOL), ("duplicate", Stage.LOST), ("no_authority", Stage.CONTACTED)],
)
def test_what_a_closer_sends_back_goes_where_its_reason_leads(db: Database, shop: Floor, code: str, to: Stage) -> None:
    with db.write() as s:
        given = handoffs.offer_listed(s, CALL, shop.operator, NOON).id
        closing.take(s, given, shop.closer, NOON)
        closing.reject(s, given, shop.closer, "words", NOON, code)
    assert stage(db, shop) is to
    with db.read() as s:
        assert s.get_one(Handoff, given).reason == "words"


def test_the_board_counts_every_contact_once(db: Database, shop: Floor) -> None:
    dispose(db, shop, "lead_hot")
    with db.write() as s:
        zone = s.get_one(Contact, shop.contact).zone_set_id
        s.add_all([Contact(campaign_id=shop.campaign, zone_set_id=zone, created_at=NOON) for _ in range(3)])
    with db.read() as s:
        board = columns.columns(s, s.get_one(Project, shop.project), NOON)
    counts = {column.stage: column.count for column in board}
    assert counts[Stage.NEW] == 3 and counts[Stage.HANDED_OFF] == 1 and sum(counts.values()) == 4
    [card] = next(c.cards for c in board if c.stage is Stage.HANDED_OFF)
    assert card.contact_id == shop.contact


def test_a_project_may_do_without_a_stage(db: Database, shop: Floor) -> None:
    with db.write() as s:
        board = columns.columns(s, strictness(s, shop, "open", left_out=["proposal"]), NOON)
    assert Stage.PROPOSAL not in {c.stage for c in board}
    assert not any(Stage.PROPOSAL in c.targets for c in board)
