"""How closely each operator keeps to the script.

Room: scripts/figures. May import the model and the log. A log cannot hear: a word-for-word text counts as given the
time it takes if its step stayed on the screen at least as long as very fast reading needs. The recording decides, this
points to the calls worth hearing. Required questions with a condition are left out: whether they were put is not in
the log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scripts.figures.log import Call
from scripts.model import Node, Script

FASTEST_WORDS_PER_S = 5.0
"""Nobody reads aloud faster and is understood; usual speech is 2 to 3 words a second."""


@dataclass
class Adherence:
    """One operator. ``required`` questions shown and ``answered``; ``verbatim`` texts shown and ``given_time``."""

    operator: int | None
    calls: int = 0
    goals: int = 0
    required: int = 0
    answered: int = 0
    verbatim: int = 0
    given_time: int = 0
    unscripted: int = 0

    @property
    def required_rate(self) -> float | None:
        """0..1; None if nothing was to be asked."""
        return self.answered / self.required if self.required else None

    @property
    def verbatim_rate(self) -> float | None:
        """0..1; None if nothing was to be read out."""
        return self.given_time / self.verbatim if self.verbatim else None


def by_operator(scripts: Mapping[int, Script], calls: Iterable[Call]) -> list[Adherence]:
    """One line per operator, most calls first. ``scripts`` are the versions by number."""
    found: dict[int | None, Adherence] = {}
    needed = {number: _reading_times(script) for number, script in scripts.items()}
    for call in calls:
        if call.version in scripts:
            line = found.setdefault(call.operator, Adherence(call.operator))
            _add(line, call, scripts[call.version], needed[call.version])
    return sorted(found.values(), key=lambda line: -line.calls)


def _add(line: Adherence, call: Call, script: Script, needed: Mapping[str, float]) -> None:
    line.calls += 1
    line.goals += call.reached_goal
    line.unscripted += sum(entry["event"] == "unscripted" for _, entry in call.entries)
    for visit in call.visits:
        if visit.node in needed and visit.via not in ("back", "return"):
            line.verbatim += 1
            line.given_time += visit.seconds is None or visit.seconds >= needed[visit.node]
    answered = {str(entry["field"]) for _, entry in call.entries if entry["event"] == "answered" and _is_one(entry)}
    # The last step of a call that broke off was still being asked.
    passed = call.steps - (set() if call.outcome else {call.last})
    for name in passed & set(script.by_id):
        for ask in script.by_id[name].asks:
            if ask.required and not ask.condition:
                line.required += 1
                line.answered += ask.field in answered


def _is_one(entry: Mapping[str, object]) -> bool:
    return entry.get("value") is not None or entry.get("code") is not None


def _reading_times(script: Script) -> dict[str, float]:
    """Seconds that each step's word-for-word text needs at the least."""
    times = {node.id: _seconds(node) for node in script.nodes}
    return {name: seconds for name, seconds in times.items() if seconds}


def _seconds(node: Node) -> float:
    """The shortest over the languages and A/B texts: nobody is blamed for the longer one."""
    words: dict[tuple[str, str | None], int] = {}
    for line in node.lines:
        if line.verbatim:
            key = (line.language, line.variant)
            words[key] = words.get(key, 0) + len(line.text.split())
    return min(words.values(), default=0) / FASTEST_WORDS_PER_S
