"""One country's numbering plan as one regular expression, built from the metadata of phonenumbers.

It knows only the plain case, a fixed or mobile number of the country itself with nothing unusual in it, and says so
in about a microsecond; everything else gets None and takes the long way in ``numbers``. A test compares both ways.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import phonenumbers as pn
from phonenumbers import PhoneMetadata
from phonenumbers.phonenumberutil import is_number_type_geographical

_IGNORED = str.maketrans("", "", " ()-\u00a0")


class Number(NamedTuple):
    """A valid number. ``geographic``: its digits say where it is, so they say its time zone too."""

    e164: str
    extension: str
    region: str
    geographic: bool


def is_geographic(parsed: pn.PhoneNumber) -> bool:
    """True if the number's prefix belongs to a place."""
    return bool(is_number_type_geographical(pn.number_type(parsed), parsed.country_code or 0))


class DiallingPlan:
    """The short way for one country; a country whose numbers vary in length has none and always says None."""

    def __init__(self, country: str) -> None:
        data: Any = PhoneMetadata.metadata_for_region(country, None)
        self.country, self.plus = country, f"+{data.country_code}"
        self.geographic_mobile = bool(is_number_type_geographical(pn.PhoneNumberType.MOBILE, data.country_code))
        lengths = {n for d in (data.fixed_line, data.mobile) for n in d.possible_length if n > 0}
        self.length = lengths.pop() if len(lengths) == 1 and _is_simple(data) else 0
        fixed, mobile = data.fixed_line.national_number_pattern, data.mobile.national_number_pattern
        same = fixed == mobile or data.same_mobile_and_fixed_line_pattern
        leading = f"(?={data.leading_digits})" if data.leading_digits else ""
        self._match = re.compile(
            rf"(?:{re.escape(self.plus)}|{data.country_code}|{data.national_prefix})?"
            rf"(?=[0-9]{{{self.length}}}\Z){leading}(?:({fixed})|{'(?!)' if same else mobile})\Z"
        ).match

    def read(self, cell: str) -> Number | None:
        """The number, or None if the cell is not the plain case."""
        digits = cell.translate(_IGNORED)
        found = self._match(digits) if self.length else None
        if found is None:
            return None
        geographic = found[1] is not None or self.geographic_mobile
        return Number(self.plus + digits[-self.length :], "", self.country, geographic)


def _is_simple(data: Any) -> bool:
    """Plans in which a trunk prefix is one digit other than 0, and the country is the main one of its code."""
    prefix = data.national_prefix
    main = pn.region_code_for_country_code(data.country_code) == data.id
    return bool(prefix and prefix != "0" and data.national_prefix_for_parsing == prefix and main)
