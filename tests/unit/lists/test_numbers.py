"""Telephone numbers as people write them."""

from __future__ import annotations

import phonenumbers as pn
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialer.errors import BadInput
from dialer.lists.dialling_plan import DiallingPlan, is_geographic
from dialer.lists.numbers import Numbers
from dialer.lists.reasons import RowRejected

RU, US, DE = Numbers("RU"), Numbers("US"), Numbers("DE")


def one(cell: str, numbers: Numbers = RU) -> str:
    found, _ = numbers.read(cell)
    assert len(found) == 1
    return found[0].e164


def why(cell: str, numbers: Numbers = RU) -> str:
    with pytest.raises(RowRejected) as caught:
        numbers.read(cell)
    return caught.value.code


@pytest.mark.parametrize(
    "cell",
    ["8 (916) 123-45-67", "+7 916 123 45 67", "007-916-123-45-67", "8107 916 123 45 67", "79161234567", "9161234567",
     "8.916.123.45.67", " 8\u00a0916\u2009123–45–67 ", "тел.: 89161234567", "tel:+79161234567", "'+79161234567",
     "８９１６１２３４５６７", "+7\u200b916\u202e1234567", "7.9161234567E10", "7,9161234567E+10", "79161234567.0"],
)  # fmt: skip
def test_one_number_has_many_spellings(cell: str) -> None:
    assert one(cell) == "+79161234567"


@pytest.mark.parametrize(
    "cell",
    ["123&PJSIP/x", "1@evil", "/", ";", ",", "${EXTEN}", "89161234567,PJSIP/x", "8916123456*7", "916-CALL-NOW", "#31#",
     "=HYPERLINK(1)", "-2+3", "89161234567\\n", "8916123\x004567a", "x" * 5000],
)  # fmt: skip
def test_a_dial_string_is_never_a_number(cell: str) -> None:
    assert why(cell) == "hostile"


@pytest.mark.parametrize(
    "cell", ["12345", "2026-03-04", "8916123456", "891612345678", "+7 000 000 00 00", "++79161234567"]
)
def test_what_is_not_a_valid_number_is_rejected(cell: str) -> None:
    assert why(cell) in ("invalid", "hostile")


@pytest.mark.parametrize("cell", ["7.91612E+10", "7,9161E10", "9.16E9"])
def test_digits_that_a_spreadsheet_dropped_are_not_made_up(cell: str) -> None:
    assert why(cell) == "shortened"


def test_a_lost_leading_zero_is_not_guessed() -> None:
    assert one("030 1234567", DE) == "+49301234567"
    assert why("301234567", DE) == "zero_lost"
    assert one("49301234567", DE) == "+49301234567"


@pytest.mark.parametrize(
    "cell", ["8 495 123-45-67 доб. 12", "84951234567, ext 12", "8 (495) 123-45-67 (вн.12)", "84951234567x12"]
)
def test_an_extension_is_kept_beside_its_number(cell: str) -> None:
    found, dropped = RU.read(cell)
    assert [(n.e164, n.extension) for n in found] == [("+74951234567", "12")] and not dropped


@pytest.mark.parametrize("between", [", ", ";", " / ", "\n", "|", "\u2028"])
def test_a_cell_may_hold_several_numbers(between: str) -> None:
    found, _ = RU.read(f"8 916 123-45-67{between}8 495 123-45-67{between}89161234567")
    assert [n.e164 for n in found] == ["+79161234567", "+74951234567"]


def test_a_bad_number_beside_a_good_one_is_left_out_aloud() -> None:
    found, dropped = RU.read("89161234567, 12345")
    assert [n.e164 for n in found] == ["+79161234567"] and dropped


@pytest.mark.parametrize("cell", ["", "-", "нет", " N/A ", "0"])
def test_an_empty_cell_has_no_number(cell: str) -> None:
    assert RU.read(cell) == ([], False)


def test_numbers_of_other_countries_need_their_code() -> None:
    assert one("+1 (212) 555-1234") == "+12125551234"
    assert one("(212) 555-1234", US) == "+12125551234"
    assert one("00 7 495 123 45 67", US) == "+74951234567"


def test_a_country_nobody_knows_is_refused() -> None:
    with pytest.raises(BadInput, match="no country"):
        Numbers("Narnia")


DIGITS = st.text("0123456789", min_size=5, max_size=12)


@settings(max_examples=600, deadline=None)
@given(
    st.sampled_from(("RU", "US", "FR", "DE", "KZ")),
    st.sampled_from(("", "+7", "7", "8", "+1", "1", "8 (", "0")),
    DIGITS,
)
def test_the_short_way_says_what_the_library_says(country: str, start: str, digits: str) -> None:
    found = DiallingPlan(country).read(start + digits)
    if found is not None:
        parsed = pn.parse(start + digits, country)
        assert pn.is_valid_number(parsed)
        assert found.e164 == pn.format_number(parsed, pn.PhoneNumberFormat.E164)
        assert found.region == pn.region_code_for_number(parsed)
        assert found.geographic == is_geographic(parsed)


@pytest.mark.parametrize("country", ["RU", "US"])
def test_the_short_way_knows_the_examples_of_its_country(country: str) -> None:
    for kind in (pn.PhoneNumberType.MOBILE, pn.PhoneNumberType.FIXED_LINE):
        example = pn.example_number_for_type(country, kind)
        assert example is not None
        e164 = pn.format_number(example, pn.PhoneNumberFormat.E164)
        assert DiallingPlan(country).read(e164) is not None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=40))
def test_whatever_is_read_can_be_dialled(cell: str) -> None:
    try:
        found, _ = RU.read(cell)
    except RowRejected:
        return
    assert all(n.e164[0] == "+" and n.e164[1:].isascii() and n.e164[1:].isdigit() for n in found)
