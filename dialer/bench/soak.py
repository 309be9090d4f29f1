"""``dialer bench soak``: a long day of 100 operators; does memory grow, does a call or an operator get lost?

The production engine on the pretend network's virtual clock, robots at the desks, half of the contacts answering. The
link to the network breaks twice an hour and comes back. After each hour: resident memory, calls of the network that no
attempt knows, attempts and operators that hang. The first hour is what the last is compared with. Imports the core.
"""

from __future__ import annotations

import gc
import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select

from dialer.bench.figures import machine, table, verdict
from dialer.bench.virtual_day import Day, day
from dialer.rules.words import AttemptState, OperatorState
from dialer.store.calls import IS_OPEN, Attempt
from dialer.store.desk import OperatorSession

OPERATORS, HOURS, CONTACTS_AN_HOUR = 100, 8, 150
"""Contacts are per operator and hour: more than can be worked off."""
BREAKS_AN_HOUR = 2
BREAK_S = 20.0
MOST_GROWTH = 1.05


def memory_mib() -> float:
    """Resident memory of this process."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def orphans(made: Day) -> dict[str, int]:
    """Legs nobody knows, attempts whose leg is gone, operators who have a call that is over."""
    with made.db.read() as s:
        up = (AttemptState.SENT, AttemptState.RINGING, AttemptState.ANSWERED, AttemptState.CONNECTED)
        attempts = set(s.scalars(select(Attempt.id).where(Attempt.state.in_(up), IS_OPEN)))
        desks = s.scalars(select(OperatorSession).where(OperatorSession.state != OperatorState.OFFLINE)).all()
    live = made.network.live_legs()
    phones = {row.leg for row in desks}
    stuck = [row for row in desks if row.state is OperatorState.TALKING and row.attempt_id not in live]
    return {"legs": len(live - attempts - phones), "attempts": len(attempts - live), "operators": len(stuck)}


def hour(made: Day, seconds: float) -> dict[str, Any]:
    """One hour (or ``seconds`` of it) with its breaks, then a quiet minute in which everything has to settle."""
    before, begin = made.closed(), time.monotonic()
    for _ in range(BREAKS_AN_HOUR):
        made.pass_time(seconds / BREAKS_AN_HOUR)
        made.network.break_link()
        made.pass_time(BREAK_S)
        made.network.start(made.engine.post, made.engine.ask)
    made.pass_time(60.0)
    made.network.forget()
    abandoned = made.count("SELECT count(*) FROM attempt WHERE abandoned")
    answered = made.count("SELECT count(*) FROM attempt WHERE answered_at IS NOT NULL")
    return {
        "attempts": made.closed() - before,
        "took_s": round(time.monotonic() - begin, 1),
        "memory_mib": round(memory_mib(), 1),
        "abandon_rate": round(abandoned / max(1, answered), 4),
        "orphans": orphans(made),
    }


def run(operators: int = OPERATORS, hours: int = HOURS, hour_s: float = 3600.0) -> dict[str, Any]:
    """Work ``hours`` hours of ``hour_s`` virtual seconds each."""
    before = machine()
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as home:
        contacts = round(operators * hours * CONTACTS_AN_HOUR * hour_s / 3600) + 10 * operators
        with day(Path(home), operators, contacts) as made:
            found = []
            for n in range(1, hours + 1):
                found.append(hour(made, hour_s))
                click.echo(f"hour {n} of {hours}: {found[-1]['memory_mib']} MiB", err=True)
    growth = round(found[-1]["memory_mib"] / found[0]["memory_mib"], 3)
    lost = sum(sum(one["orphans"].values()) for one in found)
    return {
        "machine": before,
        "operators": operators,
        "hours": found,
        "breaks": BREAKS_AN_HOUR * hours,
        "memory_growth": growth,
        "most_growth": MOST_GROWTH,
        "orphans": lost,
        "passed": growth <= MOST_GROWTH and not lost,
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as text."""
    rows: list[tuple[object, ...]] = [("hour", "attempts", "took s", "memory MiB", "abandoned", "orphans")]
    for n, one in enumerate(found["hours"], 1):
        lost = sum(one["orphans"].values())
        rows.append((n, one["attempts"], one["took_s"], one["memory_mib"], f"{one['abandon_rate']:.2%}", lost))
    return [
        *table(rows),
        f"the link broke {found['breaks']} times; memory after the last hour over the first:"
        f" {found['memory_growth']} (aim: at most {found['most_growth']})",
        verdict(found["passed"], f"memory stays, and {found['orphans']} calls or operators were left behind (aim: 0)"),
    ]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--quick", is_flag=True, help="Two short hours of few operators, and no figure to quote.")
@click.option("--hours", type=click.IntRange(1, 48), default=HOURS, show_default=True, help="Virtual hours.")
def command(as_json: bool, quick: bool, hours: int) -> None:
    """A long day on a virtual clock: memory, and whatever is left behind."""
    found = run(operators=3, hours=2, hour_s=60.0) if quick else run(hours=hours)
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
