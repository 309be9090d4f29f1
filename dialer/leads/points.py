"""What one stored answer is worth: letter and points, worked out once per script version, field and value.

100,000 contacts give a few hundred different answers, so a base is scored by looking up, not by walking scripts.
Pure but for the parsed scripts it is given. May import ``scripts``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dialer.leads.terms import Cooling, Terms
from scripts import bant
from scripts.model import Script
from scripts.words import LETTERS

Worth = tuple[str, int] | None
Points = tuple[int | None, int | None, int | None, int | None]
NOTHING_KNOWN: Points = (None, None, None, None)
_PLACE = {letter: place for place, letter in enumerate(LETTERS)}


class PriceList:
    """Answers' worth on one day. ``scripts``: version id -> parsed script."""

    def __init__(self, scripts: Mapping[int, Script], today: date) -> None:
        self.scripts, self.today = scripts, today
        self._known: dict[tuple[int, str, str], Worth] = {}

    def worth(self, version_id: int, field: str, value: str) -> Worth:
        """(letter, points) of an answer as the table keeps it, in JSON text; None if it says nothing."""
        key = (version_id, field, value)
        if key not in self._known:
            self._known[key] = self._work_out(version_id, field, json.loads(value))
        return self._known[key]

    def _work_out(self, version_id: int, name: str, answer: Any) -> Worth:
        script = self.scripts.get(version_id)
        field = script.fields.get(name) if script else None
        if script is None or field is None or not field.bant or not isinstance(answer, dict):
            return None
        points = getattr(bant.score(script, {name: answer}, None, self.today), field.bant)
        return None if points is None else (field.bant, points)

    def letters(self, answers: Iterable[tuple[int, str, str]]) -> Points:
        """The best points of each letter over (version, field, value)."""
        best: list[int | None] = [None] * len(LETTERS)
        for answer in answers:
            found = self.worth(*answer)
            if found is not None:
                place = _PLACE[found[0]]
                best[place] = max(found[1], best[place] or 0)
        return (best[0], best[1], best[2], best[3])


@dataclass(frozen=True, slots=True)
class Standing:
    """A score held against a project's terms. ``gated`` is False where no question speaks for any letter."""

    points: Points
    total: int
    met: bool
    temperature: str
    lacks: str
    """Letters short of their gate, as ``B- T1``; with ``=`` and the total if only that is short."""
    gated: bool = True

    @property
    def bant(self) -> dict[str, int | None]:
        """Points by letter."""
        return dict(zip(LETTERS, self.points, strict=True))


def judge(points: Points, terms: Terms, age: timedelta = timedelta(), gated: bool = True) -> Standing:
    """Hold points against gates and total. A letter that is not known passes no gate and adds nothing."""
    total = sum(p for p in points if p is not None)
    short = [
        f"{letter}{'-' if points[place] is None else points[place]}"
        for letter, place in _PLACE.items()
        if (points[place] or 0) < terms.gates.get(letter, 0)
    ]
    met = not short and total >= terms.total
    lacks = " ".join(short) or ("" if met else f"={total}")
    score = bant.Score(*points, total=total, met=met)
    return Standing(points, total, met, cooled(score.temperature, age, terms.cooling), lacks, gated)


def cooled(temperature: str, age: timedelta, cooling: Cooling) -> str:
    """What is left of a temperature so long after the last answer."""
    if age > cooling.warm:
        return "cold"
    return "warm" if temperature == "hot" and age > cooling.hot else temperature
