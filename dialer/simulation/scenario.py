"""What is simulated: a team, the people they call, the rules, and what changes on the way; read from a JSON file.

Every wrong field is one sentence (BadInput). May import the standard library and ``dialer.errors``.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dialer.errors import BadInput

LONGEST_H = 10_000.0


@dataclass(frozen=True, slots=True)
class Spread:
    """A lognormal time: its mean in seconds and the standard deviation of its logarithm."""

    mean: float
    sd_log: float

    @property
    def mu(self) -> float:
        """Mean of the logarithm."""
        return math.log(self.mean) - self.sd_log**2 / 2


@dataclass(frozen=True, slots=True)
class Change:
    """From ``at_s`` on these figures hold; None leaves a figure as it was."""

    at_s: float
    answer_rate: float | None = None
    operators: int | None = None
    ring_s: Spread | None = None
    talk_s: Spread | None = None
    wrap_s: Spread | None = None


@dataclass(frozen=True, slots=True)
class Scenario:
    """See docs/pacing.md for the fields as written in a file."""

    operators: int = 10
    answer_rate: float = 0.3
    ring_s: Spread = Spread(12, 0.45)
    talk_s: Spread = Spread(60, 0.8)
    wrap_s: Spread = Spread(15, 0.5)
    no_answer_s: float = 25.0
    patience_s: float = 2.0
    hours: float = 8.0
    cap: float = 0.03
    seed: int = 1
    policy: tuple[str, ...] = ("warmline",)
    drift: tuple[Change, ...] = ()
    max_lines: int = 1_000_000


NUMBERS = {
    # field -> least, most
    "operators": (1, 2000),
    "answer_rate": (0.001, 1.0),
    "no_answer_s": (1.0, 300.0),
    "patience_s": (0.0, 60.0),
    "hours": (0.01, LONGEST_H),
    "cap": (0.0, 1.0),
    "seed": (0, 2**31),
    "max_lines": (1, 1_000_000),
}
WHOLE = ("operators", "seed", "max_lines")
SPREADS = ("ring_s", "talk_s", "wrap_s")
CHANGES = ("answer_rate", "operators", *SPREADS)


def load(path: Path) -> Scenario:
    """Read a scenario file. Raises BadInput with one sentence."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as err:
        raise BadInput(f"{path} cannot be read: {err.strerror}") from err
    except ValueError as err:
        raise BadInput(f"{path} is not JSON: {err}") from err
    if not isinstance(data, dict):
        raise BadInput(f"{path} must hold one JSON object")
    return read(data)


def read(data: Mapping[str, Any]) -> Scenario:
    """A scenario from its fields; what is left out keeps its default. Raises BadInput."""
    known = {*NUMBERS, *SPREADS, "policy", "drift"}
    if unknown := sorted(set(data) - known):
        raise BadInput(f"the scenario has an unknown field {unknown[0]!r}; known are {', '.join(sorted(known))}")
    values: dict[str, Any] = {name: _number(name, data[name]) for name in NUMBERS if name in data}
    values |= {name: _spread(name, data[name]) for name in SPREADS if name in data}
    if "policy" in data:
        names = data["policy"] if isinstance(data["policy"], list) else [data["policy"]]
        if not names or not all(isinstance(name, str) for name in names):
            raise BadInput("policy must be a name or a list of names")
        values["policy"] = tuple(dict.fromkeys(names))
    if data.get("drift") is not None:
        values["drift"] = _drift(data["drift"])
    made = Scenario(**values)
    if made.ring_s.mean >= 2 * made.no_answer_s:
        raise BadInput("ring_s is so long beside no_answer_s that nobody would ever answer")
    return made


def _number(name: str, value: Any) -> float | int:
    least, most = NUMBERS[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise BadInput(f"{name} must be a number from {least:g} to {most:g}, not {value!r}")
    if name in WHOLE and value != int(value):
        raise BadInput(f"{name} must be a whole number, not {value!r}")
    return int(value) if name in WHOLE else float(value)


def _spread(name: str, value: Any) -> Spread:
    if not isinstance(value, dict) or set(value) != {"mean", "sd_log"}:
        raise BadInput(f'{name} must be written as {{"mean": seconds, "sd_log": number}}')
    for part, least, most in (("mean", 0.1, 7200.0), ("sd_log", 0.0, 3.0)):
        figure = value[part]
        if isinstance(figure, bool) or not isinstance(figure, int | float) or not least <= figure <= most:
            raise BadInput(f"{part} of {name} must be a number from {least:g} to {most:g}, not {figure!r}")
    return Spread(float(value["mean"]), float(value["sd_log"]))


def _drift(value: Any) -> tuple[Change, ...]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise BadInput('drift must be a list such as [{"at_h": 4, "answer_rate": 0.48}]')
    return tuple(sorted((_change(one) for one in value), key=lambda one: one.at_s))


def _change(one: dict[str, Any]) -> Change:
    if unknown := sorted(set(one) - {"at_h", *CHANGES}):
        raise BadInput(f"drift has an unknown field {unknown[0]!r}; known are at_h, {', '.join(CHANGES)}")
    at_h = one.get("at_h")
    if isinstance(at_h, bool) or not isinstance(at_h, int | float) or not 0 <= at_h <= LONGEST_H:
        raise BadInput(f"each change of drift needs at_h, the hour at which it happens, not {at_h!r}")
    values: dict[str, Any] = {name: _number(name, one[name]) for name in NUMBERS if name in one}
    values |= {name: _spread(name, one[name]) for name in SPREADS if name in one}
    return Change(at_s=at_h * 3600.0, **values)
