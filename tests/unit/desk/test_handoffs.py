"""Handoffs: a lead reaches one closer, exactly once, and what they say of it comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from dialer.desk import closing, drafts, handoffs, leads, notes, script_run
from dialer.errors import Refusal
from dialer.rules.words import AttemptState, HandoffState, OperatorState
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.desk import Handoff, Lead, OperatorSession
from dialer.store.messages import Command, Outbox
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import CALL, Floor


def closer_ready(db: Database, shop: Floor) -> None:
    with db.write() as s:
        floor.sit(s, shop.closer, OperatorState.READY, shop, NOON)


def offer(db: Database, shop: Floor) -> int:
    closer_ready(db, shop)
    with db.write() as s:
        return handoffs.offer_live(s, CALL, shop.operator, NOON).id


def join(db: Database, shop: Floor, handoff_id: int) -> None:
    """What the engine does when the closer's phone is in the room."""
    with db.write() as s:
        s.get_one(Handoff, handoff_id).state = HandoffState.JOINED
        floor.sit(s, shop.closer, OperatorState.TALKING, shop, NOON, attempt_id=CALL)


def test_a_live_offer_takes_the_closer_out_of_ready_and_asks_the_engine(db: Database, shop: Floor) -> None:
    handoff_id = offer(db, shop)
    with db.read() as s:
        assert s.get_one(OperatorSession, shop.closer).state is OperatorState.DIALLING
        command = s.scalars(select(Command)).one()
        assert (command.kind, command.args) == ("handoff.live", {"handoff": handoff_id})
        told = {row.audience for row in s.scalars(select(Outbox).where(Outbox.topic == "handoff"))}
    assert told == {f"user:{shop.operator}", f"user:{shop.closer}"}


def test_the_lead_carries_the_points_its_answers_earned(db: Database, shop: Floor) -> None:
    with db.write() as s:
        run = script_run.ensure(s, CALL, shop.operator, NOON)
        assert run is not None
        revision = script_run.choose(s, CALL, shop.operator, run.revision, "dm", NOON).revision
        revision = script_run.choose(s, CALL, shop.operator, revision, "yes", NOON).revision
        script_run.answer(s, CALL, shop.operator, revision, {"stock": "2"}, NOON)
    offer(db, shop)
    with db.read() as s:
        lead = s.scalars(select(Lead)).one()
    assert lead.bant == "B- A- N2 T-"
    assert leads.bant_points(lead.bant) == {"B": None, "A": None, "N": 2, "T": None}


def test_without_a_ready_closer_nothing_is_made(db: Database, shop: Floor) -> None:
    with pytest.raises(Refusal, match="no_closer_ready"), db.write() as s:
        handoffs.offer_live(s, CALL, shop.operator, NOON)
    with db.read() as s:
        assert s.scalars(select(Lead)).first() is None


def test_one_call_is_offered_once_at_a_time(db: Database, shop: Floor) -> None:
    offer(db, shop)
    for again in (handoffs.offer_live, handoffs.offer_listed):
        with pytest.raises(Refusal, match="already_handed"), db.write() as s:
            again(s, CALL, shop.operator, NOON)


def test_a_call_that_is_over_cannot_be_handed_live_but_can_be_listed(db: Database, shop: Floor) -> None:
    closer_ready(db, shop)
    with db.write() as s:
        s.get_one(Attempt, CALL).state = AttemptState.ENDED
    with pytest.raises(Refusal, match="no_live_call"), db.write() as s:
        handoffs.offer_live(s, CALL, shop.operator, NOON)
    with db.write() as s:
        assert handoffs.offer_listed(s, CALL, shop.operator, NOON).state is HandoffState.OFFERED


def test_only_the_operator_of_the_call_hands_it_over(db: Database, shop: Floor) -> None:
    closer_ready(db, shop)
    with pytest.raises(Refusal, match="not_your_call"), db.write() as s:
        handoffs.offer_live(s, CALL, shop.closer, NOON)


@pytest.mark.parametrize("act", [handoffs.cancel, handoffs.leave, handoffs.seen])
def test_nobody_else_touches_an_operators_handoff(db: Database, shop: Floor, act: object) -> None:
    handoff_id = offer(db, shop)
    with pytest.raises(Refusal, match="handoff_gone"), db.write() as s:
        act(s, handoff_id, shop.closer, NOON)  # type: ignore[operator]


def test_declining_asks_the_engine_and_says_so(db: Database, shop: Floor) -> None:
    handoff_id = offer(db, shop)
    with db.write() as s:
        closing.decline(s, handoff_id, shop.closer, NOON)
    with db.read() as s:
        last = s.scalars(select(Command).order_by(Command.id.desc())).first()
    assert last is not None
    assert (last.kind, last.args["reason"]) == ("handoff.cancel", "declined")


def test_a_rejected_lead_returns_to_the_operator_with_the_reason_until_it_is_read(db: Database, shop: Floor) -> None:
    handoff_id = offer(db, shop)
    join(db, shop, handoff_id)
    with db.write() as s:
        closing.reject(s, handoff_id, shop.closer, "  no budget ", NOON)
    with db.read() as s:
        [(handoff, lead)] = handoffs.unseen_results(s, shop.operator)
    assert (handoff.state, handoff.reason, lead.contact_id) == (HandoffState.REJECTED, "no budget", shop.contact)
    with db.write() as s:
        handoffs.seen(s, handoff_id, shop.operator, NOON)
    with db.read() as s:
        assert handoffs.unseen_results(s, shop.operator) == []


