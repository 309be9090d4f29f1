"""A call as its step log tells it.

Room: scripts/figures. May import the model. An entry is what the runner gave: event (entered, answered, unscripted,
ended), node, variant, via, code, field, value, came_from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from scripts.model import Script

Who = Literal["them", "us", ""]


@dataclass(frozen=True)
class Call:
    """One call along one version. ``entries`` are (instant, entry) in order; ``hung_up`` says who ended the call, ""
    where that is not known; ``ended_at`` is when the line went down."""

    id: str
    version: int
    operator: int | None
    entries: tuple[tuple[datetime, Mapping[str, Any]], ...]
    hung_up: Who = ""
    ended_at: datetime | None = None
    goals: frozenset[str] = frozenset()

    @cached_property
    def visits(self) -> list[Visit]:
        """Every stay at a step, in order."""
        return list(_visits(self))

    @cached_property
    def steps(self) -> frozenset[str]:
        """The steps it came to."""
        return frozenset(visit.node for visit in self.visits)

    @property
    def reached_goal(self) -> bool:
        """Whether it came to a step marked @goal."""
        return bool(self.steps & self.goals)

    @property
    def last(self) -> str:
        """The step it ended at; "" for a call without any."""
        return self.visits[-1].node if self.visits else ""

    @property
    def outcome(self) -> str:
        """The disposition the script ended with, "" if it did not end or ended by hanging up."""
        ended = [entry for _, entry in self.entries if entry["event"] == "ended"]
        return str(ended[-1]["code"]) if ended and ended[-1]["via"] != "hung_up" else ""

    @property
    def lost_to(self) -> str:
        """Of a call that did not reach a goal: "script" if the script ended it, else who hung up ("them", "us", "")."""
        if self.outcome:
            return "script"
        told = any(entry["event"] == "ended" for _, entry in self.entries)
        return "them" if told else self.hung_up


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay at a step: ``seconds`` None where nobody knows when it ended."""

    node: str
    variant: str | None
    via: str
    seconds: float | None


def _visits(call: Call) -> Iterator[Visit]:
    moves = [(at, entry) for at, entry in call.entries if entry["event"] in ("entered", "ended")]
    for index, (at, entry) in enumerate(moves):
        if entry["event"] == "ended":
            continue
        left_at = moves[index + 1][0] if index + 1 < len(moves) else call.ended_at
        seconds = max(0.0, (left_at - at).total_seconds()) if left_at else None
        yield Visit(str(entry["node"]), entry.get("variant"), str(entry.get("via") or ""), seconds)


def goals_of(script: Script) -> frozenset[str]:
    """The ids of steps marked @goal."""
    return frozenset(node.id for node in script.nodes if "goal" in node.flags)
