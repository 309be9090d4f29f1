"""``dialer bench growth``: the cost-growth sheet. What one more contact, and one more operator, costs.

First the list grows and a claim is made as before: milliseconds, bytes on disk, seconds of import. Then the team grows
on one list: processor time of the engine, statements, rows and events per call, lines in use. Each column gets its
fitted slope on log-log scales: 0 does not grow, 1 grows as the list or the team does. Imports the core.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from dialer.bench import claim_tables, imports
from dialer.bench.claim_leg import claim_one
from dialer.bench.figures import machine, spread, table, verdict
from dialer.bench.rounds import slope
from dialer.bench.timed import milliseconds
from dialer.bench.virtual_day import day
from dialer.store import Database

CONTACTS = (1_000, 10_000, 100_000, 1_000_000)
LARGEST = 10_000_000
TEAMS = (5, 20, 50, 100, 250, 500, 1_000)
CLAIMS, WARM = 300, 20
IMPORTED_FROM = 10_000
"""A shorter import is over before its start is paid for."""
CALLS = 1_500
"""About so many calls are counted for each team."""
AIMS = {"p50_ms": 0.1, "import_s": 1.05, "cpu_a_call_ms": 0.1, "statements_a_call": 0.02, "rows_a_call": 0.02}
"""The most that each slope may be; per call, 0.1 is 1.1 of the whole."""


def list_row(contacts: int, home: Path) -> dict[str, Any]:
    """Claims from a list of this length, its bytes on disk, and the seconds its import takes."""
    path = home / f"{contacts}.db"
    db = Database(f"sqlite:///{path}")
    campaign_id = claim_tables.fill(db, contacts)
    took = [milliseconds(lambda: claim_one(db, campaign_id)) for _ in range(WARM + CLAIMS)][WARM:]
    db.close()
    ms = spread(took, 2)
    found = {"contacts": contacts, "p50_ms": ms["p50"], "p99_ms": ms["p99"]}
    found["bytes_a_contact"] = round(path.stat().st_size / contacts)
    path.unlink()
    timed = IMPORTED_FROM <= contacts <= CONTACTS[-1]
    return {**found, "import_s": imports.import_seconds(contacts, home) if timed else None}


def team_row(operators: int, contacts: int, calls: int, home: Path) -> dict[str, Any]:
    """The engine's own cost with this many operators at work."""
    with day(home, operators, contacts) as made:
        made.pass_time(90.0)  # phones ring, everybody has had a call
        before = made.closed(), made.rows(), made.statements, made.events, made.engine_cpu_s
        made.pass_time(max(30.0, calls * 90.0 / operators / 2))
        lines = made.count("SELECT count(*) FROM attempt WHERE state NOT IN ('closed', 'ended')")
        after = made.closed(), made.rows(), made.statements, made.events, made.engine_cpu_s
    done, rows, statements, events, cpu_s = (b - a for a, b in zip(before, after, strict=True))
    per_call = {"rows": rows, "statements": statements, "events": events}
    return {
        "operators": operators,
        "calls": done,
        "lines": lines,
        "cpu_a_call_ms": round(cpu_s * 1000 / max(1, done), 2),
        **{f"{name}_a_call": round(n / max(1, done), 2) for name, n in per_call.items()},
    }


def slopes(rows: Sequence[dict[str, Any]], along: str) -> dict[str, float]:
    """The fitted slope of each column along ``along``."""
    names = [name for name in rows[0] if name != along]
    points = {n: [(row[along], row[n]) for row in rows if row[n]] for n in names}
    return {name: round(slope(found), 3) for name, found in points.items() if len(found) > 1}


def run(
    contacts: Sequence[int] = CONTACTS, teams: Sequence[int] = TEAMS, on_list: int = 100_000, calls: int = CALLS
) -> dict[str, Any]:
    """Both sheets."""
    before = machine()
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as folder:
        home = Path(folder)
        lists = [list_row(n, home) for n in contacts]
        team = [team_row(n, max(on_list, n * 100), calls, home) for n in teams]
    fitted = {"contacts": slopes(lists, "contacts"), "operators": slopes(team, "operators")}
    held = [fitted[of].get(name, 0.0) <= aim for of in fitted for name, aim in AIMS.items()]
    return {"machine": before, "lists": lists, "teams": team, "slopes": fitted, "aims": AIMS, "passed": all(held)}


def lines(found: dict[str, Any]) -> list[str]:
    """Both sheets as text, each with its slopes in the last line."""
    said = []
    for rows, along in (("lists", "contacts"), ("teams", "operators")):
        names = list(found[rows][0])
        fitted = found["slopes"][along]
        body = [[row[name] if row[name] is not None else "" for name in names] for row in found[rows]]
        said += [*table([names, *body, ["slope", *(fitted.get(name, "") for name in names[1:])]]), ""]
    most = ", ".join(f"{name} {aim}" for name, aim in found["aims"].items())
    return [*said, verdict(found["passed"], f"nothing grows faster than it may (slopes: {most})")]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--quick", is_flag=True, help="Short lists and small teams, and no figure to quote.")
@click.option("--largest", is_flag=True, help="A list of ten million contacts too: 5 GB of disk and some minutes.")
def command(as_json: bool, quick: bool, largest: bool) -> None:
    """The cost-growth sheet: contacts from 1,000 on, operators from 5 to 1,000."""
    sizes = (*CONTACTS, LARGEST) if largest else CONTACTS
    found = run((1_000, 4_000), (2, 6), 2_000, 20) if quick else run(sizes)
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
