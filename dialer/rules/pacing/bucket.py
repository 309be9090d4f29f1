"""The carrier's calls per second as a bucket of tokens, so that pacing knows how many calls may leave now.

Part of pacing (step 4 of a call). May import the standard library only.
"""

from __future__ import annotations


class Bucket:
    """At most ``rate`` calls a second, in bursts of at most one second's worth.

    ``now_s`` is any steady clock in seconds.
    """

    def __init__(self, rate: float, now_s: float) -> None:
        self.rate = rate
        self.size = max(1.0, rate)
        self._tokens = self.size
        self._at = now_s

    def available(self, now_s: float) -> int:
        """Whole tokens there are at ``now_s``."""
        self._tokens = min(self.size, self._tokens + max(0.0, now_s - self._at) * self.rate)
        self._at = now_s
        return int(self._tokens)

    @property
    def next_s(self) -> float:
        """When a token will be there; infinite while one is, and while none ever comes."""
        missing = 1.0 - self._tokens
        return self._at + missing / self.rate if missing > 0 and self.rate > 0 else float("inf")

    def take(self, n: int) -> None:
        """Use ``n`` tokens that :meth:`available` showed."""
        self._tokens -= n
