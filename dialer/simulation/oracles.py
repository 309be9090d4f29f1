"""Pacing that knows more than anybody can: how far from the possible is ours?

``Known`` is told the true distributions and answer rate; ``OracleA`` also when each operator will be free. Both use the
production rule (risk of one more call against theta) and the production steering, so they differ in knowledge only.
"""

from __future__ import annotations

import math
from collections import Counter

from dialer.rules.pacing.decide import under
from dialer.rules.pacing.outlook import Outlook, tables
from dialer.rules.pacing.risk import Risk
from dialer.rules.pacing.times import EDGES
from dialer.simulation.ours import UNLIMITED, Ours
from dialer.simulation.scenario import Spread
from dialer.simulation.world import World


class Known(Ours):
    """Nothing to learn: the world is asked for its true figures, and again whenever they change."""

    def start(self, world: World) -> None:
        self.world = world
        self._true = self._figures()
        self.outlook = truth(world)

    def tick(self, now: float) -> None:
        if self._figures() != self._true:
            self._true = self._figures()
            self.outlook = truth(self.world)

    def _figures(self) -> tuple[object, ...]:
        world = self.world
        return world.answer_rate, world.ring_s, world.talk_s, world.wrap_s

    def call_over(self, answered: bool, rang_s: float) -> None:
        """It knew."""

    def worked(self, talk_s: float, wrap_s: float) -> None:
        """It knew."""


class OracleA(Known):
    """Besides, each busy operator's moment of freedom is known: by each instant they are free or they are not."""

    def place(self, now: float) -> int:
        world = self.world
        free = len(world.ready) - len(world.waiting)
        ages = [now - since for since in world.lines.values()]
        sure = max(0, free - len(ages))
        if self.outlook is None:
            return sure
        risk = _Seen(self.outlook, free, ages, [at - now for at in world.free_at.values()])
        return under(risk, self.steering.theta, sure, UNLIMITED)[0]


class _Seen(Risk):
    """Risk with operators whose end is known: certain rows of 0 and 1."""

    def __init__(self, look: Outlook, free: int, ages: list[float], free_in: list[float]) -> None:
        self._free_in = [tuple(1.0 if t <= point else 0.0 for point in look.points) for t in free_in]
        super().__init__(look, free, [], [], ages)

    def busy(self, look: Outlook, talking: object, wrapping: object) -> list[tuple[tuple[float, ...], int]]:
        return list(Counter(row for row in self._free_in if row[-1]).items())


def truth(world: World) -> Outlook:
    """The tables of the world as it is."""
    most = world.scenario.no_answer_s
    ring = _shares(world.ring_s, most)
    missed = [0.0 if edge < most else 1.0 for edge in EDGES]
    done = {"ring": ring, "missed": missed, "talk": _shares(world.talk_s), "wrap": _shares(world.wrap_s)}
    return tables(done, min(0.999, world.answer_rate), math.inf)


def _shares(spread: Spread, most: float = math.inf) -> list[float]:
    """The share that is over by each edge, for a lognormal cut off at ``most``."""

    def by(x: float) -> float:
        return 0.5 * math.erfc((spread.mu - math.log(x)) / (max(1e-6, spread.sd_log) * math.sqrt(2))) if x > 0 else 0.0

    whole = by(most) if most < math.inf else 1.0
    return [min(1.0, by(edge) / whole) for edge in EDGES]
