"""Peers that take turns in one run, so that a machine's bad minute falls on all of them; ratios with their interval.

Imports the simulation's interval (Student's t).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from dialer.simulation.figures import interval


def take_turns(legs: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """What each leg said in each round; every other round goes backwards."""
    said: dict[str, list[float]] = {name: [] for name in legs}
    for n in range(rounds):
        for name in list(legs) if n % 2 == 0 else reversed(list(legs)):
            said[name].append(legs[name]())
    return said


def around(values: Sequence[float], digits: int = 1) -> dict[str, object]:
    """Median and 95 % interval (of the mean, by Student's t; none for a single value)."""
    centre = median(values)
    low, high = interval(values, sum(values) / len(values)) if len(values) > 1 else (centre, centre)
    return {"median": round(centre, digits), "ci95": [round(low, digits), round(high, digits)]}


def ratio(ours: Sequence[float], peer: Sequence[float]) -> dict[str, object]:
    """Ours over the peer's, round by round."""
    return around([a / b if b else 0.0 for a, b in zip(ours, peer, strict=True)], 3)


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Least squares of log y over log x: 0 does not grow, 1 grows as x does. Needs two different x; y above 0."""
    logs = [(math.log(x), math.log(y)) for x, y in points]
    mean_x, mean_y = (sum(axis) / len(logs) for axis in zip(*logs, strict=True))
    return sum((x - mean_x) * (y - mean_y) for x, y in logs) / sum((x - mean_x) ** 2 for x, _ in logs)
