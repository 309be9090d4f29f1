"""Which zone sets are inside calling hours now: what a claim asks, so that it never walks over closed zones.

An answer is remembered for its minute: hours are written in minutes and clocks of our time differ by whole minutes.
Step 2 of a call. May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache

from dialer.rules.hours import all_open, next_turn
from dialer.rules.localtime import UnknownZone
from dialer.rules.ruleset import Rules

SEPARATOR = "|"


def open_zone_sets(keys: Iterable[str], rules: Rules, now: datetime) -> set[str]:
    """Those of ``keys`` (``Asia/Omsk|Europe/Samara``, as ``ZoneSet.names``) in which the rules' hours are open now.

    A set with a zone that does not exist, and an empty one, is never open while any rule reads the callee's clock.
    """
    minute = int(now.timestamp()) // 60
    return {key for key in keys if _is_open(rules, key, minute)}


@lru_cache(maxsize=65536)
def _is_open(rules: Rules, key: str, minute: int) -> bool:
    zones = split(key)
    if not zones and any(not layer.zone for layer in rules.hours):
        return False
    try:
        return all_open(rules.hours, zones, datetime.fromtimestamp(minute * 60, UTC))
    except UnknownZone:
        return False


def split(key: str) -> tuple[str, ...]:
    """The zones of a set's name."""
    return tuple(name for name in key.split(SEPARATOR) if name)


def next_change(rules: Rules, zones: tuple[str, ...], now: datetime) -> datetime | None:
    """The first instant after ``now`` at which these zones open or close; None: not within 408 days.

    Raises UnknownZone.
    """
    return next_turn(rules.hours, zones, now)
