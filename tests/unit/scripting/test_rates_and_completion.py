"""AAPOR: oracles of the published implementations; completion; quota expressions."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialer.profiles import dispositions
from scripts import aapor, completion, parse_text, quota
from scripts.aapor import Counts
from scripts.errors import ScriptError
from tests.support.floor import SCRIPT

ORACLE = Counts(I=4, P=2, R=1, NC=1, O=1, UH=1, UO=1, NE=1)
FLOOR = parse_text(SCRIPT)


def test_the_rates_agree_with_the_published_oracle() -> None:
    found = {name: round(rate or 0, 3) for name, rate in aapor.rates(ORACLE).items()}
    assert (found["RR1"], found["RR3"], found["RR4"]) == (0.364, 0.370, 0.556)
    assert (found["COOP4"], found["REF2"], found["CON2"]) == (0.857, 0.093, 0.741)


def test_e_may_differ_for_each_class_of_unknowns() -> None:
    counts = Counts(I=10, UH=10, UO=10, UR=10)
    assert aapor.rates(counts, {"UH": 0, "UO": 0.5, "UR": 1})["RR3"] == pytest.approx(10 / 25)


def test_what_cannot_be_divided_is_no_rate() -> None:
    assert set(aapor.rates(Counts()).values()) == {None}


@pytest.mark.parametrize("e", [{"UH": 1.2}, {"NE": 0.5}, {"UH": -0.1}])
def test_an_e_that_is_no_share_is_refused(e: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must be from 0 to 1"):
        aapor.rates(ORACLE, e)


@given(st.builds(Counts, *[st.integers(0, 10**6)] * 9))
def test_rates_keep_their_order_and_stay_within_0_and_1(counts: Counts) -> None:
    found = aapor.rates(counts)
    assert all(rate is None or 0 <= rate <= 1 for rate in found.values())
    for low, middle, high in (("RR1", "RR3", "RR5"), ("RR2", "RR4", "RR6"), ("REF1", "REF2", "REF3")):
        rates = [found[name] for name in (low, middle, high)]
        known = [rate for rate in rates if rate is not None]
        assert all(a <= b + 1e-12 for a, b in pairwise(known))


def test_every_disposition_has_a_code_of_the_standard() -> None:
    assert {aapor.class_of(one.aapor) for one in dispositions().values() if one.aapor} == {
        "I", "P", "R", "NC", "O", "UH", "UO", "NE",
    }  # fmt: skip
    with pytest.raises(ValueError, match="no AAPOR code"):
        aapor.class_of("9.1")


def test_a_refusal_is_not_undone_by_a_later_no_answer() -> None:
    assert aapor.final_code(["3.13", "2.112", "3.13"]) == "2.112"
    assert aapor.final_code(["2.112", "1.1"]) == "1.1"
    assert aapor.final_code(["3.12", "3.13"]) == "3.13"
    assert aapor.final_code([]) == "3.11"


def test_questions_ahead_on_the_shortest_way_to_a_goal_count_as_not_answered() -> None:
    ahead = completion.Ahead(FLOOR)
    visited = {"gate": 1, "intro": 1, "state": 1}
    broke_off = completion.done(ahead, "state", visited, {"stock": {"value": 1}}, False)
    assert (broke_off.answered, broke_off.of) == (1, 2)  # stock, and role ahead
    assert broke_off.code() == "1.2" and broke_off.code(partial=0.6) == "2.12"
    whole = completion.done(ahead, "close", visited | {"plans": 1}, {"stock": {}, "role": {}}, True)
    assert (whole.share, whole.code()) == (1.0, "1.1")


def test_a_quota_cell_is_met_only_by_answers_that_are_there() -> None:
    cell = "stock in [1, 2] and role == 1"
    assert quota.fields_of(cell, FLOOR) == {"stock", "role"}
    assert quota.meets(FLOOR, cell, {"stock": {"value": 2}, "role": {"value": 1}})
    assert not quota.meets(FLOOR, cell, {"stock": {"value": 2}})
    assert not quota.meets(FLOOR, cell, {"stock": {"state": "dk"}, "role": {"value": 1}})


@pytest.mark.parametrize(
    "bad", ["contact.city == 'x'", "visits('gate') > 1", "1 == 1", "stock ==", "9**99", "unknown == 1"]
)
def test_a_quota_cell_speaks_of_fields_only(bad: str) -> None:
    with pytest.raises(ScriptError):
        quota.fields_of(bad, FLOOR)


def test_interviews_with_the_same_answers_are_counted_each() -> None:
    interviews = [{"stock": {"value": 1}}] * 3 + [{"stock": {"value": 3}}] * 2 + [{}]
    assert quota.count(FLOOR, "stock == 1", interviews) == 3
