"""What a campaign has taught so far: answer rate, ring, talk and wrap-up times, forgotten by minutes.

Rule 1: forgetting goes by minutes, never by calls: a big team would otherwise forget in seconds.
Rule 2: little knowledge is used cautiously: pacing is given the upper end of what the answer rate may be.
Part of pacing. May import the standard library only.
"""

from __future__ import annotations

import math
from typing import Any

from dialer.rules.pacing.times import Times

ANSWERS_FADE_S = 30 * 60.0
"""What was learnt of answers and ringing fades to 1/e in this time: lists and hours of the day change."""
WORK_FADE_S = 120 * 60.0
"""The same for talks and wrap-ups, which depend on script and people."""
FADE_EVERY_S = 60.0
PRIOR_RATE, PRIOR_DIALS = 0.5, 4.0
CAUTION = 1.0
"""How many standard deviations above its mean the answer rate is taken to be."""
PRIORS = {
    # name -> mean seconds, sd of the logarithm, weight in calls
    "ring": (12.0, 0.6, 5.0),
    "missed": (22.0, 0.5, 5.0),
    "talk": (120.0, 1.0, 5.0),
    "wrap": (30.0, 0.8, 5.0),
}
FADES = {"ring": ANSWERS_FADE_S, "missed": ANSWERS_FADE_S, "talk": WORK_FADE_S, "wrap": WORK_FADE_S}


class Learnt:
    """Tell it by :meth:`call` of every dial that ended, by :meth:`talk` and :meth:`wrap` what operators did."""

    def __init__(self) -> None:
        self.times = {name: Times(*prior) for name, prior in PRIORS.items()}
        self.answers = 0.0
        self.dials = 0.0
        self.news = 0
        """Rises with everything learnt."""
        self._faded_s: float | None = None

    def call(self, answered: bool, rang_s: float) -> None:
        """One dial came to its end: a live answer after ``rang_s``, or none after so long."""
        self.dials += 1
        self.answers += answered
        self.times["ring" if answered else "missed"].add(rang_s)
        self.news += 1

    def talk(self, seconds: float) -> None:
        """One operator talked so long."""
        self.times["talk"].add(seconds)
        self.news += 1

    def wrap(self, seconds: float) -> None:
        """One operator took so long after a call."""
        self.times["wrap"].add(seconds)
        self.news += 1

    def pass_time(self, now_s: float) -> None:
        """Forget as time passes; ``now_s`` is any steady clock in seconds."""
        if self._faded_s is None or now_s < self._faded_s:
            self._faded_s = now_s
        gone_s = now_s - self._faded_s
        if gone_s < FADE_EVERY_S:
            return
        self._faded_s = now_s
        for name, times in self.times.items():
            times.fade(math.exp(-gone_s / FADES[name]))
        share = math.exp(-gone_s / ANSWERS_FADE_S)
        self.answers *= share
        self.dials *= share

    def answer_rate(self) -> float:
        """The share of dials a person answers, as far as is known."""
        return (self.answers + PRIOR_RATE * PRIOR_DIALS) / (self.dials + PRIOR_DIALS)

    def cautious_rate(self) -> float:
        """The upper end of what the answer rate may be, given how little is known."""
        rate = self.answer_rate()
        return min(0.999, rate + CAUTION * math.sqrt(rate * (1 - rate) / (self.dials + PRIOR_DIALS)))

    def plain(self) -> dict[str, Any]:
        """As data that JSON can carry."""
        return {
            "times": {name: times.plain() for name, times in self.times.items()},
            "answers": self.answers,
            "dials": self.dials,
            "faded_s": self._faded_s,
        }

    @classmethod
    def of(cls, data: dict[str, Any]) -> Learnt:
        """The reverse of :meth:`plain`."""
        made = cls()
        made.times = {name: Times.of(times) for name, times in data["times"].items()}
        made.answers, made.dials, made._faded_s = data["answers"], data["dials"], data["faded_s"]
        return made
