"""``dialer bench live``: 200 desks with an open page each; from an event's commit until the browser has it.

``dialer web`` runs as a process of its own; each desk is a person who logged in and holds one ``GET /live``. Events are
outbox lines as the engine writes them: most for one person, some for a whole campaign (every desk gets those). Compared
with a desk that asks once a second, in its most favourable form: a query of the outbox, no web server, no login.
Live, poller, live, in one run. Imports the core and the standard library; the web is reached over HTTP only.
"""

from __future__ import annotations

import json
import random
import secrets
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from dialer import clock
from dialer.bench import floor, web
from dialer.bench.figures import machine, spread, verdict
from dialer.bench.live_desks import Desks, Polling
from dialer.store import Database
from dialer.store.outbox import tell

MOST_P99_MS = 250.0
SETTLE_S = 3.0
"""Between the last page that opens and the first event: a morning's rush of logins is not what is measured."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Desks, events a second for one person and for the whole campaign, and seconds of each part."""

    desks: int = 200
    own_per_s: float = 30.0
    campaign_per_s: float = 2.0
    seconds: float = 15.0


QUICK = Plan(desks=5, own_per_s=10.0, campaign_per_s=1.0, seconds=2.0)


def run(plan: Plan) -> dict[str, Any]:
    """Measure. Raises RuntimeError if the pages cannot be reached."""
    before = machine()
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as folder:
        home = Path(folder)
        db = Database(f"sqlite:///{home}/bench.db")
        made = floor.make(db, contacts=1, operators=plan.desks)
        web.give_password(db)
        with web.served(db, home, plan.desks + 20) as port, Desks(port, web.cookies(port, db)) as desks:
            time.sleep(SETTLE_S)
            first = _events(db, made, plan, desks.latencies_ms)
            with Polling(db, made.users, made.campaign_id) as polling:
                polled = _events(db, made, plan, polling.latencies_ms)
            second = _events(db, made, plan, desks.latencies_ms)
        db.close()
    return _result(plan, before, [first, second], polled)


def _result(plan: Plan, before: dict[str, Any], live: list[Any], polled: Any) -> dict[str, Any]:
    parts = [spread(ms) for ms, _ in live]
    all_live = spread([value for ms, _ in live for value in ms])
    missing = sum(lost for _, lost in live)
    return {
        "machine": before,
        "desks": plan.desks,
        "own_per_s": plan.own_per_s,
        "campaign_per_s": plan.campaign_per_s,
        "live_ms": all_live,
        "live_parts_ms": parts,
        "never_arrived": missing,
        "poller_ms": spread(polled[0]),
        "most_p99_ms": MOST_P99_MS,
        "passed": not missing and all_live["n"] > 0 and all_live["p99"] <= MOST_P99_MS,
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as text."""
    rows = [f"{found['desks']} desks, {found['own_per_s']} events/s for one, {found['campaign_per_s']}/s for all"]
    for name, key in (("live", "live_ms"), ("asking once a second", "poller_ms")):
        ms = found[key]
        rows.append(f"{name}   {ms['n']} arrivals, ms: p50 {ms['p50']}, p95 {ms['p95']}, p99 {ms['p99']}")
    aim = f"p99 at most {found['most_p99_ms']} ms and nothing lost ({found['never_arrived']} never arrived)"
    return [*rows, verdict(found["passed"], aim)]


def _events(db: Database, made: floor.Floor, plan: Plan, latencies: Any) -> tuple[list[float], int]:
    """Write events at the plan's rates; returns each arrival's latency and how many never arrived."""
    due: list[tuple[float, str]] = []
    for rate, own in ((plan.own_per_s, True), (plan.campaign_per_s, False)):
        due += [(n / rate, "user" if own else "campaign") for n in range(int(plan.seconds * rate))]
    committed: dict[str, tuple[float, int]] = {}
    begin = time.monotonic() + 0.2
    for after, kind in sorted(due):
        time.sleep(max(0.0, begin + after - time.monotonic()))
        name = secrets.token_hex(6)
        who = random.choice(made.users) if kind == "user" else made.campaign_id
        with db.write() as s:
            tell(s, clock.now(), "call" if kind == "user" else "campaign", f"{kind}:{who}", bench=name)
        committed[name] = (time.monotonic(), 1 if kind == "user" else plan.desks)
    time.sleep(2.0)
    found: list[float] = latencies(committed)
    return found, sum(count for _, count in committed.values()) - len(found)


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--quick", is_flag=True, help="A few desks, a few seconds, and no figure to quote.")
def command(as_json: bool, quick: bool) -> None:
    """From an event's commit until 200 open pages have it."""
    found = run(QUICK if quick else Plan())
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
