"""A campaign's rules as lines for a person: each value and who asked for it (``dialer rules show``, pages)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from dialer.rules.abandonment import Abandonment
from dialer.rules.holidays import WEEKDAYS
from dialer.rules.hours import Hours
from dialer.rules.hours_text import write_windows
from dialer.rules.ruleset import STRICT, Rules


class Line(NamedTuple):
    """``enforced``: the gate or the engine sees to it; else people have to."""

    rule: str
    value: str
    source: str
    enforced: bool = True


def lines(rules: Rules) -> list[Line]:
    """Every value that holds, in the order in which the gate asks."""
    return list(_lines(rules))


def _lines(rules: Rules) -> Iterator[Line]:
    for listed in rules.prefixes:
        yield Line("prefixes", ", ".join(listed.allowed), listed.source)
    for modes in rules.modes:
        yield Line("modes", ", ".join(sorted(modes.allowed)), modes.source)
    for consent in rules.consent:
        since = "needed" if consent.since.year == 1 else f"needed from {consent.since.isoformat()}"
        yield Line("consent", since, consent.source)
    for layer in rules.hours:
        yield from _hours(layer)
    for cap in rules.caps:
        yield Line(cap.rule, str(cap.n), cap.source)
    for name in STRICT:
        if limit := rules.limit(name):
            yield Line(limit.name, f"{limit.value:g}", limit.source)
    for one in rules.lists:
        yield Line(one.rule, f"at most {one.max_age_d} days old", one.source)
    for abandon in rules.abandon:
        yield Line("abandon", _abandon(abandon), abandon.source)
    for demand in rules.demands:
        yield Line(demand.name, demand.text, demand.source, enforced=False)


def _abandon(rule: Abandonment) -> str:
    share = {"live": "of live answers", "served": "of calls served or abandoned"}[rule.of]
    start = {"answer": "the answer", "greeting_end": "the end of the greeting"}[rule.start]
    told = f"; the message tells {', '.join(rule.message)}" if rule.message else ""
    days = "a day" if rule.window_d == 1 else f"{rule.window_d} days"
    return f"{rule.max_rate:.1%} {share} in {days}, nobody there within {rule.within_s:g} s of {start}{told}"


def _hours(layer: Hours) -> Iterator[Line]:
    name = f"hours in {layer.zone}" if layer.zone else "hours"
    days = [write_windows(windows) for windows in layer.week]
    first = 0
    for day in range(1, 8):
        if day == 7 or days[day] != days[first]:
            span = WEEKDAYS[first] if day - first == 1 else f"{WEEKDAYS[first]}-{WEEKDAYS[day - 1]}"
            yield Line(f"{name} {span}", days[first], layer.source)
            first = day
    if layer.holiday_differs and layer.holidays:
        yield Line(f"{name} holiday", write_windows(layer.on_holiday), layer.source)
        yield Line("holidays", ", ".join(holiday.text for holiday in layer.holidays), layer.source)


def as_dict(rules: Rules) -> dict[str, Any]:
    """For JSON: the lines and the sources with version, law and date of review."""
    return {
        "profile": rules.profile,
        "rules": [line._asdict() for line in lines(rules)],
        "barred": list(rules.barred),
        "sources": [vars(source) for source in rules.sources],
    }
