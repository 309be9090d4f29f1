"""``dialer bench pace-grid``: operators' idle time against every peer, cell by cell, on a virtual clock.

Aim: at most 0.97 of the best peer under the cap in every cell; the median at most 0.85 for teams up to 20 and at most
0.65 from 50. ``--quick`` runs eight small cells and says the direction only.
"""

from __future__ import annotations

import json
from statistics import median
from typing import Any

import click

from dialer.bench import pace
from dialer.bench.pace import Cell, Run

TUNE_ANSWERED, TUNE_EACH = 2000, 200
"""Answered calls a setting is tried with: at least so many, and so many for each operator."""
EVERY, SMALL_TEAMS, BIG_TEAMS = 0.97, 0.85, 0.65


def run_cell(cell: Cell, answered: int) -> dict[str, Any]:
    """All policies in one cell, and the ratio of our idle time to the best compliant peer's."""
    scenario, hours = cell.scenario(), cell.hours(answered)
    chosen = pace.peers(
        scenario, cell.hours(250 if answered < 1000 else max(TUNE_ANSWERED, TUNE_EACH * cell.operators))
    )
    runs = {name: pace.measure(scenario, make, hours, pace.SEED) for name, (_, make) in chosen.items()}
    mine = pace.measure(scenario, pace.ours, hours, pace.SEED)
    best = pace.best_compliant(runs)
    return {
        "cell": cell.name,
        "operators": cell.operators,
        "ratio": mine.whole.idle_share / runs[best].whole.idle_share,
        "best_peer": best,
        "compliant": mine.compliant,
        "warmline": mine.plain(),
        "peers": {name: {"setting": chosen[name][0], **run.plain()} for name, run in runs.items()},
        "lines": _lines(chosen, runs, mine),
    }


def _lines(chosen: dict[str, Any], runs: dict[str, Run], mine: Run) -> list[str]:
    told = [pace.line(name, run, chosen[name][0]) for name, run in runs.items()]
    return [*told, pace.line("warmline", mine)]


def verdict(found: list[dict[str, Any]]) -> list[str]:
    """The aims, met or missed, with the cells that miss."""
    lines = []
    losses = [one for one in found if one["ratio"] > EVERY or not one["compliant"]]
    told = ", ".join(f"{one['cell'].strip()} {one['ratio']:.2f}" for one in losses) or "none"
    lines.append(f"{len(found) - len(losses)} of {len(found)} cells at most {EVERY} of the best peer; missed: {told}")
    for name, aim, low, high in (("up to 20", SMALL_TEAMS, 1, 20), ("from 50", BIG_TEAMS, 50, 10_000)):
        ratios = [one["ratio"] for one in found if low <= one["operators"] <= high]
        if ratios:
            lines.append(f"median ratio, teams {name}: {median(ratios):.2f} (aim {aim}), worst {max(ratios):.2f}")
    return lines


@click.command("pace-grid")
@click.option("--quick", is_flag=True, help="Eight small cells, under a minute, direction only.")
@click.option("--kinds", type=click.Choice(list(pace.KINDS)), default="third", show_default=True, help=pace.KINDS_HELP)
@click.option("--operators", default=",".join(map(str, pace.OPERATORS)), show_default=True)
@click.option(
    "--answered", type=click.IntRange(100), default=20_000, show_default=True, help="Answered calls per cell."
)
@click.option("--json", "as_json", is_flag=True)
def command(quick: bool, kinds: str, operators: str, answered: int, as_json: bool) -> None:
    """Idle time against all peers, every cell printed."""
    sizes = pace.sizes(operators)
    found = []
    for cell in pace.cells("quick" if quick else kinds, sizes):
        one = run_cell(cell, 250 if quick else answered)
        found.append(one)
        if not as_json:
            click.echo(f"{one['cell']}: {one['ratio']:.2f} of {one['best_peer']}")
            click.echo("\n".join(one["lines"]))
    if as_json:
        click.echo(json.dumps({"cells": found, "verdict": verdict(found)}))
        return
    click.echo("\n".join(verdict(found)))
