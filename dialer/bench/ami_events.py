"""``dialer bench ami-events``: how many events of Asterisk a second are read and understood, and how late at 5,000/s.

Ours is the product's own way from the socket to its table of legs. The floor only cuts bytes into headers; pyst2 and
panoramisk (where it is installed) read and dispatch as they do for their users. Each listener and the talker are
processes; the listeners take turns. Imports the Asterisk room.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from typing import Any

import click

from dialer.bench import ami_ears
from dialer.bench.figures import machine, table, verdict
from dialer.bench.rounds import around, ratio, take_turns

COUNTS = {"ours": 100_000, "split": 200_000, "panoramisk": 60_000, "pyst2": 6_000}
ROUNDS = 5
RATE, RATE_S = 5_000, 10
AIMS = {"pyst2": 20.0, "panoramisk": 1.5, "split": 0.4}
"""Ours is at least so many times as fast as each."""
MOST_LATE_MS = 20.0


def listen(name: str, count: int, per_second: float = 0) -> dict[str, Any]:
    """One listener hears ``count`` events, as fast as it can or at a rate."""
    words = [sys.executable, "-m", "dialer.bench.ami_source", str(count), str(per_second)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as source:
        try:
            assert source.stdout is not None
            port = source.stdout.readline().strip()
            said = subprocess.run(
                ami_ears.command(name, port, count), capture_output=True, text=True, timeout=300, check=False
            )
        finally:
            source.kill()
    if said.returncode:
        raise RuntimeError(f"the listener {name} failed: {said.stderr[-1000:]}")
    return dict(json.loads(said.stdout))


def run(rounds: int = ROUNDS, share: float = 1.0, rate_s: float = RATE_S) -> dict[str, Any]:
    """Measure. ``share`` of the usual number of events."""
    before = machine()
    names = [name for name in COUNTS if name != "panoramisk" or importlib.util.find_spec(name)]

    def leg(name: str) -> float:
        count = max(200, int(COUNTS[name] * share))
        return count / float(listen(name, count)["seconds"])

    said = take_turns({name: (lambda name=name: leg(name)) for name in names}, rounds)  # type: ignore[misc]
    lag = listen("ours", int(RATE * rate_s), RATE)["lag_ms"]
    ratios = {name: ratio(said["ours"], said[name]) for name in names if name != "ours"}
    fast = all(found["median"] >= AIMS[name] for name, found in ratios.items())  # type: ignore[operator]
    return {
        "machine": before,
        "events_per_s": {name: around(values, 0) for name, values in said.items()},
        "ratios": ratios,
        "aims": {name: AIMS[name] for name in ratios},
        "missing": [name for name in COUNTS if name not in names],
        "rate": RATE,
        "lag_ms": lag,
        "most_late_ms": MOST_LATE_MS,
        "passed": fast and lag["p99"] <= MOST_LATE_MS,
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as text."""
    rows: list[tuple[object, ...]] = [("listener", "events/s", "95 %", "ours over it", "95 %", "aim")]
    for name, per_s in found["events_per_s"].items():
        beside = found["ratios"].get(name, {"median": "", "ci95": ""})
        aim = found["aims"].get(name, "")
        rows.append((name, per_s["median"], per_s["ci95"], beside["median"], beside["ci95"], aim))
    lag = found["lag_ms"]
    return [
        *table(rows),
        *[f"{name} is not installed and was left out" for name in found["missing"]],
        f"at {found['rate']} events/s ours is late by, ms: p50 {lag['p50']}, p99 {lag['p99']}, most {lag['max']}"
        f" (aim: p99 at most {found['most_late_ms']})",
        verdict(found["passed"], "events are read fast enough and in time"),
    ]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--quick", is_flag=True, help="One round of few events, and no figure to quote.")
def command(as_json: bool, quick: bool) -> None:
    """Read Asterisk's events beside pyst2, panoramisk and a bare splitter."""
    found = run(rounds=2, share=0.05, rate_s=1) if quick else run()
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
