"""How long things last, learnt as they happen: a histogram over a smooth prior, forgotten by minutes.

The smooth part is a lognormal that is fitted to what was seen (with the prior's own weight), so that a few calls
already say something; the bins take over as they fill. Part of pacing. May import the standard library only.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate
from typing import Any

FINE_S = 30
"""Bins of one second up to here, then each a twentieth longer than the one before."""
GROWTH = 1.05
LONGEST_S = 3600
SMOOTH_WEIGHT = 20.0
"""The lognormal weighs as much as this many calls; with fewer seen it decides, with more the bins do."""


def _edges() -> tuple[float, ...]:
    found = [float(n) for n in range(FINE_S + 1)]
    while found[-1] < LONGEST_S:
        found.append(found[-1] * GROWTH)
    return tuple(found)


EDGES = _edges()
BINS = len(EDGES) - 1
BIN_OF = tuple(min(BINS, bisect_right(EDGES, float(n))) - 1 for n in range(LONGEST_S + 1))
"""The bin of a whole number of seconds."""


def bin_of(seconds: float) -> int:
    """Which bin holds a time; what is longer than an hour belongs to the last."""
    return BIN_OF[int(seconds)] if seconds < LONGEST_S else BINS - 1


class Times:
    """One kind of time of one campaign. ``mean_s`` and ``sd_log`` describe the prior, ``weight`` its calls' worth."""

    def __init__(self, mean_s: float, sd_log: float, weight: float) -> None:
        mu = math.log(mean_s) - sd_log * sd_log / 2
        self.prior = (weight, mu, sd_log * sd_log)
        self.counts = [0.0] * BINS
        self.seen = self.sum_log = self.sum_log2 = 0.0

    def add(self, seconds: float) -> None:
        """One more was seen."""
        seconds = max(0.05, seconds)
        log = math.log(seconds)
        self.counts[bin_of(seconds)] += 1
        self.seen += 1
        self.sum_log += log
        self.sum_log2 += log * log

    def fade(self, share: float) -> None:
        """Everything seen so far weighs ``share`` of what it did."""
        self.counts = [n * share for n in self.counts]
        self.seen *= share
        self.sum_log *= share
        self.sum_log2 *= share

    def fitted(self) -> tuple[float, float]:
        """Mean and standard deviation of the logarithm, prior and data together."""
        weight, mu, var = self.prior
        n = weight + self.seen
        mean = (weight * mu + self.sum_log) / n
        square = (weight * (var + mu * mu) + self.sum_log2) / n
        return mean, math.sqrt(max(0.01, square - mean * mean))

    def done_by(self) -> list[float]:
        """The share that is over by each of ``EDGES``."""
        mu, sd = self.fitted()
        whole = SMOOTH_WEIGHT + self.seen
        smooth = [0.0] + [0.5 * math.erfc((mu - math.log(edge)) / (sd * math.sqrt(2))) for edge in EDGES[1:]]
        counted = accumulate(self.counts, initial=0.0)
        return [(SMOOTH_WEIGHT * a + b) / whole for a, b in zip(smooth, counted, strict=True)]

    def plain(self) -> dict[str, Any]:
        """As data that JSON can carry."""
        return {
            "prior": list(self.prior),
            "counts": list(self.counts),
            "sums": [self.seen, self.sum_log, self.sum_log2],
        }

    @classmethod
    def of(cls, data: dict[str, Any]) -> Times:
        """The reverse of :meth:`plain`."""
        made = cls(1.0, 1.0, 1.0)
        weight, mu, var = data["prior"]
        made.prior = (weight, mu, var)
        made.counts = list(data["counts"])
        made.seen, made.sum_log, made.sum_log2 = data["sums"]
        return made


def share_by(done: list[float], seconds: float) -> float:
    """The share that is over by ``seconds``, between the edges in a straight line."""
    if seconds <= 0:
        return 0.0
    if seconds >= LONGEST_S:
        return done[-1]
    i = BIN_OF[int(seconds)]
    low, high = EDGES[i], EDGES[i + 1]
    return done[i] + (done[i + 1] - done[i]) * (seconds - low) / (high - low)


def time_of(done: list[float], share: float) -> float:
    """When ``share`` of them is over; the reverse of :func:`share_by`."""
    i = max(1, min(BINS, bisect_right(done, share)))
    step = done[i] - done[i - 1]
    within = (share - done[i - 1]) / step if step > 0 else 0.0
    return EDGES[i - 1] + (EDGES[i] - EDGES[i - 1]) * min(1.0, max(0.0, within))
