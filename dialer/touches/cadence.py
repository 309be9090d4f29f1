"""A cadence: the touches after the first call, one after the other, and what ends them. Pure.

::

    steps:
      - {after: 1h, email: first letter}
      - {after: 2d, call: another part of the day}
      - {after: 3d, email: second letter}
    stop: [reply, refusal, goal]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import yaml

from dialer.errors import BadInput
from dialer.rules.dispositions import Disposition

STOPS = ("reply", "refusal", "goal")
KINDS = {"email", "call"}
CALLS = {"any time": False, "another part of the day": True}
UNITS = {"m": "minutes", "h": "hours", "d": "days"}
AFTER = re.compile(r"^(\d{1,4})([mhd])$")
MOST_STEPS = 20
LONGEST = timedelta(days=366)
REFUSALS = frozenset(
    {
        "refused_hard", "refused_soft", "gatekeeper_refusal", "not_target", "wrong_person", "language", "incapable",
        "deceased",
    }
)  # fmt: skip
GOALS = frozenset({"complete", "appointment_confirmed"})
"""Besides every disposition that makes a lead."""


@dataclass(frozen=True)
class Step:
    """One touch: a letter of the template ``email``, or else a call; ``other_part``: at another part of the day."""

    after: timedelta
    email: str = ""
    other_part: bool = False


@dataclass(frozen=True)
class Cadence:
    """The steps, and which of STOPS end it."""

    steps: tuple[Step, ...]
    stop: frozenset[str]

    def ends(self, chosen: Disposition) -> str:
        """Why a call that ended so ends the cadence: ``goal``, ``refusal``; empty if it goes on."""
        reached = chosen.next == "lead" or chosen.code in GOALS
        refused = chosen.next == "suppress" or chosen.code in REFUSALS
        reason = "goal" if reached else "refusal" if refused else ""
        # Who must never be called again is let alone whatever the cadence says.
        return reason if reason in self.stop or chosen.next == "suppress" else ""


NONE = Cadence((), frozenset())


def read(text: str) -> Cadence:
    """Read and check; empty text is no cadence. Raises BadInput with one sentence that names the step."""
    if not text.strip():
        return NONE
    try:
        data = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        raise BadInput("The cadence is not YAML.") from None
    if not isinstance(data, dict) or set(data) - {"steps", "stop"} or not isinstance(data.get("steps"), list):
        raise BadInput("A cadence has steps, and what stops it: steps: [...], stop: [reply, refusal, goal].")
    if len(data["steps"]) > MOST_STEPS:
        raise BadInput(f"A cadence has at most {MOST_STEPS} steps.")
    stop = data.get("stop", list(STOPS))
    if not isinstance(stop, list) or any(one not in STOPS for one in stop):
        raise BadInput("A cadence stops at reply, refusal and goal, or at some of them.")
    return Cadence(tuple(_step(n, given) for n, given in enumerate(data["steps"], 1)), frozenset(stop))


def _step(n: int, given: Any) -> Step:
    if not isinstance(given, Mapping) or len(KINDS & set(given)) != 1 or set(given) - {"after", *KINDS}:
        raise BadInput(f"Step {n} says after how long (after: 2d), and either email: TEMPLATE or call: any time.")
    match = AFTER.match(str(given.get("after", "")))
    after = timedelta(**{UNITS[match[2]]: int(match[1])}) if match else None
    if after is None or after > LONGEST:
        raise BadInput(f"Step {n}: after is written as 30m, 2h or 3d, and is at most a year.")
    if "email" in given:
        if not isinstance(given["email"], str) or not given["email"].strip():
            raise BadInput(f"Step {n} does not name the letter's template.")
        return Step(after, email=given["email"].strip())
    if given["call"] not in CALLS:
        raise BadInput(f"Step {n}: call is one of: {', '.join(CALLS)}.")
    return Step(after, other_part=CALLS[given["call"]])
