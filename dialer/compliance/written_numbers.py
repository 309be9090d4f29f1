"""Reading the numbers of suppression lists, fast: a million lines must not take a minute.

What is written as E.164, or the way the project's own country writes its numbers, is read by two regular expressions;
all else by phonenumbers. ``+7495*`` is a prefix.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import phonenumbers

from dialer.compliance.entries import SHORTEST_PREFIX
from dialer.errors import BadInput

_NOISE = str.maketrans("", "", " \t\u00a0()-.\u2010\u2011\u2012\u2013/'\"")
_E164 = re.compile(r"\+[1-9]\d{7,14}")
_PREFIX = re.compile(rf"\+[1-9]\d{{{SHORTEST_PREFIX - 2},13}}\*")
_FLOAT = re.compile(r"\d{10,15}\.0")
"""How a spreadsheet writes a number it took for a quantity."""
_AT_HOME = {"RU": (re.compile(r"[78]?([3489]\d{9})"), "+7"), "US": (re.compile(r"1?([2-9]\d{9})"), "+1")}


class Entry(NamedTuple):
    """A number, or a prefix of numbers, in E.164."""

    number: str
    prefix: bool = False


def read_number(text: str, country: str = "RU") -> Entry:
    """The number that ``text`` means, for somebody in ``country``. Raises BadInput with one sentence."""
    given = text.strip()
    plain = (given[:-2] if _FLOAT.fullmatch(given) else given).translate(_NOISE)
    if _E164.fullmatch(plain):
        return Entry(plain)
    if _PREFIX.fullmatch(plain):
        return Entry(plain[:-1], True)
    if country in _AT_HOME:
        home, code = _AT_HOME[country]
        if found := home.fullmatch(plain):
            return Entry(code + found[1])
    return Entry(_parsed(plain, country))


def _parsed(plain: str, country: str) -> str:
    try:
        parsed = phonenumbers.parse(plain, country)
    except phonenumbers.NumberParseException as err:
        raise BadInput(f"{plain[:40]!r} cannot be read as a phone number") from err
    if not phonenumbers.is_possible_number(parsed):
        raise BadInput(f"{plain[:40]!r} is not a possible phone number")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
