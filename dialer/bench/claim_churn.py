"""``dialer bench claim-churn``: do claims stay fast when rows change all day under a snapshot that somebody holds?

Claimers take contacts and put them back without a pause while one transaction keeps looking at the state of long ago,
as a report or a backup does: dead rows cannot be cleared away, and the write-ahead log cannot be folded in. Compared
are the last part of the time and the first, for ours and for a bare queue table that is treated the same. A day of
8 hours at 1 claim a second is 28,800 claims; the default time brings about as many. Imports the core.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click
from sqlalchemy import text

from dialer.bench import churn_leg, claim_tables, postgres
from dialer.bench.figures import machine, table, verdict
from dialer.store import Database

CONTACTS, CLAIMERS, SECONDS, SLICES = 20_000, 2, 120.0, 10
LEAST = 0.8


def churn(name: str, url: str, campaign_id: int, seconds: float) -> list[float]:
    """Claims a second of all claimers together, in each slice of the time."""
    words = [sys.executable, "-m", "dialer.bench.churn_leg", name, url, str(campaign_id), str(seconds), str(SLICES)]
    legs = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(CLAIMERS)]
    said = [leg.communicate(timeout=seconds + 120) for leg in legs]
    if any(leg.returncode for leg in legs):
        raise RuntimeError(f"a claimer failed: {''.join(err for _, err in said)[-1000:]}")
    parts = zip(*(json.loads(out) for out, _ in said), strict=True)
    return [round(sum(part) / (seconds / SLICES), 1) for part in parts]


def kept(per_s: list[float]) -> float:
    """The last three slices over the first three."""
    return round(sum(per_s[-3:]) / max(0.1, sum(per_s[:3])), 2)


def one(kind: str, name: str, contacts: int, seconds: float) -> dict[str, Any]:
    """One queue on a fresh database, with a snapshot held all the time."""
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="warmline-bench-")))
        url = stack.enter_context(postgres.server()) if kind == "postgresql" else f"sqlite:///{home}/bench.db"
        db = Database(url)
        stack.callback(db.close)
        campaign_id = claim_tables.fill(db, contacts)
        with db.write() as s:
            for statement in (churn_leg.TABLE, churn_leg.INDEX, churn_leg.FILL):
                s.execute(text(statement))
        with db.read() as held:
            if not db.sqlite:
                held.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            held.execute(text("SELECT count(*) FROM contact"))
            per_s = churn(name, url, campaign_id, seconds)
    return {"database": kind, "queue": name, "per_s": per_s, "kept": kept(per_s)}


def run(databases: tuple[str, ...], contacts: int = CONTACTS, seconds: float = SECONDS) -> dict[str, Any]:
    """Measure ours and the plain queue. Raises BadInput where a database's programs are missing."""
    before = machine()
    cells = [one(kind, name, contacts, seconds) for kind in databases for name in churn_leg.CLAIMERS]
    return {
        "machine": before,
        "contacts": contacts,
        "claimers": CLAIMERS,
        "seconds": seconds,
        "cells": cells,
        "least": LEAST,
        "passed": all(cell["kept"] >= LEAST for cell in cells if cell["queue"] == "ours"),
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as text."""
    rows: list[tuple[object, ...]] = [("database", "queue", "claims/s, first to last tenth of the time", "last/first")]
    for cell in found["cells"]:
        rows.append((cell["database"], cell["queue"], " ".join(f"{n:.0f}" for n in cell["per_s"]), cell["kept"]))
    return [
        *table(rows),
        verdict(found["passed"], f"ours keeps at least {found['least']} of its pace under a snapshot"),
    ]


@click.command("claim-churn")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--quick", is_flag=True, help="A few seconds, and no figure to quote.")
@click.option("--seconds", type=click.FloatRange(1), default=SECONDS, show_default=True, help="Of each queue.")
@click.option("--database", type=click.Choice(["both", "sqlite", "postgresql"]), default="both", show_default=True)
def command(as_json: bool, quick: bool, seconds: float, database: str) -> None:
    """Claim and give back without a pause while a snapshot is held."""
    databases = ("sqlite", "postgresql") if database == "both" else (database,)
    found = run(databases, 2_000, 4.0) if quick else run(databases, seconds=seconds)
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