def test_a_rejection_without_a_reason_is_refused(db: Database, shop: Floor) -> None:
    handoff_id = offer(db, shop)
    join(db, shop, handoff_id)
    with pytest.raises(Refusal, match="reason_needed"), db.write() as s:
        closing.reject(s, handoff_id, shop.closer, "  ", NOON)


def test_a_lead_is_judged_once(db: Database, shop: Floor) -> None:
    handoff_id = offer(db, shop)
    join(db, shop, handoff_id)
    with db.write() as s:
        closing.accept(s, handoff_id, shop.closer, NOON)
    with pytest.raises(Refusal, match="handoff_gone"), db.write() as s:
        closing.reject(s, handoff_id, shop.closer, "late", NOON)


def test_judging_after_the_call_frees_the_closer(db: Database, shop: Floor) -> None:
    handoff_id = offer(db, shop)
    join(db, shop, handoff_id)
    with db.write() as s:
        floor.sit(s, shop.closer, OperatorState.WRAP_UP, shop, NOON, attempt_id=CALL)
    with pytest.raises(Refusal, match="judge_first"), db.write() as s:
        closing.done(s, shop.closer, NOON)
    with db.write() as s:
        closing.accept(s, handoff_id, shop.closer, NOON)
    with db.read() as s:
        assert s.get_one(OperatorSession, shop.closer).state is OperatorState.READY


def test_a_lead_judged_during_the_call_leaves_the_closer_to_end_it(db: Database, shop: Floor) -> None:
    handoff_id = offer(db, shop)
    join(db, shop, handoff_id)
    with db.write() as s:
        closing.accept(s, handoff_id, shop.closer, NOON)
        assert s.get_one(OperatorSession, shop.closer).state is OperatorState.TALKING
        floor.sit(s, shop.closer, OperatorState.WRAP_UP, shop, NOON, attempt_id=CALL)
        closing.done(s, shop.closer, NOON)
        assert s.get_one(OperatorSession, shop.closer).state is OperatorState.READY


def test_a_listed_lead_is_taken_by_one_closer_only(db: Database, shop: Floor) -> None:
    with db.write() as s:
        listed = handoffs.offer_listed(s, CALL, shop.operator, NOON).id
        other = floor.accounts.add(s, "olga", "Olga", floor.PASSWORD, [], NOON)
        s.add(floor.CampaignMember(campaign_id=shop.campaign, user_id=other.id, line=2))
        other_id = other.id
    with db.read() as s:
        assert [lead.mine for lead in closing.waiting(s, shop.closer)] == [False]
    with db.write() as s:
        closing.take(s, listed, shop.closer, NOON)
    with pytest.raises(Refusal, match="handoff_gone"), db.write() as s:
        closing.take(s, listed, other_id, NOON)
    with db.read() as s:
        assert [lead.mine for lead in closing.waiting(s, shop.closer)] == [True]
        assert closing.waiting(s, other_id) == []


def test_an_operator_cannot_take_leads(db: Database, shop: Floor) -> None:
    with db.write() as s:
        listed = handoffs.offer_listed(s, CALL, shop.operator, NOON).id
    with pytest.raises(Refusal, match="handoff_gone"), db.write() as s:
        closing.take(s, listed, shop.operator, NOON)


def test_the_longest_ready_closer_is_rung(db: Database, shop: Floor) -> None:
    closer_ready(db, shop)
    with db.write() as s:
        early = floor.accounts.add(s, "olga", "Olga", floor.PASSWORD, [], NOON)
        floor.sit(s, early.id, OperatorState.READY, shop, NOON - timedelta(minutes=5), line=2)
        early_id = early.id
    with db.write() as s:
        assert handoffs.offer_live(s, CALL, shop.operator, NOON).closer_id == early_id


@pytest.mark.parametrize("judged", ["in the call", "afterwards"])
def test_what_the_closer_typed_becomes_a_note_of_the_contact(db: Database, shop: Floor, judged: str) -> None:
    handoff_id = offer(db, shop)
    join(db, shop, handoff_id)
    with db.write() as s:
        s.get_one(Attempt, CALL).closer_id = shop.closer
        drafts.save(s, CALL, shop.closer, {"note": "Wants the contract by Monday"}, NOON)
        if judged == "in the call":
            closing.accept(s, handoff_id, shop.closer, NOON)
        floor.sit(s, shop.closer, OperatorState.WRAP_UP, shop, NOON, attempt_id=CALL)
    with db.write() as s:
        if judged == "in the call":
            closing.done(s, shop.closer, NOON)
        else:
            closing.accept(s, handoff_id, shop.closer, NOON)
    with db.read() as s:
        assert s.get_one(OperatorSession, shop.closer).state is OperatorState.READY
        assert next(n.text for n in notes.of_contact(s, shop.contact)) == "Wants the contract by Monday"
        assert drafts.words_of(s, CALL, shop.closer)["note"] == ""
