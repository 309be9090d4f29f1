"""``dialer bench dial``: attempts per second of the whole way of a call, against a bare AMI originate loop.

The whole way is the product's own engine as a process of its own: claim, gate, attempt and journal in the database,
originate, answer, FastAGI, an operator's room, hang-up, outcome; then a robot saves the wrap-up as the desk would and
its operator is ready for the next one. The same Asterisk and the same SIPp serve both; bare, whole, bare, in one run,
and the bare loop into the operators' rooms, which tells what is the PBX's own part.
A second part dials at a fixed rate and tells how late each attempt was. Imports the core, SIPp, the lab.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select

from dialer import clock
from dialer.bench import bare_dial, floor, robots, sipp
from dialer.bench.figures import cpu_s, machine, spread, verdict
from dialer.bench.floor import Floor, until
from dialer.bench.lateness import Watcher, lateness_ms
from dialer.bench.peer import Peer
from dialer.bench.postgres import free_port
from dialer.lab import Lab
from dialer.lab.status import LabStatus
from dialer.store import Database
from dialer.store.calls import Attempt, AttemptMove
from dialer.store.desk import OperatorSession

TALK_MS = 300
"""A called party stays so long: enough for an operator to be found even while the engine is at its limit."""
BARE_TALK_MS, BARE_LINES = 100, 40
"""The bare loop needs nobody in a room, so its calls may be as short as it is best at."""
LEAST_RATIO = 0.5
MOST_LATE_MS = 100.0
CONTACTS = 20_000
WARM_S = 3.0
"""The first seconds of each part are not counted: pools fill, caches warm, operators sit down."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How much of it: seconds of each bare leg, of the whole way, of the fixed rate, and its calls per second."""

    operators: int = 40
    bare_s: float = 12.0
    whole_s: float = 30.0
    paced_s: float = 60.0
    rate: float = 25.0
    record: bool = False


QUICK = Plan(operators=8, bare_s=3.0, whole_s=4.0, paced_s=5.0, rate=5.0)


def run(plan: Plan, url: str = "") -> dict[str, Any]:
    """Measure. ``url``: an empty database; a new SQLite file if not given. Raises BadInput, LabUnavailable."""
    before = machine()
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as folder, ExitStack() as stack:
        home = Path(folder)
        port = free_port()
        status = stack.enter_context(_lab(home, plan, port))
        with sipp.answering(port, BARE_TALK_MS, home):
            first = bare_dial.run(status, 1, BARE_LINES, plan.bare_s)
        with (
            sipp.answering(port, TALK_MS, home),
            _floor(home, plan, status, url or f"sqlite:///{home}/bench.db") as made,
        ):
            database = made.db.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
            with robots.at_work(database, made.campaign_id) as desks:
                pids = {
                    "engine": [made.engine.pid if made.engine else 0],
                    "pbx": [status.pids["pbx"]],
                    "robots": desks,
                    "phones": [os.getpid()],
                }
                whole = _whole_way(made, plan.whole_s, pids)
                paced = _paced(made, status, plan)
            seated = _into_rooms(made, status, plan, int(first["next"]) + 1000)
        with sipp.answering(port, BARE_TALK_MS, home):
            second = bare_dial.run(status, int(seated["next"]) + 1000, BARE_LINES, plan.bare_s)
    return _result(plan, before, (first, seated, second), whole, paced, url)


