"""Steering: how much risk one call may carry, so that abandonment over the legal window stays under the cap.

Rule 1: each answered call moves theta a step on a logarithmic scale, down if it was abandoned, up a little if it was
served, so that in the long run the target's share is abandoned. The target lies under the cap by a twentieth.
Rule 2: what is not spent is not saved up: theta has a ceiling.
Rule 3: at the cap itself the campaign dials progressively until the share has fallen again.
Part of pacing. May import the standard library only.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

MARGIN = 0.95
"""The target as a share of the cap: 2.85 % for 3 %."""
STEP = 0.2
"""Big enough to bring a shift back to the target within some two hundred answers; the noise it adds costs nothing that
could be measured."""
START = 1.0
"""Theta at the start, as a share of the cap."""
LOWEST, HIGHEST = 0.02, 8.0
"""The bounds of theta, as shares of the cap."""
GRACE, GRACE_ENDS = 200, 2500
"""A young window is counted as if it had so many answers more, until it has so many in all: one abandoned call of five
says nothing yet, and theta brings a chance cluster back at less cost than stopping does (docs/pacing.md)."""


@dataclass(slots=True)
class Steering:
    """``theta`` is the risk one more call may carry; ``answered`` and ``abandoned`` count over the legal window."""

    cap: float
    theta: float = 0.0
    answered: int = 0
    abandoned: int = 0

    def __post_init__(self) -> None:
        self.theta = self.theta or START * self.cap

    def answer(self, abandoned: bool) -> None:
        """One more live answer: was it abandoned?"""
        self.answered += 1
        self.abandoned += abandoned
        if self.cap <= 0:
            return
        step = STEP * (MARGIN * self.cap - abandoned)
        self.theta = min(HIGHEST * self.cap, max(LOWEST * self.cap, self.theta * math.exp(step)))

    @property
    def rate(self) -> float:
        """The share of answered calls that was abandoned in the window."""
        return self.abandoned / self.answered if self.answered else 0.0

    def plain(self) -> dict[str, Any]:
        """As data that JSON can carry."""
        return asdict(self)


def at_cap(cap: float, answered: int, abandoned: int) -> bool:
    """Whether one more abandoned call would exceed the cap."""
    return abandoned + 1 > cap * max(answered, min(answered + GRACE, GRACE_ENDS))
