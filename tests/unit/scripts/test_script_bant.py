"""Points per letter, gates and total; what is unknown is not nought."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from script_fixtures import SHAPE

from scripts.bant import PRESETS, score

TODAY = date(2026, 3, 2)


def answers(**values: Any) -> dict[str, Any]:
    return {name: {"state": value} if value in ("dk", "ref") else {"value": value} for name, value in values.items()}


@pytest.mark.parametrize(
    ("purse", "points"), [(1_000_000, 3), (999_999, 2), (300_000, 2), (299_999, 1), (1, 1), (0, 0), ("dk", None)]
)
def test_money_falls_into_its_band(purse: Any, points: int | None) -> None:
    assert points == score(SHAPE, answers(purse=purse), None, TODAY).B


@pytest.mark.parametrize(
    ("begin", "points"),
    [("2026-03-02", 3), ("2026-04-01", 3), ("2026-04-02", 2), ("2026-05-31", 2), ("2026-06-01", 1), ("2026-08-30", 0)],
)
def test_a_date_falls_into_its_band(begin: str, points: int) -> None:
    assert points == score(SHAPE, answers(begin=begin), None, TODAY).T


def test_unknown_letters_fail_gates_and_stay_out_of_the_total() -> None:
    found = score(SHAPE, answers(books=1, part=1), "standard", TODAY)
    assert found.as_dict() == {"B": None, "A": 3, "N": 3, "T": None, "total": 6, "met": False}
    assert score(SHAPE, answers(books=1, part=1), "flexible", TODAY).met


def test_a_sum_does_not_buy_a_way_past_a_gate() -> None:
    found = score(SHAPE, answers(books=3, part=1, purse=2_000_000, begin="2026-03-10"), "standard", TODAY)
    assert found.total == 9 and not found.met


def test_another_preset_scores_the_same_answers_anew() -> None:
    given = answers(books=2, part=2, purse=300_000, begin="2026-05-01")
    met = {name: score(SHAPE, given, preset, TODAY).met for name, preset in PRESETS.items()}
    assert met == {"flexible": True, "standard": True, "strict": False}
    assert score(SHAPE, given, {"gates": {"B": 2}, "total": 8}, TODAY).met


def test_temperature_follows_score_and_date() -> None:
    full = dict(books=1, part=1, purse=1_000_000)
    assert score(SHAPE, answers(**full, begin="2026-03-10"), None, TODAY).temperature == "hot"
    assert score(SHAPE, answers(**full, begin="2026-06-10"), None, TODAY).temperature == "warm"
    assert score(SHAPE, answers(books=3), None, TODAY).temperature == "cold"
