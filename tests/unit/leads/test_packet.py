"""The packet: everything the closer needs, made in the transaction of the outcome, numbers left out."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import select

from dialer.desk import closing, handoffs, script_run, wrap_up
from dialer.leads import board, figures
from dialer.store import Database
from dialer.store.desk import Handoff
from dialer.store.leads import HandoffPacket
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import CALL, Floor


def walk(db: Database, shop: Floor) -> None:
    """A talk: an objection at second 30, the budget at 60, the goal at 90."""

    def at(seconds: int):
        return NOON + timedelta(seconds=seconds)

    with db.write() as s:
        run = script_run.ensure(s, CALL, shop.operator, NOON)
        assert run is not None
        who, rev = (CALL, shop.operator), run.revision
        rev = script_run.choose(s, *who, rev, "dm", at(5)).revision
        rev = script_run.choose(s, *who, rev, "yes", at(10)).revision
        rev = script_run.objection(s, *who, rev, "o_price", at(30)).revision
        rev = script_run.choose(s, *who, rev, "ok", at(35)).revision
        rev = script_run.answer(s, *who, rev, {"stock": "1"}, at(40)).revision
        script_run.answer(s, *who, rev, {"pain": "7"}, at(60))


def test_the_packet_holds_points_answers_objections_notes_and_the_moment(db: Database, shop: Floor) -> None:
    walk(db, shop)
    with db.write() as s:
        floor.hang_up(s, shop, NOON + timedelta(seconds=120))
        wrap_up.save(s, CALL, shop.operator, "lead_hot", NOON + timedelta(seconds=130), note="wants a demo")
    with db.read() as s:
        kept = s.scalars(select(HandoffPacket)).one()
    told = kept.contents
    assert told["bant"] == {"B": None, "A": None, "N": 3, "T": None}
    assert ["Accounting now", "Excel"] in told["answers"]["en"] and ["Учёт сейчас", "Excel"] in told["answers"]["ru"]
    assert [(o["en"], o["ru"], o["times"]) for o in told["objections"]] == [("Too expensive", "Дорого", 1)]
    assert told["notes"][0]["text"] == "wants a demo"
    assert told["recording"] == {"attempt": CALL, "moment_s": 30}
    assert told["contact"]["company"] == "ООО «Ромашка»"
    assert "+7916" not in json.dumps(told)


def test_outcome_and_packet_are_one_transaction(db: Database, shop: Floor) -> None:
    with db.write() as s:
        floor.hang_up(s, shop, NOON)
    try:
        with db.write() as s:
            wrap_up.save(s, CALL, shop.operator, "lead_warm", NOON)
            raise RuntimeError
    except RuntimeError:
        pass
    with db.read() as s:
        assert s.scalars(select(Handoff)).first() is None and s.scalars(select(HandoffPacket)).first() is None


def test_a_lead_handed_over_in_the_call_is_brought_up_to_date_and_not_listed_twice(db: Database, shop: Floor) -> None:
    with db.write() as s:
        given = handoffs.offer_listed(s, CALL, shop.operator, NOON).id
        floor.hang_up(s, shop, NOON)
        wrap_up.save(s, CALL, shop.operator, "lead_hot", NOON, note="typed later")
    with db.read() as s:
        [card] = board.waiting(s, [shop.campaign], NOON)
    assert card.handoff_id == given and card.temperature == "hot"
    assert card.packet["notes"][0]["text"] == "typed later" and card.due_at == NOON + timedelta(minutes=5)


def test_the_reason_of_a_rejection_reaches_the_figures_of_the_script(db: Database, shop: Floor) -> None:
    walk(db, shop)
    with db.write() as s:
        given = handoffs.offer_listed(s, CALL, shop.operator, NOON).id
        closing.take(s, given, shop.closer, NOON)
        closing.reject(s, given, shop.closer, "", NOON, "no_authority")
    with db.read() as s:
        [verdict] = figures.verdicts(s, [shop.campaign], NOON - timedelta(days=1))
        [card] = board.judged(s, [shop.campaign], NOON)
    assert (verdict.script, verdict.number, verdict.accepted, verdict.reasons) == ("Склад", 1, 0, {"no_authority": 1})
    assert verdict.accept_rate == 0 and card.reason_code == "no_authority"
