"""Figures by step: reach, drop-off and to whom, time spent, which answers, objections, words without an answer.

Room: scripts/figures. May import the model and the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from scripts.figures.log import Call
from scripts.model import Script
from scripts.words import NEXT

MIN_CALLS = 100
"""Calls of each A/B text below which no winner is named."""


@dataclass
class StepFigures:
    """One step. ``calls`` came to it; ``lost_*`` ended there without a goal: the client hung up, we did, the script
    ended the call, or nobody knows; ``answers`` are buttons by code."""

    node: str
    calls: int = 0
    visits: int = 0
    lost_them: int = 0
    lost_us: int = 0
    lost_script: int = 0
    lost_unknown: int = 0
    goal_after: int = 0
    seconds: list[float] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)
    unscripted: int = 0

    @property
    def lost(self) -> int:
        """Calls that ended here without a goal."""
        return self.lost_them + self.lost_us + self.lost_script + self.lost_unknown

    @property
    def lost_rate(self) -> float:
        """The same, of the calls that came here."""
        return self.lost / self.calls if self.calls else 0.0

    @property
    def saved_rate(self) -> float:
        """Of the calls that came here, those that reached a goal all the same."""
        return self.goal_after / self.calls if self.calls else 0.0

    def dwell(self, share: float) -> float | None:
        """Seconds within which this share of stays was over: 0.5 the median, 0.9 the slow ones."""
        return percentile(self.seconds, share)


@dataclass(frozen=True, slots=True)
class Unscripted:
    """What a client said that the script has no answer for."""

    at: datetime
    node: str
    words: str
    call: str


def percentile(values: Sequence[float], share: float) -> float | None:
    """The smallest value that at least ``share`` of the values do not exceed (nearest rank); None of none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else None


def by_step(script: Script, calls: Iterable[Call]) -> dict[str, StepFigures]:
    """Figures of every step of ``script``, in its order; steps of other versions that it lacks are left out."""
    found = {node.id: StepFigures(node.id) for node in script.nodes}
    screens = {node.id for node in script.nodes if not node.is_logic}
    for call in calls:
        _count_visits(found, call)
        _count_answers(found, call, screens)
        last = found.get(call.last)
        if last is not None and not call.reached_goal:
            kind = f"lost_{call.lost_to or 'unknown'}"
            setattr(last, kind, getattr(last, kind) + 1)
    return found


def _count_visits(found: dict[str, StepFigures], call: Call) -> None:
    for visit in call.visits:
        figures = found.get(visit.node)
        if figures is not None:
            figures.visits += 1
            if visit.seconds is not None:
                figures.seconds.append(visit.seconds)
    first: dict[str, int] = {}
    for index, visit in enumerate(call.visits):
        first.setdefault(visit.node, index)
    for node, index in first.items():
        if node in found:
            found[node].calls += 1
            found[node].goal_after += any(v.node in call.goals for v in call.visits[index:])


def _count_answers(found: dict[str, StepFigures], call: Call, screens: set[str]) -> None:
    for _, entry in call.entries:
        if entry["event"] == "unscripted" and entry["node"] in found:
            found[entry["node"]].unscripted += 1
        elif entry["event"] == "entered" and entry.get("came_from") in screens:
            if code := _button(str(entry.get("via")), entry.get("code")):
                found[entry["came_from"]].answers[code] += 1
        elif entry["event"] == "ended" and entry["node"] in screens:
            code = _button(str(entry.get("via")), entry.get("value"))
            found[entry["node"]].answers.update([code] if code else [])


def _button(via: str, code: object) -> str:
    """The button that was pressed; "" for what no button did (an objection, Back, a jump, hanging up, a quota)."""
    if via in ("choice", "call", "return") and code:
        return str(code)
    # Where a screen has branches, Next lets them decide.
    return NEXT if via in ("next", "auto", "call") else ""


def unscripted(calls: Iterable[Call]) -> list[Unscripted]:
    """Everything that was said without an answer, the newest first."""
    found = [
        Unscripted(at, str(entry["node"]), str(entry["value"]), call.id)
        for call in calls
        for at, entry in call.entries
        if entry["event"] == "unscripted"
    ]
    return sorted(found, key=lambda one: one.at, reverse=True)


def objections(script: Script, figures: dict[str, StepFigures], calls: int) -> list[tuple[StepFigures, float]]:
    """(figures, share of all calls) of each objection, the most frequent first."""
    rows = [(figures[node.id], figures[node.id].calls / calls if calls else 0.0) for node in script.objections]
    return sorted(rows, key=lambda row: row[1], reverse=True)
