"""Shares with their intervals, and whether one A/B text is better than another.

Room: scripts/figures. May import the log. Sources: E. B. Wilson (1927) for the interval of one share; R. G. Newcombe
(1998), method 10, for the difference of two, which is made of two Wilson intervals.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from scripts.figures.log import Call
from scripts.figures.steps import MIN_CALLS

Z = 1.959964
"""Two-sided 95 %."""


@dataclass(frozen=True)
class Share:
    """``hits`` of ``calls``, with the 95 % interval of the rate."""

    name: str
    calls: int
    hits: int

    @property
    def rate(self) -> float | None:
        """0..1; None of no calls."""
        return self.hits / self.calls if self.calls else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % Wilson interval; (0, 1) of no calls."""
        return wilson(self.hits, self.calls)


@dataclass(frozen=True)
class Contest:
    """The A/B texts of one step. ``winner`` is "" while there is none; ``enough`` says whether one could be named."""

    node: str
    arms: tuple[Share, ...]
    enough: bool
    winner: str


def wilson(hits: int, calls: int, z: float = Z) -> tuple[float, float]:
    """The score interval of a share; (0, 1) of no calls."""
    if not calls:
        return 0.0, 1.0
    rate, square = hits / calls, z * z
    middle = (rate + square / (2 * calls)) / (1 + square / calls)
    half = z * sqrt(rate * (1 - rate) / calls + square / (4 * calls * calls)) / (1 + square / calls)
    return max(0.0, middle - half), min(1.0, middle + half)


def difference(one: Share, other: Share) -> tuple[float, float]:
    """The 95 % interval of ``one.rate - other.rate``. Raises ZeroDivisionError for a share of no calls."""
    p, q = one.hits / one.calls, other.hits / other.calls
    (low, high), (low2, high2) = one.interval, other.interval
    down, up = sqrt((p - low) ** 2 + (high2 - q) ** 2), sqrt((high - p) ** 2 + (q - low2) ** 2)
    return p - q - down, p - q + up


def conversion(calls: Iterable[Call], name: str = "") -> Share:
    """The share of calls that reached a goal."""
    reached = [call.reached_goal for call in calls]
    return Share(name, len(reached), sum(reached))


def by_version(calls: Iterable[Call]) -> list[Share]:
    """Conversion per version, the newest first."""
    groups: dict[int, list[Call]] = {}
    for call in calls:
        groups.setdefault(call.version, []).append(call)
    return [conversion(groups[number], str(number)) for number in sorted(groups, reverse=True)]


def contests(calls: Iterable[Call], least: int = MIN_CALLS) -> list[Contest]:
    """Conversion per A/B text and step: of the calls that heard the text, those that reached a goal."""
    arms: dict[str, dict[str, list[Call]]] = {}
    for call in calls:
        heard = {(visit.node, visit.variant) for visit in call.visits if visit.variant is not None}
        for node, variant in heard:
            arms.setdefault(node, {}).setdefault(str(variant), []).append(call)
    found = []
    for node in arms:
        shares = tuple(conversion(arms[node][name], name) for name in sorted(arms[node]))
        enough = len(shares) > 1 and all(share.calls >= least for share in shares)
        found.append(Contest(node, shares, enough, _winner(shares) if enough else ""))
    return found


def _winner(shares: Sequence[Share]) -> str:
    """The text that is better than every other one beyond doubt; "" if none is."""
    best = max(shares, key=lambda share: share.rate or 0.0)
    return best.name if all(difference(best, other)[0] > 0 for other in shares if other is not best) else ""
