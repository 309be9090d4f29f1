"""Abandonment by a source's own definition, counted from per-call facts, so that any formula can be counted anew.

A rule says when a live answer counts as abandoned (nobody there within ``within_s`` of the answer, or of the end of the
greeting), what it is a share of, and over which days. Sources: 47 CFR 64.1200(a)(7) (of calls answered live, 30 days,
2 s from the end of the greeting); Ofcom 2016 (abandoned / (abandoned + passed to an agent)).
Steps 4 and 7 of a call. May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

STARTS = ("answer", "greeting_end")
SHARES = ("live", "served")
MESSAGE = ("seller", "phone", "opt_out")
KEYS = ("max_rate", "window_d", "within_s", "from", "of", "message")
WINDOW_D = 30
WITHIN_S = 2.0


@dataclass(frozen=True)
class Abandonment:
    """At most ``max_rate`` (0..1) in ``window_d`` days. ``of`` live: of live answers; served: of calls an operator took
    and abandoned ones. ``message`` names what an abandoned call must hear."""

    max_rate: float
    window_d: int = WINDOW_D
    within_s: float = WITHIN_S
    start: str = "answer"
    of: str = "live"
    message: tuple[str, ...] = ()
    source: str = ""

    @property
    def window(self) -> timedelta:
        """The days it counts over."""
        return timedelta(days=self.window_d)


@dataclass(frozen=True)
class LiveCall:
    """What is known of one answered call. ``messaged``: we played the message instead of an operator."""

    answered_at: datetime
    heard_at: datetime | None = None
    connected_at: datetime | None = None
    ended_at: datetime | None = None
    messaged: bool = False
    machine: bool = False


@dataclass(frozen=True)
class Tally:
    """Counts by one rule. ``base`` is what the rate is a share of."""

    base: int
    abandoned: int

    @property
    def rate(self) -> float:
        """0..1; 0 where nothing was answered."""
        return self.abandoned / self.base if self.base else 0.0


def is_abandoned(rule: Abandonment, call: LiveCall) -> bool:
    """Whether a live person found nobody in time. Who hung up before the time was over was not abandoned by us."""
    if call.machine:
        return False
    if call.messaged:
        return True
    late = begin(rule, call) + timedelta(seconds=rule.within_s)
    if call.connected_at is not None:
        return call.connected_at > late
    return call.ended_at is not None and call.ended_at > late


def begin(rule: Abandonment, call: LiveCall) -> datetime:
    """The instant from which the rule's seconds run."""
    return call.heard_at or call.answered_at if rule.start == "greeting_end" else call.answered_at


def tally(rule: Abandonment, calls: Iterable[LiveCall]) -> Tally:
    """Count the calls of one window."""
    base = abandoned = 0
    for call in calls:
        lost = is_abandoned(rule, call)
        abandoned += lost
        base += not call.machine and (rule.of == "live" or lost or call.connected_at is not None)
    return Tally(base, abandoned)


def closest(found: Iterable[tuple[Abandonment, Tally]]) -> tuple[Abandonment, Tally] | None:
    """The rule with the least left of what it allows: the one that steers."""
    return max(found, key=lambda pair: _spent(*pair), default=None)


def _spent(rule: Abandonment, counted: Tally) -> tuple[float, float]:
    spent = counted.rate / rule.max_rate if rule.max_rate > 0 else float("inf")
    return spent, -rule.max_rate


def read_abandon(data: Any, source: str) -> Abandonment:
    """Read ``{max_rate: 0.03, window_d: 30, of: live, from: greeting_end, within_s: 2}``. Raises ValueError."""
    if not isinstance(data, dict) or "max_rate" not in data:
        raise ValueError("abandon must be written as {max_rate: 0.03, window_d: 30}")
    if unknown := [key for key in data if key not in KEYS]:
        raise ValueError(f"abandon has no {unknown[0]}: use {', '.join(KEYS)}")
    rate, days, within = data["max_rate"], data.get("window_d", WINDOW_D), data.get("within_s", WITHIN_S)
    if not _is_figure(rate) or not 0 <= rate <= 1:
        raise ValueError(f"abandon max_rate must be a share from 0 to 1, such as 0.03, not {rate!r}")
    if not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= 366:
        raise ValueError(f"abandon window_d must be 1 to 366 days, not {days!r}")
    if not _is_figure(within) or not 0 < within <= 60:
        raise ValueError(f"abandon within_s must be seconds above 0, not {within!r}")
    start = _one_of(data.get("from", "answer"), STARTS, "from")
    share = _one_of(data.get("of", "live"), SHARES, "of")
    message = data.get("message") or ()
    if not isinstance(message, list | tuple) or not set(message) <= set(MESSAGE):
        raise ValueError(f"abandon message must be a list of {', '.join(MESSAGE)}, not {message!r}")
    return Abandonment(float(rate), days, float(within), start, share, tuple(message), source)


def _is_figure(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _one_of(value: Any, known: tuple[str, ...], name: str) -> str:
    if value not in known:
        raise ValueError(f"abandon {name} must be {' or '.join(known)}, not {value!r}")
    return str(value)
