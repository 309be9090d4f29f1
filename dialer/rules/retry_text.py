"""Reading written retry plans: ``busy: [{after: 20m, max: 3}, {next_daypart: true, number: next}, {days: 7}]``.

Every mistake raises ValueError with one sentence. May import the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from dialer.rules.hours import Hours
from dialer.rules.retry import Plan, Step

PLAN_KEYS = {"title", "max_attempts", "dayparts", "steps"}
STEP_KEYS = {"after", "days", "next_daypart", "max", "number"}
NUMBERS = ("same", "next")
_SPAN = re.compile(r"(\d{1,5})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def read_plan(name: str, data: Any, known: Collection[str]) -> Plan:
    """Read one plan; ``known`` are the dispositions there are. Raises ValueError."""
    if not isinstance(data, dict) or set(data) != PLAN_KEYS:
        raise ValueError(f"plan {name} must have {', '.join(sorted(PLAN_KEYS))} and nothing else")
    if unknown := [code for code in data["steps"] if code not in known]:
        raise ValueError(f"plan {name}: there is no disposition {unknown[0]}")
    if not _is_count(data["max_attempts"]):
        raise ValueError(f"plan {name}: max_attempts must be a whole number from 1 up")
    try:
        parts = tuple((part, Hours.from_dict({"all": text}, part)) for part, text in data["dayparts"].items())
        steps = {code: tuple(_read_step(one) for one in given) for code, given in data["steps"].items()}
    except ValueError as err:
        raise ValueError(f"plan {name}: {err}") from err
    return Plan(name, data["title"], data["max_attempts"], parts, steps)


def _read_step(given: Mapping[str, Any]) -> Step:
    if unknown := set(given) - STEP_KEYS:
        raise ValueError(f"a step has no key {sorted(unknown)[0]}: use {', '.join(sorted(STEP_KEYS))}")
    if not _is_count(given.get("max", 1)) or not _is_count(given.get("days", 1)):
        raise ValueError("max and days of a step must be whole numbers from 1 up")
    if given.get("number", "same") not in NUMBERS:
        raise ValueError("number of a step must be same or next")
    return Step(
        read_span(given.get("after", "0s")),
        given.get("days", 0),
        bool(given.get("next_daypart", False)),
        given.get("max", 1),
        given.get("number", "same"),
    )


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def read_span(text: Any) -> timedelta:
    """``90s``, ``20m``, ``3h`` or ``2d``. Raises ValueError."""
    found = _SPAN.fullmatch(str(text))
    if not found:
        raise ValueError(f"the time {text!r} cannot be read: write 90s, 20m, 3h or 2d")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
