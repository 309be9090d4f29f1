"""``dialer bench claim``: claims per second, p50 and p99, as the list grows, against a hopper on the same table.

Each claim is a transaction of its own and brings one contact that the gate allows; 30 % of the contacts are out of
hours or suppressed. Claimers are processes. No contact may be claimed twice. Imports the core.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from dialer.bench import claim_tables, hopper, postgres
from dialer.bench.figures import machine, spread, table, verdict
from dialer.store import Database

SIZES = (1_000, 100_000, 1_000_000)
QUICK_SIZES = (1_000, 20_000)
CLAIMERS = (1, 4)
CLAIMS = 400
"""Counted claims a cell, over all claimers: a thousand contacts hold no more than 700 that may be dialled."""
MOST_GROWTH = 2.0
REFILLS = 5


def run(databases: tuple[str, ...], sizes: tuple[int, ...]) -> dict[str, Any]:
    """Measure every cell. Raises BadInput where a database's programs are missing."""
    before = machine()
    cells = [cell for kind in databases for size in sizes for cell in _size(kind, size)]
    growth = _growth(cells, sizes)
    twice = sum(cell["claimed_twice"] for cell in cells)
    return {
        "machine": before,
        "cells": cells,
        "growth_p99": growth,
        "most_growth": MOST_GROWTH,
        "claimed_twice": twice,
        "passed": not twice and all(ratio <= MOST_GROWTH for ratio in growth.values()),
    }


def _growth(cells: list[dict[str, Any]], sizes: tuple[int, ...]) -> dict[str, float]:
    """p99 at the largest list over p99 at the smallest, by database and number of claimers."""
    p99 = {(c["database"], c["claimers"], c["contacts"]): c["ms"]["p99"] for c in cells}
    pairs = {(database, claimers) for database, claimers, _ in p99}
    return {
        f"{database}, {claimers}": round(p99[database, claimers, sizes[-1]] / p99[database, claimers, sizes[0]], 2)
        for database, claimers in sorted(pairs)
    }


def _size(kind: str, contacts: int) -> list[dict[str, Any]]:
    """All cells of one database and one length of list; a list too short for two rounds is made anew for each."""
    if contacts < 10 * CLAIMS:
        return [cell for claimers in CLAIMERS for cell in _on_one_table(kind, contacts, (claimers,))]
    return _on_one_table(kind, contacts, CLAIMERS)


def _on_one_table(kind: str, contacts: int, rounds: tuple[int, ...]) -> list[dict[str, Any]]:
    cells = []
    with _database(kind) as url:
        db = Database(url)
        campaign_id = claim_tables.fill(db, contacts)
        for claimers in rounds:
            about = {"database": kind, "contacts": contacts, "claimers": claimers}
            cells.append({**about, **_cell(url, campaign_id, claimers)})
        if len(rounds) > 1:
            cells[0]["hopper"] = hopper.measure(db, campaign_id, REFILLS)
        db.close()
    return cells


def _cell(url: str, campaign_id: int, claimers: int) -> dict[str, Any]:
    words = [sys.executable, "-m", "dialer.bench.claim_leg", url, str(campaign_id), str(CLAIMS // claimers)]
    legs = [subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(claimers)]
    said = [leg.communicate(timeout=300) for leg in legs]
    if any(leg.returncode for leg in legs):
        raise RuntimeError(f"a claimer failed: {''.join(err for _, err in said)[-1000:]}")
    found = [json.loads(out) for out, _ in said]
    ids = [i for leg in found for i in leg["ids"]]
    took = [ms for leg in found for ms in leg["ms"]]
    seconds = max(leg["begin"] + leg["seconds"] for leg in found) - min(leg["begin"] for leg in found)
    return {"per_s": round(len(took) / seconds, 1), "ms": spread(took, 2), "claimed_twice": len(ids) - len(set(ids))}


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "postgresql":
        with postgres.server() as url:
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as home:
        yield f"sqlite:///{home}/bench.db"


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as text."""
    heading = (
        "database",
        "contacts",
        "claimers",
        "claims/s",
        "p50 ms",
        "p99 ms",
        "hopper refill ms",
        "hopper a contact",
    )
    rows: list[tuple[object, ...]] = [heading]
    for cell in found["cells"]:
        peer = cell.get("hopper", {})
        ms = cell["ms"]
        beside = (peer.get("refill_ms", ""), peer.get("per_contact_ms", ""))
        rows.append(
            (cell["database"], cell["contacts"], cell["claimers"], cell["per_s"], ms["p50"], ms["p99"], *beside)
        )
    growth = ", ".join(f"{name}: {ratio}" for name, ratio in found["growth_p99"].items())
    return [
        *table(rows),
        f"p99 at the longest list over the shortest, by database and claimers: {growth} (aim: at most {MOST_GROWTH})",
        f"contacts claimed twice: {found['claimed_twice']}",
        verdict(found["passed"], "claims cost the same however long the list, and none is made twice"),
    ]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--quick", is_flag=True, help="Short lists: seconds, and no figure to quote.")
@click.option("--database", type=click.Choice(["both", "sqlite", "postgresql"]), default="both", show_default=True)
def command(as_json: bool, quick: bool, database: str) -> None:
    """Claim contacts from longer and longer lists."""
    databases = ("sqlite", "postgresql") if database == "both" else (database,)
    found = run(databases, QUICK_SIZES if quick else SIZES)
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
