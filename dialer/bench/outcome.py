"""``dialer bench outcome``: wrap-ups saved a second, beside the same rows in bare SQL; and what a kill -9 loses.

The product's save checks who may, follows the retry plan over the contact's history, moves the funnel and tells the
pages. Writers are processes and take turns on one database. Then one is killed while it saves: what it had said was
saved must be there, once. Imports the core.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from dialer.bench import postgres, wrapping_up
from dialer.bench.figures import machine, verdict
from dialer.bench.rounds import around, ratio, take_turns
from dialer.store import Database
from dialer.store.calls import Attempt, AttemptMove

SAVES, ROUNDS, KILLS = 400, 5, 5
LEAST = 0.5


def words(name: str, url: str, first: int, last: int) -> list[str]:
    """The command of one writer."""
    return [sys.executable, "-m", "dialer.bench.outcome_leg", name, url, str(first), str(last)]


def saves_per_s(name: str, url: str, first: int, saves: int) -> float:
    """One writer saves so many."""
    said = subprocess.run(words(name, url, first, first + saves), capture_output=True, text=True, check=False)
    if said.returncode:
        raise RuntimeError(f"the writer {name} failed: {said.stderr[-1000:]}")
    return saves / float(said.stdout.split()[-1])


def killed(db: Database, url: str, first: int, saves: int) -> dict[str, int]:
    """Kill a writer after some saves; how many were told, how many of those are lost, how many are there twice."""
    with subprocess.Popen(words("ours", url, first, first + saves), stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        told = [writer.stdout.readline().strip() for _ in range(saves // 2)]
        writer.kill()
        told += [line.strip() for line in writer.stdout.read().splitlines(keepends=True) if line.endswith("\n")]
    with db.read() as s:
        saved = set(s.scalars(select(Attempt.id).where(Attempt.disposition.is_not(None))))
        moves = Counter(s.scalars(select(AttemptMove.attempt_id).where(AttemptMove.event == "disposed")))
    lost = [name for name in told if name not in saved or not moves[name]]
    halves = [name for name in saved if moves[name] != 1]
    return {"told": len(told), "lost": len(lost), "twice_or_half": len(halves)}


def run(kind: str, saves: int = SAVES, rounds: int = ROUNDS, kills: int = KILLS) -> dict[str, Any]:
    """Measure on one database. Raises BadInput where its programs are missing."""
    before = machine()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="warmline-bench-")))
        url = stack.enter_context(postgres.server()) if kind == "postgresql" else f"sqlite:///{home}/bench.db"
        db = Database(url)
        wrapping_up.fill(db, (saves + 1) * (2 * rounds + kills))
        place = count(1, saves + 1)
        legs = {name: (lambda name=name: saves_per_s(name, url, next(place), saves)) for name in ("ours", "plain")}
        said = take_turns(legs, rounds)
        faults = [killed(db, url, next(place), saves) for _ in range(kills)]
        db.close()
    of_plain = ratio(said["ours"], said["plain"])
    lost = {name: sum(fault[name] for fault in faults) for name in ("told", "lost", "twice_or_half")}
    return {
        "machine": before,
        "database": kind,
        "per_s": {name: around(values) for name, values in said.items()},
        "of_plain": of_plain,
        "least": LEAST,
        "kills": kills,
        **lost,
        "passed": of_plain["median"] >= LEAST and not lost["lost"] and not lost["twice_or_half"],  # type: ignore[operator]
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as text."""
    per_s, part = found["per_s"], found["of_plain"]
    return [
        f"{found['database']}: ours {per_s['ours']['median']} saves/s {per_s['ours']['ci95']},"
        f" plain SQL {per_s['plain']['median']} {per_s['plain']['ci95']}",
        f"ratio {part['median']}, 95 % {part['ci95']} (aim: at least {found['least']})",
        f"killed {found['kills']} times in mid-work: {found['told']} saves told, {found['lost']} lost,"
        f" {found['twice_or_half']} twice or by halves (aim: none)",
        verdict(found["passed"], "outcomes are written fast enough and never lost"),
    ]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--quick", is_flag=True, help="Few saves, and no figure to quote.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
def command(as_json: bool, quick: bool, database: str) -> None:
    """Save wrap-ups beside bare SQL, and kill the writer."""
    found = run(database, saves=40, rounds=2, kills=1) if quick else run(database)
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
