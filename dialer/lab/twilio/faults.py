"""How the stand-in misbehaves, drawn from one seed: what may go wrong between us and Twilio, and how often.

Rates are shares 0..1. A request may be refused (429), break before or after it was carried out (500), be slow, or be
carried out and never answered; a webhook may come late, twice, out of order, or not at all. Standard library only.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field


@dataclass
class Faults:
    """Nothing goes wrong unless a rate is set. Thread-safe."""

    too_many: float = 0.0
    broken_before: float = 0.0
    broken_after: float = 0.0
    hung_after: float = 0.0
    """Carried out, then no answer for :attr:`hang_s`."""
    slow: float = 0.0
    slow_s: float = 0.3
    hang_s: float = 3.0
    lost: float = 0.0
    twice: float = 0.0
    late: float = 0.0
    late_s: float = 1.0
    """Lateness is what puts webhooks out of order."""
    seed: int = 1
    down: bool = False
    """Nobody answers at all: every connection is closed at once."""
    stuck: bool = False
    """Calls stay queued: the account's calls per second are used up."""
    redirect: str = ""
    """Where every recording is said to lie instead."""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)

    def happens(self, rate: float) -> bool:
        """One throw."""
        if rate <= 0:
            return False
        with self._lock:
            return self._dice.random() < rate

    def request(self) -> str:
        """What befalls one request that changes something: too_many, before, after, hung, slow or nothing."""
        for word, rate in (
            ("too_many", self.too_many),
            ("before", self.broken_before),
            ("after", self.broken_after),
            ("hung", self.hung_after),
            ("slow", self.slow),
        ):
            if self.happens(rate):
                return word
        return ""

    def deliveries(self) -> list[float]:
        """After how many seconds a webhook is sent; more than one if it comes twice, none if it is lost."""
        if self.happens(self.lost):
            return []
        wait = self._wait()
        return [wait, wait + self._wait() + 0.05] if self.happens(self.twice) else [wait]

    def _wait(self) -> float:
        return self.late_s if self.happens(self.late) else 0.0
