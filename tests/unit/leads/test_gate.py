"""The gate: nothing goes over below the project's terms, unless a group lead lets it, with a reason and in the log."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from dialer.desk import contract, handoffs, wrap_up
from dialer.errors import Refusal
from dialer.leads import board, funnel, gate
from dialer.rules.words import HandoffState, OperatorState, Stage
from dialer.store import Database
from dialer.store.desk import Handoff, OperatorSession
from dialer.store.people import Audit
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import CALL, Floor
from tests.unit.leads.answering import GOOD, answer, strictness


@pytest.fixture
def strict(db: Database, shop: Floor) -> Floor:
    """A project whose gates the call does not meet: nothing was answered yet. A closer is ready."""
    with db.write() as s:
        strictness(s, shop, "strict")
        floor.sit(s, shop.closer, OperatorState.READY, shop, NOON)
    return shop


@pytest.mark.parametrize("offer", [handoffs.offer_live, handoffs.offer_listed])
def test_below_the_gate_nothing_goes_over_and_no_closer_is_taken(db: Database, strict: Floor, offer) -> None:
    with pytest.raises(Refusal) as refused, db.write() as s:
        offer(s, CALL, strict.operator, NOON)
    assert (refused.value.code, refused.value.detail["lacks"]) == ("below_gate", "B- A- N- T-")
    with db.read() as s:
        assert s.scalars(select(Handoff)).first() is None
        assert s.get_one(OperatorSession, strict.closer).state is OperatorState.READY


def test_answers_that_meet_it_open_the_gate(db: Database, strict: Floor) -> None:
    with db.write() as s:
        answer(s, strict, **GOOD)
        assert handoffs.offer_live(s, CALL, strict.operator, NOON).state is HandoffState.RINGING


def dispose(db: Database, shop: Floor, code: str = "lead_hot") -> None:
    with db.write() as s:
        floor.hang_up(s, shop, NOON)
        wrap_up.save(s, CALL, shop.operator, code, NOON)


def test_an_outcome_below_the_gate_is_saved_and_waits_for_the_group_lead(db: Database, strict: Floor) -> None:
    dispose(db, strict)
    with db.read() as s:
        assert s.scalars(select(Handoff)).first() is None
        [ask] = gate.waiting(s, [strict.campaign])
        assert (ask.attempt_id, ask.lacks) == (CALL, "B- A- N- T-")
        assert funnel.place(s, strict.contact) is Stage.CONTACTED


def test_a_group_lead_lets_it_through_with_a_reason_and_it_is_audited(db: Database, strict: Floor) -> None:
    dispose(db, strict)
    with pytest.raises(Refusal, match="reason_needed"), db.write() as s:
        contract.let_through(s, CALL, "  ", strict.closer, NOON)
    with db.write() as s:
        made = contract.let_through(s, CALL, "the client wants every trader", strict.closer, NOON)
        assert made is not None and made.state is HandoffState.OFFERED
    with db.read() as s:
        row = s.scalars(select(Audit).where(Audit.action == "lead.let_through")).one()
        assert (row.user_id, row.object, row.detail["let"]) == (strict.closer, f"attempt:{CALL}", True)
        [card] = board.waiting(s, [strict.campaign], NOON)
        assert card.temperature == "hot" and card.packet["lacks"] == "B- A- N- T-"
        assert gate.waiting(s, [strict.campaign]) == []
    with pytest.raises(Refusal, match="already_decided"), db.write() as s:
        contract.turn_down(s, CALL, "no", strict.closer, NOON)


def test_let_through_during_the_call_the_operator_hands_it_over_live(db: Database, strict: Floor) -> None:
    with db.write() as s:
        handoffs.ask_to_let_through(s, CALL, strict.operator, NOON)
        assert contract.let_through(s, CALL, "known to us", strict.closer, NOON) is None
        assert handoffs.offer_live(s, CALL, strict.operator, NOON).live


def test_what_is_kept_does_not_go_over(db: Database, strict: Floor) -> None:
    dispose(db, strict)
    with db.write() as s:
        contract.turn_down(s, CALL, "no budget there", strict.closer, NOON)
    with db.read() as s:
        assert s.scalars(select(Handoff)).first() is None and gate.waiting(s, [strict.campaign]) == []


def test_only_the_operator_of_the_call_asks(db: Database, strict: Floor) -> None:
    with pytest.raises(Refusal, match="not_your_call"), db.write() as s:
        handoffs.ask_to_let_through(s, CALL, strict.closer, NOON)
