"""What a run came to, with 95 % intervals by batch means (Student's t over equal parts of the run)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dialer.simulation.world import World

T_95 = (
    12.71,
    4.30,
    3.18,
    2.78,
    2.57,
    2.45,
    2.36,
    2.31,
    2.26,
    2.23,
    2.20,
    2.18,
    2.16,
    2.14,
    2.13,
    2.12,
    2.11,
    2.10,
    2.09,
)
"""Student's t for 1 to 19 degrees of freedom, two-sided 95 %."""
BATCHES = 20


@dataclass(frozen=True, slots=True)
class Part:
    """Counts of one part of a run, or of all of it."""

    seconds: float
    staffed_s: float
    idle_s: float
    dials: int
    answered: int
    abandoned: int
    served: int

    @property
    def busy_share(self) -> float:
        return 1 - self.idle_share

    @property
    def idle_share(self) -> float:
        return self.idle_s / self.staffed_s if self.staffed_s else 0.0

    @property
    def abandon_rate(self) -> float:
        """Of what was answered and came to an end."""
        over = self.served + self.abandoned
        return self.abandoned / over if over else 0.0

    @property
    def mean_wait_s(self) -> float:
        """How long an operator waits for a call, on average."""
        return self.idle_s / self.served if self.served else self.idle_s

    def less(self, other: Part) -> Part:
        """What came between ``other`` and this."""
        return Part(*(getattr(self, name) - getattr(other, name) for name in Part.__slots__))

    def plus(self, other: Part) -> Part:
        """Both together."""
        return Part(*(getattr(self, name) + getattr(other, name) for name in Part.__slots__))


NOTHING = Part(0.0, 0.0, 0.0, 0, 0, 0, 0)


def so_far(world: World) -> Part:
    """The counts of a run up to now."""
    return Part(world.now, world.staffed_s, world.idle_s, world.dials, world.answered, world.abandoned, world.served)


def run(world: World, seconds: float, batches: int = BATCHES) -> tuple[Part, list[Part]]:
    """Run, in equal parts; returns the whole and the parts."""
    before, parts = so_far(world) if world.now else NOTHING, []
    first = before
    for _ in range(batches):
        world.run(seconds / batches)
        now = so_far(world)
        parts.append(now.less(before))
        before = now
    return before.less(first), parts


def interval(values: Sequence[float], centre: float) -> list[float]:
    """95 % around ``centre`` from the spread of the parts."""
    n = len(values)
    if n < 2:
        return [centre, centre]
    mean = sum(values) / n
    sd = math.sqrt(sum((v - mean) ** 2 for v in values) / (n - 1))
    half = T_95[min(n - 1, len(T_95)) - 1] * sd / math.sqrt(n)
    return [centre - half, centre + half]


def describe(whole: Part, parts: Sequence[Part]) -> dict[str, Any]:
    """As data for people and programs; the intervals are in ``ci95`` by the figure's name."""
    rates = ("busy_share", "idle_share", "abandon_rate", "mean_wait_s")
    counts = ("dials", "answered", "abandoned")
    found: dict[str, Any] = {name: getattr(whole, name) for name in (*rates, *counts)}
    around = {name: interval([getattr(p, name) for p in parts], found[name]) for name in rates}
    times = len(parts)
    around |= {name: interval([getattr(p, name) * times for p in parts], found[name]) for name in counts}
    for name in ("busy_share", "idle_share", "abandon_rate"):
        around[name] = [min(1.0, max(0.0, edge)) for edge in around[name]]
    found["ci95"] = {name: [round(max(0.0, edge), 5) for edge in edges] for name, edges in around.items()}
    return {name: round(value, 5) if isinstance(value, float) else value for name, value in found.items()}
