"""``dialer bench pace-cost``: what one decision costs by size of team, and how far the approximation is off.

Aim: at most 1 ms at 100 operators and 10 ms at 1,000; the log-log slope at most 1.1. The exact count runs beside the
normal approximation in the same process on the same snapshots.
"""

from __future__ import annotations

import json
import math
import random
import time
from statistics import median
from typing import Any

import click

from dialer.rules.pacing import Outlook, Snapshot, calls_to_place, risk
from dialer.rules.words import Mode
from dialer.simulation.oracles import truth
from dialer.simulation.ours import Ours
from dialer.simulation.scenario import Scenario
from dialer.simulation.world import World

SIZES = (1, 5, 20, 50, 100, 250, 500, 1000)
SNAPSHOTS, ROUNDS = 20, 5
EXACT_TO = 100
AIMS_MS = {100: 1.0, 1000: 10.0}
SLOPE, SLOPE_FROM = 1.1, 50


def snapshots(operators: int, look: Outlook) -> list[Snapshot]:
    """Situations as they occur at 0.3 answered: a twelfth of the operators free, 1.3 lines ringing for each."""
    dice = random.Random(operators)
    found = []
    for _ in range(SNAPSHOTS):
        talking = tuple(dice.expovariate(1 / 60) for _ in range(round(operators * 0.73)))
        wrapping = tuple(dice.expovariate(1 / 15) for _ in range(round(operators * 0.18)))
        ages = tuple(dice.uniform(0, 25) for _ in range(round(operators * 1.3)))
        ready = max(1, round(operators * 0.09 * dice.uniform(0.5, 2)))
        counts = {"ready": ready, "ringing": len(ages), "waiting": 0, "lines": len(ages)}
        most = {"max_lines": 4000, "tokens": 4000}
        know = {"outlook": look, "theta": 0.03, "cap": 0.03}
        busy = {"talking": talking, "wrapping": wrapping, "ages": ages}
        found.append(Snapshot(Mode.PREDICTIVE, **counts, **most, **busy, **know))  # type: ignore[arg-type]
    return found


def decide_ms(given: list[Snapshot]) -> float:
    """Median milliseconds of processor time per decision."""
    took = []
    for _ in range(ROUNDS):
        for one in given:
            begun = time.process_time_ns()
            calls_to_place(one)
            took.append((time.process_time_ns() - begun) / 1e6)
    return median(took)


def one_size(operators: int, look: Outlook) -> dict[str, Any]:
    """Both ways of counting at one size."""
    given = snapshots(operators, look)
    found: dict[str, Any] = {"operators": operators, "ms": decide_ms(given), "exact_ms": None, "differ": None}
    if operators <= EXACT_TO:
        usual = [calls_to_place(one).place for one in given]
        before, risk.EXACT = risk.EXACT, 10_000
        try:
            found["exact_ms"] = decide_ms(given)
            exact = [calls_to_place(one).place for one in given]
        finally:
            risk.EXACT = before
        found["differ"] = max(abs(a - b) for a, b in zip(usual, exact, strict=True))
    return found


def slope(rows: list[dict[str, Any]]) -> float:
    """Least squares of log milliseconds over log operators."""
    points = [(math.log(r["operators"]), math.log(r["ms"])) for r in rows if r["operators"] >= SLOPE_FROM]
    x = sum(p[0] for p in points) / len(points)
    y = sum(p[1] for p in points) / len(points)
    return sum((a - x) * (b - y) for a, b in points) / sum((a - x) ** 2 for a, _ in points)


@click.command("pace-cost")
@click.option("--json", "as_json", is_flag=True)
def command(as_json: bool) -> None:
    """Processor time per decision, from 1 to 1,000 operators."""
    look = truth(World(Scenario(), Ours(0.03), 1))
    rows = [one_size(n, look) for n in SIZES]
    fitted = slope(rows)
    met = all(r["ms"] <= AIMS_MS.get(r["operators"], math.inf) for r in rows) and fitted <= SLOPE
    if as_json:
        click.echo(json.dumps({"rows": rows, "slope": fitted, "passed": met}))
        return
    for r in rows:
        exact = f"exact {r['exact_ms']:7.3f} ms, differs by at most {r['differ']}" if r["exact_ms"] is not None else ""
        click.echo(f"{r['operators']:>5} operators {r['ms']:7.3f} ms  {exact}")
    click.echo(f"{'pass' if met else 'FAIL'}: slope {fitted:.2f} (at most {SLOPE}); aims 1 ms at 100, 10 ms at 1,000")
