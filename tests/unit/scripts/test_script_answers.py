"""Raw input becomes an answer or a sentence in two languages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from script_fixtures import SHAPE

from scripts.answers import Rejected, read_answer
from scripts.model import Field

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Samara")
FIELDS = {
    **SHAPE.fields,
    "count": Field("count", "number", {}, min=0, max=100),
    "phone": Field("phone", "phone", {}),
    "yes": Field("yes", "bool", {}),
    "when": Field("when", "date", {}, within_days=10),
}


@pytest.mark.parametrize(
    ("name", "raw", "value"),
    [
        ("books", "1", 1),
        ("books", 2, 2),
        ("books", ["3"], 3),
        ("sells", ["2", "1"], [1, 2]),
        ("sells", "96", [96]),
        ("ache", "10", 10),
        ("count", "3,5", 3.5),
        ("count", " 1 0 ", 10),
        ("purse", "1 200 000 ₽", 1200000),
        ("purse", "1,200,000", 1200000),
        ("purse", "1,5 млн", 1500000),
        ("purse", "300к", 300000),
        ("purse", "99.90", 99.9),
        ("purse", 5, 5),
        ("begin", "20.3.2026", "2026-03-20"),
        ("begin", "2026-03-20", "2026-03-20"),
        ("hour", "2026-03-02T15:00", "2026-03-02T15:00+04:00"),
        ("hour", "2026-03-02T15:00Z", "2026-03-02T15:00+00:00"),
        ("post", " a.b+c@пример.рф ", "a.b+c@пример.рф"),
        ("dream", "a\x00b", "a b"),
        ("phone", "8 (916) 123-45-67", "+79161234567"),
        ("phone", "442071234567", "+442071234567"),
        ("yes", "Да", True),
        ("yes", False, False),
        ("yes", "no", False),
    ],
)
def test_input_is_understood_as_people_write_it(name: str, raw: Any, value: Any) -> None:
    assert read_answer(FIELDS[name], raw, NOW, ZONE) == {"value": value}


@pytest.mark.parametrize(
    ("name", "raw", "code"),
    [
        ("books", "7", "not_an_option"),
        ("books", ["1", "2"], "not_an_option"),
        ("books", {"value": {}}, "not_an_option"),
        ("sells", ["1", "96"], "exclusive"),
        ("sells", ["97"], "open_missing"),
        ("ache", "11", "too_large"),
        ("ache", "-1", "too_small"),
        ("ache", "2.5", "not_a_number"),
        ("ache", "много", "not_a_number"),
        ("count", "1e9", "not_a_number"),
        ("count", "nan", "not_a_number"),
        ("count", "9" * 400, "not_a_number"),
        ("purse", "дорого", "not_money"),
        ("purse", "-5", "not_money"),
        ("purse", "9" * 99, "not_money"),
        ("begin", "31.02.2026", "not_a_date"),
        ("begin", "2026-03-01", "past"),
        ("when", "2026-04-01", "too_far"),
        ("hour", "2026-03-02", "not_a_moment"),
        ("hour", "0001-01-01T00:00", "not_a_moment"),
        ("hour", "2026-03-02T09:00", "past"),
        ("again", "2026-05-02T09:00", "too_far"),
        ("dream", "x" * 301, "too_long"),
        ("dream", ["x"], "not_text"),
        ("post", "a@b", "not_an_email"),
        ("post", "a b@c.de", "not_an_email"),
        ("post", "x" * 300 + "@c.de", "not_an_email"),
        ("phone", "123", "not_a_phone"),
        ("phone", "+0123456789", "not_a_phone"),
        ("yes", "maybe", "not_yes_no"),
        ("post", "@dk", "no_dk"),
        ("purse", "@ref", "no_ref"),
        ("dream", True, "not_text"),
    ],
)
def test_what_is_no_answer_says_why_in_both_languages(name: str, raw: Any, code: str) -> None:
    with pytest.raises(Rejected) as caught:
        read_answer(FIELDS[name], raw, NOW, ZONE)
    assert caught.value.code == code
    assert caught.value.texts["ru"].endswith(".") and caught.value.texts["en"].endswith(".")


@pytest.mark.parametrize("raw", [None, "", "  ", [], {"value": None}])
def test_nothing_is_no_answer(raw: Any) -> None:
    assert read_answer(FIELDS["books"], raw, NOW, ZONE) is None


def test_money_of_98_is_money_and_not_dont_know() -> None:
    assert read_answer(FIELDS["purse"], "98", NOW, ZONE) == {"value": 98}
    assert read_answer(FIELDS["purse"], "@dk", NOW, ZONE) == {"state": "dk"}
