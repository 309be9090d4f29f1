"""What is to be expected, as tables: who is free, and who will have answered, at a few instants ahead.

The instants are those at which a call placed now would be answered, so many equally likely ones. Rows of ``answer``
are ages of a ringing line, rows of ``talk`` and ``wrap`` how long an operator has been in that state, all in the bins
of ``times``. Built from :class:`Learnt`. Part of pacing. May import the standard library only.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any

from dialer.rules.pacing.learnt import Learnt
from dialer.rules.pacing.times import BINS, EDGES, share_by, time_of

POINTS = 6
"""Equally likely instants of answer."""
STEP_S = 2.0
"""How finely the rest of a talk is looked at when a wrap-up follows it."""
NEW_LOOK_S, FIRST_LOOKS_S, SETTLED = 30.0, 2.0, 300
"""How often tables are built, before and after so many things were learnt; building them takes a few milliseconds."""
DIGITS = 4
"""Chances are kept to so many digits: it is enough, and a written snapshot stays small."""
STILL_RINGS = 0.05
"""Lines that ring longer than any before are taken to be unanswered ones that hang, not people about to answer."""
Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Outlook:
    """Plain figures: ``points`` in seconds from now, and for each bin the chances at those instants.

    ``rate`` is the answer rate that was assumed, ``dials`` how many calls it was learnt from.
    """

    rate: float
    dials: float
    points: Row
    answer: tuple[Row, ...]
    talk: tuple[Row, ...]
    wrap: tuple[Row, ...]

    def plain(self) -> dict[str, Any]:
        """As data that JSON can carry."""
        return asdict(self)

    @classmethod
    def of(cls, data: dict[str, Any]) -> Outlook:
        """The reverse of :meth:`plain`."""
        tables = {name: tuple(tuple(row) for row in data[name]) for name in ("answer", "talk", "wrap")}
        return cls(rate=data["rate"], dials=data["dials"], points=tuple(data["points"]), **tables)


def is_due(news: int, waited_s: float) -> bool:
    """Whether the tables should be built anew, so long after they were: more often while little is known."""
    return waited_s >= (NEW_LOOK_S if news > SETTLED else FIRST_LOOKS_S)


def look_ahead(learnt: Learnt, rate: float | None = None) -> Outlook:
    """Build the tables. ``rate``: an answer rate that is known; without it what was learnt is used cautiously."""
    done = {name: times.done_by() for name, times in learnt.times.items()}
    return tables(done, learnt.cautious_rate() if rate is None else rate, learnt.dials)


def tables(done: dict[str, list[float]], rate: float, dials: float) -> Outlook:
    """The same from distributions that are given (over ``EDGES``)."""
    shares = [(k + 0.5) / POINTS for k in range(POINTS)]
    points = tuple(time_of(done["ring"], share) for share in shares)
    return Outlook(
        rate=rate,
        dials=dials,
        points=points,
        answer=tuple(_answers(done, rate, EDGES[i], points) for i in range(BINS)),
        talk=_after_talk(done["talk"], done["wrap"], points),
        wrap=tuple(_over(done["wrap"], _middle(i), points) for i in range(BINS)),
    )


def _middle(i: int) -> float:
    return (EDGES[i] + EDGES[i + 1]) / 2


def _answers(done: dict[str, list[float]], rate: float, age: float, points: Row) -> Row:
    """The chance that a line that has rung ``age`` seconds is answered by each instant."""
    answered = share_by(done["ring"], age)
    unanswered = max(STILL_RINGS, 1 - share_by(done["missed"], age))
    still = rate * (1 - answered) + (1 - rate) * unanswered
    return tuple(round(rate * (share_by(done["ring"], age + t) - answered) / still, DIGITS) for t in points)


def _over(done: list[float], elapsed: float, points: Row) -> Row:
    """The chance that what has lasted ``elapsed`` seconds ends by each of ``points``."""
    gone = share_by(done, elapsed)
    left = max(1e-9, 1 - gone)
    return tuple(round(min(1.0, (share_by(done, elapsed + t) - gone) / left), DIGITS) for t in points)


def _after_talk(talk: list[float], wrap: list[float], points: Row) -> tuple[Row, ...]:
    """The chance that a talk ends and its wrap-up too by each of ``points``, per bin of the talk's length so far."""
    steps = int(max(points) / STEP_S) + 1
    wrapped = [[share_by(wrap, t - (u + 0.5) * STEP_S) for u in range(steps)] for t in points]
    rows = []
    for i in range(BINS):
        start = _middle(i)
        shares = [share_by(talk, start + u * STEP_S) for u in range(steps + 1)]
        left = max(1e-9, 1 - shares[0])
        ends = [(b - a) / left for a, b in pairwise(shares)]
        rows.append(tuple(round(sum(map(float.__mul__, ends, column)), DIGITS) for column in wrapped))
    return tuple(rows)
