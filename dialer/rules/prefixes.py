"""The prefix allow-list: which numbers may be rung at all.

A number passes if every source that names prefixes allows it, and if no barred prefix (premium rate, satellite, far-off
islands that share a country code) fits it better than an allowed one: to ring a barred number its own prefix must be
listed. No list at all allows nothing. Part of the gate; the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

NUMBER = re.compile(r"\+[1-9]\d{4,14}")
"""E.164 (ITU-T): up to 15 digits; shorter than 5 is no subscriber."""
_PREFIX = re.compile(r"\+[1-9]\d{0,14}")


@dataclass(frozen=True)
class PrefixList:
    """The prefixes one source allows."""

    allowed: tuple[str, ...]
    source: str = ""


def longest(prefixes: Iterable[str], number: str) -> str:
    """The longest of ``prefixes`` that ``number`` begins with; empty if none does."""
    return max((p for p in prefixes if number.startswith(p)), key=len, default="")


def barred_by(number: str, lists: tuple[PrefixList, ...], barred: tuple[str, ...]) -> dict[str, str] | None:
    """Why ``number`` must not be rung: ``{why, prefix, source}``; None if it may be."""
    if not NUMBER.fullmatch(number):
        return {"why": "not_e164", "prefix": "", "source": ""}
    if not lists:
        return {"why": "no_list", "prefix": "", "source": ""}
    wall = longest(barred, number)
    for one in lists:
        door = longest(one.allowed, number)
        if not door:
            return {"why": "not_listed", "prefix": ", ".join(one.allowed), "source": one.source}
        if len(wall) > len(door):
            return {"why": "barred", "prefix": wall, "source": one.source}
    return None


def read_prefixes(data: Any, source: str = "") -> PrefixList:
    """Read ``["+7", "+44"]``. Raises ValueError with one sentence."""
    if not isinstance(data, list | tuple) or not data:
        raise ValueError('prefixes must be a list such as ["+7", "+44"]')
    if wrong := [p for p in data if not isinstance(p, str) or not _PREFIX.fullmatch(p)]:
        raise ValueError(f'prefix {wrong[0]!r} is not one: write it as "+7", in quotes')
    return PrefixList(tuple(data), source)
