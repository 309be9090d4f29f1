"""The risk of one more call: the chance that it makes somebody answer whom nobody can talk to.

At each instant ahead there are so many operators free (ready now, or done by then) and so many lines answered. A call
that is answered at that instant finds nobody if the answers before it have taken them all; the instants are equally
likely, so the risk is the mean over them. Small teams are counted out exactly, big ones by the normal
distribution with a correction for skewness (Cornish and Fisher, 1938; Edgeworth's first term).
Part of pacing. May import the standard library only.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from dialer.rules.pacing.outlook import POINTS, Outlook, Row
from dialer.rules.pacing.times import BIN_OF, BINS, LONGEST_S

EXACT = 12
"""Up to so many uncertain lines and operators are counted out exactly."""
NO_MATTER = 0.003
"""A chance that is smaller than this at the last instant is left out of the exact count."""


class Risk:
    """The situation at one instant; :meth:`of_more` gives the risk of the last of so many further calls."""

    def __init__(
        self, look: Outlook, free: int, talking: Sequence[float], wrapping: Sequence[float], ringing: Sequence[float]
    ) -> None:
        self.free = free
        self.new = look.answer[0]
        self.operators = self.busy(look, talking, wrapping)
        self.lines = _rows(look.answer, ringing)
        self.exact = len(talking) + len(wrapping) + len(ringing) <= EXACT
        if self.exact:
            self._count_out()
        else:
            self._sums = [_moments(self.operators, self.lines, k) for k in range(len(self.new))]

    def busy(self, look: Outlook, talking: Sequence[float], wrapping: Sequence[float]) -> list[tuple[Row, int]]:
        """The chances of busy operators to be free, as rows with how often each occurs."""
        return _rows(look.talk, talking) + _rows(look.wrap, wrapping)

    def of_more(self, calls: int) -> float:
        """The risk of the last of ``calls`` calls placed now, 0..1."""
        short = self._exactly(calls - 1) if self.exact and calls <= EXACT else self._nearly(calls - 1)
        return sum(short) / POINTS

    def expected_free(self) -> float:
        """How many operators who are busy now will be free when half of the answers have come."""
        return sum(n * row[POINTS // 2] for row, n in self.operators)

    # -- small teams ---------------------------------------------------------------------------------------------
    def _count_out(self) -> None:
        operators = [row for row, n in self.operators if row[-1] > NO_MATTER for _ in range(n)]
        lines = [row for row, n in self.lines if row[-1] > NO_MATTER for _ in range(n)]
        self._done = [_count([row[k] for row in operators]) for k in range(len(self.new))]
        self._answers = [_count([row[k] for row in lines]) for k in range(len(self.new))]
        self._added = 0

    def _exactly(self, before: int) -> list[float]:
        if before < self._added:
            self._count_out()
        while self._added < before:
            self._answers = [_one_more(a, p) for a, p in zip(self._answers, self.new, strict=True)]
            self._added += 1
        return [_short(a, d, self.free) for a, d in zip(self._answers, self._done, strict=True)]

    # -- big teams -----------------------------------------------------------------------------------------------
    def _nearly(self, before: int) -> list[float]:
        if self.exact:
            self._sums = [_moments(self.operators, self.lines, k) for k in range(len(self.new))]
        found = []
        for (mean, var, third), p in zip(self._sums, self.new, strict=True):
            q = p * (1 - p)
            found.append(_above(self.free, mean + before * p, var + before * q, third + before * q * (1 - 2 * p)))
        return found


def _rows(table: Sequence[Row], ages: Sequence[float]) -> list[tuple[Row, int]]:
    """Ages as rows of a table with how often each occurs."""
    last = BINS - 1
    counted = Counter([BIN_OF[int(age)] if age < LONGEST_S else last for age in ages])
    return [(table[i], n) for i, n in counted.items()]


def _count(chances: Sequence[float]) -> list[float]:
    """How many of independent events happen: the chance of 0, 1, 2, …"""
    found = [1.0]
    for p in chances:
        found = _one_more(found, p)
    return found


def _one_more(counts: list[float], p: float) -> list[float]:
    q = 1 - p
    return [a * q + b * p for a, b in zip([*counts, 0.0], [0.0, *counts], strict=True)]


def _short(answers: list[float], done: list[float], free: int) -> float:
    """The chance that answers take everybody: answers >= free + done."""
    total = 0.0
    for n, p in enumerate(done):
        need = free + n
        total += p * (sum(answers[need:]) if need > 0 else 1.0)
    return total


def _moments(
    operators: Sequence[tuple[Row, int]], lines: Sequence[tuple[Row, int]], k: int
) -> tuple[float, float, float]:
    """Mean, variance and third central moment of answers minus operators done at instant ``k``."""
    mean = var = third = 0.0
    for row, n in lines:
        p = row[k]
        spread = n * p * (1 - p)
        mean += n * p
        var += spread
        third += spread * (1 - 2 * p)
    for row, n in operators:
        p = row[k]
        spread = n * p * (1 - p)
        mean -= n * p
        var += spread
        third -= spread * (1 - 2 * p)
    return mean, var, third


def _above(free: int, mean: float, var: float, third: float) -> float:
    """The chance that a count with these moments is at least ``free``."""
    if var < 1e-6:
        return 1.0 if mean >= free - 0.5 else 0.0
    sd = math.sqrt(var)
    z = (free - 0.5 - mean) / sd
    skew = third / (var * sd)
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    chance = 0.5 * math.erfc(z / math.sqrt(2)) + skew / 6 * (z * z - 1) * density
    return min(1.0, max(0.0, chance))
