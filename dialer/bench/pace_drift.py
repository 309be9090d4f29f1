"""``dialer bench pace-drift``: what becomes of the cap when the day is not like the prior, or changes on the way.

Each drift is worked for whole shifts that start knowing nothing. Aim: at most 3.0 % abandoned in 95 % of shifts from 10
operators, at most 3.5 % in the worst; idle time at most 0.90 of the ratio that was tuned on the very same drift.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import click

from dialer.bench import pace
from dialer.simulation import figures
from dialer.simulation.scenario import Change, Scenario, Spread
from dialer.simulation.world import World

HOUR = 3600.0
EVERY, WORST, IDLE = 0.95, 0.035, 0.90


def _at(hour: float, **values: Any) -> Change:
    return Change(at_s=hour * HOUR, **values)


def _sine(scenario: Scenario) -> Scenario:
    """The answer rate half up and down, every two hours, in steps of five minutes."""
    steps = [
        _at(n / 12, answer_rate=scenario.answer_rate * (1 + 0.5 * math.sin(math.pi * n / 12))) for n in range(1, 96)
    ]
    return replace(scenario, drift=tuple(steps))


DRIFTS: dict[str, Callable[[Scenario], Scenario]] = {
    "steady": lambda s: s,
    "step": lambda s: replace(s, answer_rate=0.18, drift=(_at(4, answer_rate=0.48),)),
    "sine": _sine,
    "list swap": lambda s: replace(
        s, drift=(_at(3, answer_rate=0.1), _at(5, answer_rate=0.5, ring_s=Spread(8, 0.45)), _at(7, answer_rate=0.3))
    ),
    "operators": lambda s: replace(
        s, drift=(_at(2, operators=round(s.operators * 0.7)), _at(5, operators=round(s.operators * 1.3)))
    ),
    "prior off by 3": lambda s: replace(s, answer_rate=0.9, ring_s=Spread(5, 0.4), talk_s=Spread(30, 0.8)),
    "talk doubles": lambda s: replace(s, drift=(_at(4, talk_s=Spread(s.talk_s.mean * 2, 0.8)),)),
    "carrier fails": lambda s: replace(s, drift=(_at(3, answer_rate=s.answer_rate * 0.7), _at(4, answer_rate=0.3))),
}


def run_drift(name: str, operators: int, shifts: int) -> dict[str, Any]:
    """One drift at one size: our shifts one by one, and the ratio tuned on the drift."""
    scenario = DRIFTS[name](pace.Cell(operators, 0.3, 60, 15).scenario())
    hours = shifts * pace.SHIFT_H
    setting, make = pace.tuned_ratio(scenario, pace.SHIFT_H)
    ratio = pace.measure(scenario, make, hours, pace.SEED).whole
    mine, rates, worst_hour = figures.NOTHING, [], 0.0
    for n in range(shifts):
        whole, parts = figures.run(World(scenario, pace.ours(), pace.SEED + 101 * n), pace.SHIFT_H * HOUR, 32)
        mine = mine.plus(whole)
        rates.append(whole.abandon_rate)
        worst_hour = max(worst_hour, *(_rate(parts[i : i + 4]) for i in range(len(parts) - 3)))
    return {
        "drift": name,
        "operators": operators,
        "shifts": shifts,
        "idle": mine.idle_share,
        "abandon_rate": mine.abandon_rate,
        "shifts_under": sum(rate <= pace.CAP for rate in rates) / shifts,
        "worst_shift": max(rates),
        "worst_hour": worst_hour,
        "ratio": {"setting": setting, "idle": ratio.idle_share, "abandon_rate": ratio.abandon_rate},
        "to_ratio": mine.idle_share / ratio.idle_share if ratio.idle_share else 1.0,
    }


def _rate(parts: list[figures.Part]) -> float:
    over = sum(p.served + p.abandoned for p in parts)
    return sum(p.abandoned for p in parts) / over if over else 0.0


def line(one: dict[str, Any]) -> str:
    """One drift for people."""
    met = one["shifts_under"] >= EVERY and one["worst_shift"] <= WORST and one["to_ratio"] <= IDLE
    return (
        f"{one['operators']:>4} op. {one['drift']:<15} idle {one['idle']:6.1%}  abandoned {one['abandon_rate']:.2%}, "
        f"{one['shifts_under']:.0%} of {one['shifts']} shifts under, worst {one['worst_shift']:.2%}, "
        f"worst hour {one['worst_hour']:.1%}; tuned ratio idle {one['ratio']['idle']:.1%} "
        f"({one['ratio']['abandon_rate']:.1%}): {one['to_ratio']:.2f}{'' if met else '  missed'}"
    )


@click.command("pace-drift")
@click.option("--quick", is_flag=True, help="One shift of ten operators each, direction only.")
@click.option("--operators", default="10,50", show_default=True)
@click.option("--shifts", type=click.IntRange(1), default=20, show_default=True)
@click.option("--only", type=click.Choice(list(DRIFTS)), multiple=True, help="These drifts only.")
@click.option("--json", "as_json", is_flag=True)
def command(quick: bool, operators: str, shifts: int, only: tuple[str, ...], as_json: bool) -> None:
    """Abandonment shift by shift when figures change."""
    found = []
    for size in [10] if quick else pace.sizes(operators):
        for name in only or DRIFTS:
            found.append(run_drift(name, size, 1 if quick else shifts))
            if not as_json:
                click.echo(line(found[-1]))
    if as_json:
        click.echo(json.dumps(found))