def _result(plan: Plan, before: dict[str, Any], bare: Any, whole: Any, paced: Any, url: str) -> dict[str, Any]:
    first, seated, second = bare
    peer = (first["per_s"] + second["per_s"]) / 2
    ratio = round(whole["per_s"] / peer, 2) if peer else 0.0
    on_time = paced["late_ms"]["max"] <= MOST_LATE_MS
    return {
        "machine": before,
        "database": "postgresql" if url else "sqlite",
        "operators": plan.operators,
        "recorded": plan.record,
        "bare_lines": BARE_LINES,
        "bare_per_s": [first["per_s"], second["per_s"]],
        "rooms_per_s": seated["per_s"],
        "whole": whole,
        "ratio": ratio,
        "ratio_of_rooms": round(whole["per_s"] / seated["per_s"], 2) if seated["per_s"] else 0.0,
        "least_ratio": LEAST_RATIO,
        "paced": paced,
        "most_late_ms": MOST_LATE_MS,
        "passed": ratio >= LEAST_RATIO and on_time,
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as text."""
    whole, paced, ratio = found["whole"], found["paced"], found["ratio"]
    late, channel = paced["late_ms"], paced["channel_late_ms"]
    used = ", ".join(f"{name} {ms}" for name, ms in whole["cpu_ms_per_attempt"].items())
    return [
        f"bare loop   {' and '.join(map(str, found['bare_per_s']))} calls/s ({found['bare_lines']} lines)",
        f"into rooms  {found['rooms_per_s']} calls/s (the same loop, into the rooms of those {found['operators']} "
        f"operators, calls as long as the whole way's; no engine, no database): ratio {found['ratio_of_rooms']}",
        f"whole way   {whole['per_s']} attempts/s ({found['operators']} operators, {found['database']}; "
        f"{whole['connected']} of {whole['attempts']} in a room with an operator)",
        f"            processor time per attempt, ms: {used}",
        verdict(ratio >= found["least_ratio"], f"ratio {ratio} (aim: at least {found['least_ratio']})"),
        f"at {paced['rate']} calls/s for {paced['seconds']} s: {paced['attempts']} attempts,"
        f" {paced['achieved_per_s']} a second",
        f"            the PBX had the channel late by, ms: p50 {channel['p50']}, p99 {channel['p99']}",
        verdict(
            late["max"] <= found["most_late_ms"],
            f"late by, ms: p50 {late['p50']}, p99 {late['p99']}, most {late['max']} (aim: {found['most_late_ms']})",
        ),
    ]


@contextmanager
def _lab(home: Path, plan: Plan, port: int) -> Iterator[LabStatus]:
    """The lab's PBX with its trunk to ``port``, where SIPp will be."""
    lab = Lab(
        home / "lab",
        trunk=f"sip:127.0.0.1:{port}",
        fastagi=f"127.0.0.1:{free_port()}",
        operators=plan.operators,
        closers=0,
    )
    status = lab.up()
    try:
        yield status
    finally:
        lab.down(wipe=True)


@contextmanager
def _floor(home: Path, plan: Plan, status: LabStatus, url: str) -> Iterator[Floor]:
    """Operators with registered phones, all ready, and the engine; the campaign does not dial yet."""
    db = Database(url)
    made = floor.make(
        db,
        contacts=CONTACTS,
        operators=plan.operators,
        calls_per_second=0.001,
        max_lines=200,
        ring_s=20,
        record=plan.record,
    )
    phones = {name: status.phone(name).password for name in (f"sip-op-{n + 1}" for n in range(plan.operators))}
    peer = Peer((status.sip_host, status.sip_port))
    engine = made.engine = floor.start_engine(db, status, home)
    try:
        peer.register(phones)
        made.sit_down()
        until(
            made.all_ready,
            60.0,
            f"the operators' phones did not come up: {(home / 'engine.log').read_text()[-800:]}",
        )
        yield made
    finally:
        engine.terminate()
        engine.wait(20)
        peer.close()
        db.close()


def _whole_way(made: Floor, seconds: float, pids: dict[str, list[int]]) -> dict[str, Any]:
    """Attempts that were closed, outcome in the database, per second of a stretch of steady work."""
    made.set_campaign(calls_per_second=1000.0)
    time.sleep(WARM_S)
    begin, before = clock.now(), _used_s(pids)
    time.sleep(seconds)
    found = _closed_between(made.db, begin, clock.now())
    calls = max(1, found["attempts"])
    found["cpu_ms_per_attempt"] = {n: round((s - before[n]) * 1000 / calls, 1) for n, s in _used_s(pids).items()}
    made.set_campaign(calls_per_second=0.001)
    time.sleep(3.0)
    return found


def _into_rooms(made: Floor, status: LabStatus, plan: Plan, first: int) -> dict[str, float]:
    """What the PBX itself can do for operators in rooms: the bare loop, one call a room; the engine has ended."""
    if made.engine is not None:
        made.engine.terminate()
        made.engine.wait(20)
    with made.db.read() as s:
        rooms = s.scalars(select(OperatorSession.room).where(OperatorSession.room != "")).all()
    return bare_dial.run(status, first, len(rooms), plan.bare_s, rooms)


def _used_s(pids: dict[str, list[int]]) -> dict[str, float]:
    return {name: sum(map(cpu_s, some)) for name, some in pids.items()}


def _closed_between(db: Database, begin: datetime, end: datetime) -> dict[str, Any]:
    took = (end - begin).total_seconds()
    with db.read() as s:
        rows = s.execute(
            select(Attempt.connected_at.is_not(None), Attempt.abandoned, func.count())
            .where(Attempt.closed_at >= begin, Attempt.closed_at < end)
            .group_by(Attempt.connected_at.is_not(None), Attempt.abandoned)
        ).all()
    whole = sum(n for connected, _, n in rows if connected)
    return {
        "seconds": round(took, 1),
        "attempts": sum(n for _, _, n in rows),
        "connected": whole,
        "per_s": round(whole / took, 1),
        "abandoned": sum(n for _, abandoned, n in rows if abandoned),
    }


def _paced(made: Floor, status: LabStatus, plan: Plan) -> dict[str, Any]:
    """Dial at a fixed rate; each attempt's lateness against the schedule the rate gives."""
    begin = clock.now()
    with Watcher(status) as watcher:
        made.set_campaign(calls_per_second=plan.rate)
        time.sleep(plan.paced_s + WARM_S)
        made.set_campaign(calls_per_second=0.001)
        time.sleep(2.0)
    burst = int(plan.rate)
    with made.db.read() as s:
        query = select(Attempt.id, Attempt.sent_at).where(Attempt.placed_at >= begin).order_by(Attempt.sent_at)
        sent = [(name, at) for name, at in s.execute(query).all() if at is not None][burst:]
        moves = s.scalar(select(func.count()).select_from(AttemptMove).where(AttemptMove.at >= begin)) or 0
    epoch = [at.timestamp() for _, at in sent]
    seen = [watcher.seen[name] for name, _ in sent if name in watcher.seen]
    return {
        "rate": plan.rate,
        "seconds": plan.paced_s,
        "attempts": len(sent),
        "achieved_per_s": round((len(sent) - 1) / (epoch[-1] - epoch[0]), 2) if len(sent) > 1 else 0.0,
        "late_ms": spread(lateness_ms(epoch, plan.rate)),
        "channel_late_ms": spread(lateness_ms(seen, plan.rate)),
        "moves_per_attempt": round(moves / max(1, len(sent) + burst), 1),
    }


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--quick", is_flag=True, help="A few operators, a few seconds, and no figure to quote.")
@click.option("--database", metavar="URL", default="", help="An empty PostgreSQL database; SQLite if not given.")
@click.option("--record", is_flag=True, help="Record the calls too.")
def command(as_json: bool, quick: bool, database: str, record: bool) -> None:
    """The whole way of a call against a bare originate loop; then a fixed rate, and how late each attempt was."""
    found = run(replace(QUICK if quick else Plan(), record=record), database)
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
