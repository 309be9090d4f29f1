"""Budget, Authority, Need, Timing: the answers' points and whether they make a lead.

Room: scripts, used by runner, screen and reports. May import the model. The answers are stored and the score is only a
view of them: another preset re-scores a whole base without one call. A letter that nobody asked about, or that was
answered by "don't know", is unknown (None), which is not 0: a gate on it is not passed, and the total leaves it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from scripts.errors import ScriptError
from scripts.model import Field, Script
from scripts.words import LETTERS

Preset = Mapping[str, Any]
PRESETS: dict[str, dict[str, Any]] = {
    "flexible": {"gates": {"A": 1, "N": 1}, "total": 3},
    "standard": {"gates": {"B": 1, "A": 1, "N": 2, "T": 1}, "total": 6},
    "strict": {"gates": {"B": 2, "A": 2, "N": 2, "T": 2}, "total": 9},
}
"""How strict a client is: the least points per letter (0..3) and in total (0..12)."""


@dataclass(frozen=True, slots=True)
class Score:
    """Points per letter (None unknown), their sum, and whether every gate and the total are met."""

    B: int | None
    A: int | None
    N: int | None
    T: int | None
    total: int
    met: bool

    def as_dict(self) -> dict[str, int | bool | None]:
        """{B, A, N, T, total, met} as plain data."""
        return {name: getattr(self, name) for name in self.__slots__}

    @property
    def temperature(self) -> str:
        """How near to a deal: "hot" (met, and soon), "warm" (a need and somebody who counts) or "cold"."""
        if self.met and (self.T or 0) >= 2:
            return "hot"
        return "warm" if (self.N or 0) >= 1 and (self.A or 0) >= 1 else "cold"


def preset_of(value: str | Preset | None) -> Preset:
    """A preset by name, or the plain data given, checked. Raises ScriptError."""
    if value is None:
        return PRESETS["standard"]
    if isinstance(value, str):
        if value not in PRESETS:
            raise ScriptError(f"Unknown BANT preset {value!r}", expected=", ".join(PRESETS), code="preset")
        return PRESETS[value]
    gates, total = value.get("gates"), value.get("total", 0)
    if not isinstance(gates, Mapping) or not set(gates) <= set(LETTERS):
        raise ScriptError("A BANT preset has gates", expected="{gates: {A: 1}, total: 3}", code="preset")
    if not all(isinstance(points, int) for points in (*gates.values(), total)):
        raise ScriptError("A BANT preset holds whole numbers", expected="{gates: {A: 1}, total: 3}", code="preset")
    return {"gates": gates, "total": total}


def score(script: Script, answers: Mapping[str, Any], preset: str | Preset | None, today: date) -> Score:
    """Score stored answers (see :mod:`scripts.answers`). ``today`` is the date that deadlines are counted from.

    Where several fields speak for one letter, the best of them counts.
    """
    rules = preset_of(preset)
    letters: dict[str, int | None] = dict.fromkeys(LETTERS)
    for field in script.fields.values():
        if field.bant and (points := _points(field, answers.get(field.id), today)) is not None:
            letters[field.bant] = max(points, letters[field.bant] or 0)
    total = sum(points for points in letters.values() if points is not None)
    gates_met = all((letters[letter] or 0) >= least for letter, least in rules["gates"].items() if least > 0)
    return Score(**letters, total=total, met=gates_met and total >= rules["total"])


def _points(field: Field, answer: Mapping[str, Any] | None, today: date) -> int | None:
    """0..3, or None where the answer says nothing about the letter."""
    if not answer or "value" not in answer:
        return None
    value = answer["value"]
    if field.type in ("single", "multi"):
        codes = value if isinstance(value, list) else [value]
        found = [option.points for option in field.options if option.code in codes and option.points is not None]
        return max(found, default=None)
    if not field.bands:
        return None
    if field.type == "date":
        away = (datetime.fromisoformat(value).date() - today).days
        return next((points for limit, points in field.bands if away <= limit), 0)
    return next((points for limit, points in field.bands if value >= limit), 0)
