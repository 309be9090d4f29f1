"""``dialer bench fastagi``: conversations a second, 1 to 200 at a time, against a skeleton and against AGI by fork.

A conversation is what an answered call has: connect, environment, the plan, goodbye. The engine is not asked: its share
is in ``bench dial``. Servers are processes and take turns.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from dialer.bench import agi_callers
from dialer.bench.figures import machine, spread, table, verdict
from dialer.bench.rounds import around, ratio, take_turns

PARALLEL = (1, 10, 50, 200)
SESSIONS, FORKS, ROUNDS = 3_000, 40, 5
SERVERS = {"ours": "agi.alone", "skeleton": "dialer.bench.agi_skeleton"}
LEAST_OF_SKELETON, LEAST_OF_FORK = 0.7, 50.0


@contextmanager
def serving(name: str) -> Iterator[int]:
    """The port of a server that runs during the block."""
    words = [sys.executable, "-m", SERVERS[name]]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield int(server.stdout.readline())
        finally:
            server.kill()


def cell(parallel: int, sessions: int, rounds: int, ports: dict[str, int]) -> dict[str, Any]:
    """Both servers with so many conversations at a time."""
    took: dict[str, list[float]] = {name: [] for name in ports}

    def leg(name: str) -> float:
        per_s, each = agi_callers.sessions(ports[name], parallel, sessions)
        took[name] += each
        return per_s

    said = take_turns({name: (lambda name=name: leg(name)) for name in ports}, rounds)  # type: ignore[misc]
    return {
        "parallel": parallel,
        "per_s": {name: around(values, 0) for name, values in said.items()},
        "ms": {name: spread(each, 2) for name, each in took.items()},
        "of_skeleton": ratio(said["ours"], said["skeleton"]),
    }


def run(sessions: int = SESSIONS, forks: int = FORKS, rounds: int = ROUNDS) -> dict[str, Any]:
    """Measure every cell."""
    before = machine()
    forked = [agi_callers.forks(forks)]
    with serving("ours") as ours, serving("skeleton") as skeleton:
        ports = {"ours": ours, "skeleton": skeleton}
        cells = [cell(parallel, sessions, rounds, ports) for parallel in PARALLEL]
    forked.append(agi_callers.forks(forks))
    best = max(c["per_s"]["ours"]["median"] for c in cells)
    of_fork = round(best / max(forked), 1)
    least = min(c["of_skeleton"]["median"] for c in cells)
    return {
        "machine": before,
        "cells": cells,
        "fork_per_s": [round(per_s, 1) for per_s in forked],
        "of_fork": of_fork,
        "least_of_skeleton": LEAST_OF_SKELETON,
        "least_of_fork": LEAST_OF_FORK,
        "passed": least >= LEAST_OF_SKELETON and of_fork >= LEAST_OF_FORK,
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as text."""
    rows: list[tuple[object, ...]] = [("at a time", "ours/s", "skeleton/s", "ratio", "95 %", "ours p99 ms", "its p99")]
    for c in found["cells"]:
        per_s, ms, part = c["per_s"], c["ms"], c["of_skeleton"]
        speeds = (per_s["ours"]["median"], per_s["skeleton"]["median"])
        rows.append((c["parallel"], *speeds, part["median"], part["ci95"], ms["ours"]["p99"], ms["skeleton"]["p99"]))
    return [
        *table(rows),
        f"AGI by fork: {' and '.join(map(str, found['fork_per_s']))} a second; ours is {found['of_fork']} times that"
        f" (aim: {found['least_of_fork']})",
        verdict(found["passed"], f"at least {found['least_of_skeleton']} of the skeleton, whatever comes at a time"),
    ]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--quick", is_flag=True, help="Few conversations, and no figure to quote.")
def command(as_json: bool, quick: bool) -> None:
    """Answer a dialplan's questions beside a bare asyncio server and AGI by fork."""
    found = run(sessions=300, forks=4, rounds=2) if quick else run()
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
