"""How many calls to place now: a pure function of what is known, with its own explanation.

Progressive places one call per ready operator: a call that is ringing already has its operator waiting for it.
Calls that ring for a certain operator (preview, a personal callback) count for nobody else.
May import the standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass

from dialer.rules.words import Mode


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What pacing is told. Counts of one campaign at one instant.

    ready: operators who could take a call now · ringing: calls under way that nobody is reserved for ·
    waiting: answered calls that wait for an operator · lines: all calls up · max_lines: the campaign's cap ·
    tokens: calls the carrier's limit of calls per second leaves for this moment.
    """

    mode: Mode
    ready: int
    ringing: int
    waiting: int
    lines: int
    max_lines: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Decision:
    """``place`` calls now, and the sentence that says why."""

    place: int
    why: str


def calls_to_place(now: Snapshot) -> Decision:
    """Decide. Predictive dialling below its safe size is progressive, and says so."""
    if now.mode in (Mode.MANUAL, Mode.PREVIEW):
        return Decision(0, f"{now.mode.value}: operators dial")
    wanted = max(0, now.ready - now.ringing - now.waiting)
    place = max(0, min(wanted, now.max_lines - now.lines, now.tokens))
    prefix = "predictive runs as progressive: " if now.mode is Mode.PREDICTIVE else ""
    why = f"{prefix}placed {place}: {now.ready} ready, {now.ringing} ringing, {now.waiting} waiting"
    if place < wanted:
        why += f", limited by {'lines' if now.max_lines - now.lines < wanted else 'calls per second'}"
    return Decision(place, why)


class Bucket:
    """Calls per second as a bucket of tokens: at most ``rate`` a second, bursts of at most one second's worth.

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

    def take(self, n: int) -> None:
        """Use ``n`` tokens that :meth:`available` showed."""
        self._tokens -= n
