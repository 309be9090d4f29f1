"""``dialer bench pace-limit``: our idle time against pacing that knows more than anybody can.

Known is told the true distributions, oracle A also when each operator will be free. Aim: at most 1.10, 1.20 and 1.25 of
oracle A's idle time (up to 10, 20 to 50, 100 operators), and never 3 points of busy time below it from 5 operators.
"""

from __future__ import annotations

import json
from statistics import median
from typing import Any

import click

from dialer.bench import pace
from dialer.bench.pace import Cell
from dialer.simulation.oracles import Known, OracleA

AIMS = ((1, 10, 1.10), (11, 50, 1.20), (51, 10_000, 1.25))
POINTS, POINTS_FROM = 0.03, 5


def run_cell(cell: Cell, answered: int) -> dict[str, Any]:
    """Ours, Known and oracle A in one cell."""
    scenario, hours = cell.scenario(), cell.hours(answered)
    makes = {"warmline": pace.ours, "known": lambda: Known(pace.CAP), "oracle A": lambda: OracleA(pace.CAP)}
    runs = {name: pace.measure(scenario, make, hours, pace.SEED) for name, make in makes.items()}
    idle = {name: run.whole.idle_share for name, run in runs.items()}
    return {
        "cell": cell.name,
        "operators": cell.operators,
        "ratio": idle["warmline"] / idle["oracle A"],
        "points": idle["warmline"] - idle["oracle A"],
        "policies": {name: run.plain() for name, run in runs.items()},
        "lines": [pace.line(name, run) for name, run in runs.items()],
    }


def verdict(found: list[dict[str, Any]]) -> list[str]:
    """The aims, met or missed."""
    lines = []
    for low, high, aim in AIMS:
        ratios = [one["ratio"] for one in found if low <= one["operators"] <= high]
        if ratios:
            lines.append(f"{low} to {high} operators: median {median(ratios):.2f} of oracle A (aim {aim})")
    far = [one["cell"].strip() for one in found if one["operators"] >= POINTS_FROM and one["points"] > POINTS]
    lines.append(f"more than 3 points below oracle A: {', '.join(far) or 'none'}")
    return lines


@click.command("pace-limit")
@click.option("--quick", is_flag=True, help="Eight small cells, direction only.")
@click.option("--kinds", type=click.Choice(list(pace.KINDS)), default="third", show_default=True, help=pace.KINDS_HELP)
@click.option("--operators", default=",".join(map(str, pace.OPERATORS)), show_default=True)
@click.option(
    "--answered", type=click.IntRange(100), default=20_000, show_default=True, help="Answered calls per cell."
)
@click.option("--json", "as_json", is_flag=True)
def command(quick: bool, kinds: str, operators: str, answered: int, as_json: bool) -> None:
    """Idle time against the oracles, every cell printed."""
    found = []
    for cell in pace.cells("quick" if quick else kinds, pace.sizes(operators)):
        one = run_cell(cell, 250 if quick else answered)
        found.append(one)
        if not as_json:
            click.echo(f"{one['cell']}: {one['ratio']:.2f} of oracle A")
            click.echo("\n".join(one["lines"]))
    click.echo(json.dumps({"cells": found, "verdict": verdict(found)}) if as_json else "\n".join(verdict(found)))
