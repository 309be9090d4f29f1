"""Routes as data (the database, the API) and as lines of text (the page, the command); both are checked here. Pure.

One route a line, in the order they are tried: ``asterisk:trunk-a +74951112233 +74951112244 cap=300 gap=60 least=5%``.
May import ``dialer.rules.routes`` and the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from dialer.rules.routes import Route

NETWORKS = ("asterisk", "twilio", "pretend")
TRUNK = re.compile(r"[A-Za-z0-9_.-]{0,60}\Z")
NUMBER = re.compile(r"\+[1-9][0-9]{6,14}\Z")


def from_dicts(rows: Iterable[Mapping[str, Any]]) -> tuple[Route, ...]:
    """Routes as the database and the API write them. Raises ValueError with a sentence about the first wrong one."""
    made = []
    for row in rows:
        if unknown := set(row) - set(Route.__dataclass_fields__):
            raise ValueError(f"a route has no {min(unknown)}")
        made.append(checked(Route(**{**row, "caller_ids": tuple(row.get("caller_ids", ()))})))
    names = [route.name for route in made]
    if twice := next((name for name in names if names.count(name) > 1), ""):
        raise ValueError(f"the route {twice} is named twice")
    return tuple(made)


def to_dicts(routes: Iterable[Route]) -> list[dict[str, Any]]:
    """The other way."""
    return [{**asdict(route), "caller_ids": list(route.caller_ids)} for route in routes]


def checked(route: Route) -> Route:
    """The route, if it is one. Raises ValueError."""
    if route.network not in NETWORKS:
        raise ValueError(f"there is no network {route.network!r}; there are {', '.join(NETWORKS)}")
    if not TRUNK.match(route.trunk):
        raise ValueError(f"{route.trunk!r} is not the name of a trunk")
    if bad := next((n for n in route.caller_ids if not NUMBER.match(n)), ""):
        raise ValueError(f"{bad!r} is not a number like +74951112233")
    if route.daily_cap < 0 or route.gap_s < 0 or not 0 <= route.least_answer_rate < 1 or not 1 <= route.rest_h <= 720:
        raise ValueError(f"a limit of the route {route.name} is out of range")
    if (route.daily_cap or route.gap_s or route.least_answer_rate) and not route.caller_ids:
        raise ValueError(f"the route {route.name} has limits but no numbers to limit")
    return route


OPTIONS = {"cap": "daily_cap", "gap": "gap_s", "least": "least_answer_rate", "rest": "rest_h"}
"""Word of the text -> field."""


def read_line(line: str) -> Route:
    """``asterisk:trunk-a +74951112233 +74951112244 cap=300 gap=60 least=5% rest=72``. Raises ValueError."""
    way, *words = line.replace(",", " ").split()
    network, _, trunk = way.partition(":")
    numbers = tuple(word for word in words if "=" not in word)
    options: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if equals:
            options[_option(name)] = _figure(name, value)
    return checked(Route(network, trunk, numbers, **options))


def _option(name: str) -> str:
    if name not in OPTIONS:
        raise ValueError(f"there is no {name}=; there are {', '.join(f'{word}=' for word in OPTIONS)}")
    return OPTIONS[name]


def _figure(name: str, value: str) -> int | float:
    try:
        return float(value.rstrip("%")) / 100 if name == "least" else int(value)
    except ValueError:
        raise ValueError(f"{name}={value} is not a figure") from None


def write_line(route: Route) -> str:
    """The line of a route."""
    limits = (
        f"cap={route.daily_cap}" if route.daily_cap else "",
        f"gap={route.gap_s}" if route.gap_s else "",
        f"least={route.least_answer_rate * 100:g}% rest={route.rest_h}" if route.least_answer_rate else "",
    )
    return " ".join(part for part in (route.name, *route.caller_ids, *limits) if part)


def read_lines(text: str) -> tuple[Route, ...]:
    """One route a line, in order. Raises ValueError naming the line."""
    made = []
    for n, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            made.append(read_line(line))
        except ValueError as err:
            raise ValueError(f"line {n}: {err}") from None
    return from_dicts(to_dicts(made))
