"""Qualification: a view over stored answers. Unknown is not zero; a lead cools; other terms judge everybody anew."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, insert, literal, select
from sqlalchemy.orm import Session

from dialer.errors import BadInput
from dialer.leads import qualification, terms
from dialer.leads.points import NOTHING_KNOWN, judge
from dialer.rules.words import ContactState
from dialer.store import Base, Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.projects import Project
from dialer.store.scripts import Answer
from tests.conftest import NOON
from tests.support.floor import CALL, Floor
from tests.unit.leads.answering import GOOD, answer, strictness

STANDARD = terms.read("standard", {})


def standing(db: Database, shop: Floor, after: timedelta = timedelta()):
    with db.read() as s:
        project = s.get_one(Project, shop.project)
        return qualification.of_contacts(s, project, [shop.contact], NOON + after)[shop.contact]


def test_points_of_every_letter_are_read_off_the_stored_answers(db: Database, shop: Floor) -> None:
    with db.write() as s:
        strictness(s, shop, "strict")
        answer(s, shop, **GOOD)
    found = standing(db, shop)
    assert (found.bant, found.total, found.met) == ({"B": 3, "A": 3, "N": 3, "T": 3}, 12, True)
    assert found.temperature == "hot" and found.lacks == ""


def test_unknown_is_not_zero(db: Database, shop: Floor) -> None:
    with db.write() as s:
        strictness(s, shop, "standard")
        answer(s, shop, **{**GOOD, "budget": "dk", "stock": 3})
    found = standing(db, shop)
    assert found.bant["B"] is None and found.bant["N"] == 0
    assert found.lacks == "B- N0" and not found.met


def test_a_high_total_does_not_score_its_way_over_a_gate() -> None:
    assert not judge((3, 3, 0, 3), STANDARD).met
    assert judge((1, 1, 2, 2), STANDARD).met
    assert judge((1, 1, 2, 1), STANDARD).lacks == "=5"
    assert not judge(NOTHING_KNOWN, STANDARD).met and judge(NOTHING_KNOWN, terms.read("open", {})).met


@pytest.mark.parametrize(
    ("days", "heat"), [(0, "hot"), (1.9, "hot"), (2.1, "warm"), (13.9, "warm"), (14.1, "cold"), (400, "cold")]
)
def test_a_lead_cools_with_age(db: Database, shop: Floor, days: float, heat: str) -> None:
    with db.write() as s:
        answer(s, shop, **{**GOOD, "start_by": "2026-03-05"})
    assert standing(db, shop, timedelta(days=days)).temperature == heat


def test_a_project_may_cool_faster(db: Database, shop: Floor) -> None:
    with db.write() as s:
        strictness(s, shop, "open", cooling={"hot_days": 1, "warm_days": 1})
        answer(s, shop, **GOOD)
    assert standing(db, shop, timedelta(days=1.1)).temperature == "cold"


def test_own_gates_are_data(db: Database, shop: Floor) -> None:
    with db.write() as s:
        strictness(s, shop, "own", gates={"A": 3}, total=3)
        answer(s, shop, role=2)
    assert standing(db, shop).lacks == "A2"


@pytest.mark.parametrize(
    ("level", "data"),
    [
        ("harsh", {}),
        ("own", {"gates": {"X": 1}}),
        ("own", {"gates": {"B": 4}}),
        ("own", {"gates": {"B": True}}),
        ("own", {"total": 13}),
        ("standard", {"cooling": {"hot_days": 0}}),
        ("standard", {"cooling": {"hot_days": 9, "warm_days": 2}}),
        ("standard", {"hours": {"zone": "Mars/Base"}}),
        ("standard", {"hours": {"from": "18:00", "to": "09:00"}}),
        ("standard", {"hours": {"days": []}}),
        ("standard", {"left_out": ["won"]}),
        ("standard", {"live_ring_s": 4}),
        ("standard", {"live_ring_s": True}),
        ("standard", {"callbacks_each": 0}),
        ("standard", {"confirmation": "nobody"}),
    ],
)
def test_nonsense_is_refused_in_one_sentence(level: str, data: dict[str, object]) -> None:
    with pytest.raises(BadInput, match=r"^[A-Z].*\.$"):
        terms.read(level, data)


def test_a_call_whose_script_asks_for_no_letter_has_no_gate(db: Database, shop: Floor) -> None:
    with db.write() as s:
        strictness(s, shop, "strict")
        attempt = s.get_one(Attempt, CALL)
        assert qualification.of_attempt(s, attempt, NOON).gated
        attempt.script_version_id = None
        s.get_one(Project, shop.project).campaigns[0].script_id = None
        s.flush()
        assert not qualification.of_attempt(s, attempt, NOON).gated


def many(s: Session, table: type[Base], n: int, **values: Any) -> None:
    """Rows that the database makes itself, far sooner than they could be sent; a function gets the row's number."""
    first = select(literal(0).label("i")).cte("counted", recursive=True)
    counted = first.union_all(select(first.c.i + 1).where(first.c.i < n - 1))
    columns = table.__table__.c
    made = [v(counted.c.i) if callable(v) else literal(v, columns[k].type) for k, v in values.items()]
    s.execute(insert(table.__table__).from_select(list(values), select(*made)))


def test_other_terms_judge_a_hundred_thousand_contacts_in_seconds(lite: Database) -> None:
    from tests.support import floor

    shop = floor.build(lite, NOON)
    n = 100_000
    with lite.write() as s:
        zone = s.get_one(Contact, shop.contact).zone_set_id
        usual = {"campaign_id": shop.campaign, "state": ContactState.CLOSED, "zone_set_id": zone, "created_at": NOON}
        many(s, Contact, n, **usual, id=lambda i: 1000 + i, name="", fields={})
        answered = {"contact_id": lambda i: 1000 + i, "version_id": shop.version, "at": NOON}
        many(s, Answer, n, **answered, field="stock", value=lambda i: func.json_object("value", 1 + i % 3))
        many(s, Answer, n, **answered, field="role", value=lambda i: func.json_object("value", 1 + i % 2))
    with lite.read() as s:
        project = s.get_one(Project, shop.project)
        seconds, met = [], {}
        for level in ("flexible", "strict"):
            began = time.process_time()
            met[level] = qualification.count(qualification.base(s, project, NOON, terms.read(level, {})))
            seconds.append(time.process_time() - began)
    assert met["flexible"].contacts == n and met["strict"].met == 0
    # N 3, 2, 0 by thirds and A 3, 2 by halves: the third without a need is none.
    assert met["flexible"].met == n - n // 3
    assert max(seconds) < 5, seconds
