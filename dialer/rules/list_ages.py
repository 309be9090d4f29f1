"""Do-not-call lists that a law names, and how old the copy in use may be. Part of the gate; standard library only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")


@dataclass(frozen=True)
class ListAge:
    """Numbers are screened against the list ``name``, whose copy is at most ``max_age_d`` days old."""

    name: str
    max_age_d: int
    source: str = ""

    @property
    def rule(self) -> str:
        """The name under which this refuses: ``list_us_dnc``."""
        return f"list_{self.name}"

    def age_d(self, as_of: date, today: date) -> int:
        """How many days old a copy of ``as_of`` is."""
        return (today - as_of).days


def read_lists(data: Any, source: str) -> tuple[ListAge, ...]:
    """Read ``{us_dnc: {max_age_d: 31}}``. Raises ValueError with one sentence."""
    if not isinstance(data, dict):
        raise ValueError("lists must be written as {us_dnc: {max_age_d: 31}}")
    return tuple(_read(str(name), given, source) for name, given in data.items())


def _read(name: str, given: Any, source: str) -> ListAge:
    if not NAME.fullmatch(name):
        raise ValueError(f"the list {name!r} needs a name of small letters, digits and underscores")
    if not isinstance(given, dict) or set(given) != {"max_age_d"}:
        raise ValueError(f"the list {name} must be written as {{max_age_d: 31}}")
    days = given["max_age_d"]
    if isinstance(days, bool) or not isinstance(days, int) or days < 1:
        raise ValueError(f"max_age_d of the list {name} must be a whole number of days from 1 up, not {days!r}")
    return ListAge(name, days, source)


def strictest(lists: tuple[ListAge, ...]) -> tuple[ListAge, ...]:
    """One entry a list: the youngest copy that anybody asks for."""
    best: dict[str, ListAge] = {}
    for one in lists:
        if one.name not in best or one.max_age_d < best[one.name].max_age_d:
            best[one.name] = one
    return tuple(best.values())
