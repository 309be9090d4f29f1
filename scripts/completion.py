"""How much of an interview was done: the share of its required questions that have an answer.

Room: scripts, pure. May import the model and the lint's graph. Required questions (``? field!``) of visited steps
count as asked; of an interview that broke off, the fewest required questions that were still ahead on any way to a
goal count as not answered. Don't know and refused are answers: the question was put.
Shares for complete and partial are those that survey practice sets in advance: 80 % and 50 %.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.lint.graph import Graph
from scripts.model import Script

COMPLETE_SHARE, PARTIAL_SHARE = 0.8, 0.5
COMPLETE, PARTIAL, BREAK_OFF = "1.1", "1.2", "2.12"


@dataclass(frozen=True)
class Done:
    """Required questions answered, of those that this interview would have had."""

    answered: int
    of: int

    @property
    def share(self) -> float:
        """0..1; an interview without a required question is done."""
        return self.answered / self.of if self.of else 1.0

    def code(self, complete: float = COMPLETE_SHARE, partial: float = PARTIAL_SHARE) -> str:
        """The AAPOR code: complete (1.1), partial (1.2) or break-off (2.12)."""
        return COMPLETE if self.share >= complete else PARTIAL if self.share >= partial else BREAK_OFF


class Ahead:
    """The fewest required questions between each step and a goal; made once per script."""

    def __init__(self, script: Script) -> None:
        self.script, self.graph = script, Graph(script)
        self.cost = {node.id: {ask.field for ask in node.asks if ask.required and not ask.condition}
                     for node in script.nodes}  # fmt: skip
        self.goals = {node.id for node in script.nodes if "goal" in node.flags}

    def after(self, node: str, answered: frozenset[str]) -> int:
        """How many required questions without an answer lie behind ``node`` on the shortest way to a goal; 0 if none
        can be reached from it."""
        seen: set[str] = set()
        queue = [(0, node)]
        while queue:
            cost, name = heapq.heappop(queue)
            if name in self.goals:
                return cost
            if name in seen or name not in self.cost:
                continue
            seen.add(name)
            for other in self.graph.next_of(name):
                if other in self.cost and other not in seen:
                    heapq.heappush(queue, (cost + len(self.cost[other] - answered), other))
        return 0


def done(ahead: Ahead, node: str, visited: Mapping[str, int], answers: Mapping[str, Any], reached_goal: bool) -> Done:
    """The share of an interview that stands (or ended) at ``node``.

    ``visited`` and ``answers`` are a Position's. ``reached_goal``: nothing was ahead any more.
    """
    script = ahead.script
    asked: set[str] = set()
    for name, times in visited.items():
        if times and name in script.by_id:
            asks = [ask for ask in script.by_id[name].asks if ask.required]
            asked |= {ask.field for ask in asks if not ask.condition or ask.field in answers}
    answered = frozenset(answers)
    left = 0 if reached_goal else ahead.after(node, answered | asked)
    return Done(len(asked & answered), len(asked) + left)
