"""What a project agreed on with its client: how strict a lead is judged, how fast it cools, when closers work.

Read from ``Project.qualification`` and ``Project.second_line``::

    {"gates": {"B": 1, "N": 2}, "total": 5, "cooling": {"hot_days": 2, "warm_days": 14},
     "hours": {"zone": "Europe/Moscow", "from": "09:00", "to": "18:00", "days": [1, 2, 3, 4, 5]},
     "left_out": ["proposal"], "live_ring_s": 25, "callbacks_each": 1, "confirmation": "operator"}

May import ``dialer.store``, ``dialer.rules`` and ``scripts``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from dialer.errors import BadInput
from dialer.rules.funnel import OPTIONAL
from dialer.rules.words import Stage
from dialer.store.projects import Project
from scripts.bant import PRESETS
from scripts.words import LETTERS

OPEN = {"gates": {}, "total": 0}
LEVELS: Mapping[str, Mapping[str, Any]] = {**PRESETS, "open": OPEN}
"""The fixed levels; ``own`` takes the project's own figures. ``open`` lets every lead over."""
MOST_POINTS = 3
RING_S = range(5, 121)
EACH = range(1, 11)
CONFIRMED_BY = ("operator", "team", "anyone")
HOURS = {"zone": "Europe/Moscow", "from": "09:00", "to": "18:00", "days": [1, 2, 3, 4, 5]}


@dataclass(frozen=True)
class Hours:
    """When closers work. ``days`` are ISO: 1 is Monday."""

    zone: ZoneInfo
    start: time
    end: time
    days: frozenset[int]


@dataclass(frozen=True)
class Cooling:
    """How long a lead keeps its temperature after the last answer: then hot is warm, and warm is cold."""

    hot: timedelta = timedelta(days=2)
    warm: timedelta = timedelta(days=14)


@dataclass(frozen=True)
class Terms:
    """One project's terms, checked. ``gates`` least points per letter (0..3), ``total`` in all (0..12)."""

    gates: Mapping[str, int]
    total: int
    cooling: Cooling
    hours: Hours
    left_out: frozenset[Stage]
    live_ring_s: int = 25
    """How long a closer is rung for a live handoff before the script offers booked times."""
    callbacks_each: int = 1
    """How many callbacks one person may promise for one quarter of an hour."""
    confirmation: str = "operator"
    """Whose the call before an appointment is: of who booked it, of their team, or anyone's."""


def of(project: Project) -> Terms:
    """The terms of a project. Raises BadInput if somebody stored nonsense."""
    return read(project.qualification, project.second_line or {})


def read(level: str, data: Mapping[str, Any]) -> Terms:
    """Check and read; what is not given is usual. Raises BadInput with one sentence."""
    rules = data if level == "own" else LEVELS.get(level)
    if rules is None:
        raise BadInput(f"There is no level {level}; choose one of {', '.join([*LEVELS, 'own'])}.")
    gates = rules.get("gates") or {}
    total = rules.get("total") or 0
    if not set(gates) <= set(LETTERS) or not all(_whole(points, MOST_POINTS) for points in gates.values()):
        raise BadInput(f"A gate is a whole number from 0 to {MOST_POINTS} for one of B, A, N, T.")
    if not _whole(total, MOST_POINTS * len(LETTERS)):
        raise BadInput(f"The total is a whole number from 0 to {MOST_POINTS * len(LETTERS)}.")
    parts = _cooling(data.get("cooling") or {}), _hours(data.get("hours") or {}), _out(data)
    return Terms(dict(gates), total, *parts, *_promises(data))


def _promises(data: Mapping[str, Any]) -> tuple[int, int, str]:
    """Ringing a closer, callbacks a quarter of an hour, and whose the confirmation call is."""
    ring_s, each = data.get("live_ring_s", Terms.live_ring_s), data.get("callbacks_each", Terms.callbacks_each)
    whose = data.get("confirmation", Terms.confirmation)
    if not _whole(ring_s, RING_S[-1]) or ring_s not in RING_S:
        raise BadInput(f"A closer is rung for {RING_S[0]} to {RING_S[-1]} seconds.")
    if not _whole(each, EACH[-1]) or each not in EACH:
        raise BadInput(f"One person promises {EACH[0]} to {EACH[-1]} callbacks for a quarter of an hour.")
    if whose not in CONFIRMED_BY:
        raise BadInput(f"The call before an appointment is made by one of {', '.join(CONFIRMED_BY)}.")
    return ring_s, each, whose


def _whole(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _cooling(data: Mapping[str, Any]) -> Cooling:
    days = {name: data.get(f"{name}_days", getattr(Cooling, name).days) for name in ("hot", "warm")}
    if not all(_whole(n, 3650) and n > 0 for n in days.values()) or days["hot"] > days["warm"]:
        raise BadInput("A lead cools in whole days, and a hot one not later than a warm one.")
    return Cooling(timedelta(days=days["hot"]), timedelta(days=days["warm"]))


def _hours(data: Mapping[str, Any]) -> Hours:
    given = {**HOURS, **data}
    try:
        zone = ZoneInfo(str(given["zone"]))
        start, end = time.fromisoformat(given["from"]), time.fromisoformat(given["to"])
        days = frozenset(int(day) for day in given["days"])
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise BadInput("Working hours are written as zone, from 09:00, to 18:00, and days 1 to 7.") from None
    if start >= end or not days or not days <= set(range(1, 8)):
        raise BadInput("Working hours end after they begin, on at least one day from 1 to 7.")
    return Hours(zone, start, end, days)


def _out(data: Mapping[str, Any]) -> frozenset[Stage]:
    named = {str(name) for name in data.get("left_out") or ()}
    if not named <= {stage.value for stage in OPTIONAL}:
        raise BadInput("Only the stages appointment and proposal can be left out.")
    return frozenset(Stage(name) for name in named)


def as_preset(terms: Terms) -> dict[str, Any]:
    """The gates as :mod:`scripts.bant` takes them."""
    return {"gates": dict(terms.gates), "total": terms.total}
