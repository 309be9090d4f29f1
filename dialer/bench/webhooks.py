"""``dialer bench webhooks``: signed webhooks a second through the real web process: signature, dedup, commit.

A fixed rate for a minute, then a burst that must not lose one. The clock of each webhook starts when it was due, not
when a sender was free, so that waiting counts (no coordinated omission). Beside it, a floor: an address that is not
there, in the same process at the same rate. Every webhook is about an attempt of the books; the rows are counted after.
Imports the core and the stand-in's signature; the web process is started as users start it.
"""

from __future__ import annotations

import http.client
import json
import os
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import click
from sqlalchemy import func, insert, select

from dialer import clock, ids
from dialer.bench import postgres
from dialer.bench.figures import machine, spread, table, verdict
from dialer.bench.floor import make, until
from dialer.lab.twilio.mail import signature
from dialer.lab.twilio.server import ACCOUNT, TOKEN
from dialer.rules.words import AttemptState, Mode
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.provider import ProviderEvent

MOST_P99_MS = 250.0
SENDERS = 32
ATTEMPTS = 2_000
Request = tuple[str, str, bytes, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Rates in webhooks a second."""

    rate: float = 100.0
    seconds: float = 60.0
    burst: float = 400.0
    burst_s: float = 10.0


QUICK = Plan(rate=20.0, seconds=2.0, burst=40.0, burst_s=1.0)


def run(plan: Plan, kind: str) -> dict[str, Any]:
    """Measure on ``kind`` (postgresql or sqlite). Raises BadInput where no PostgreSQL is installed."""
    before = machine()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="warmline-bench-")))
        url = stack.enter_context(postgres.server()) if kind == "postgresql" else f"sqlite:///{home}/bench.db"
        db = Database(url)
        stack.callback(db.close)
        legs = _attempts(db)
        port = stack.enter_context(_web(url, home))
        host = f"http://127.0.0.1:{port}"
        bare = _send(port, plan.rate, min(10.0, plan.seconds), lambda n: ("GET", "/token", b"", {}))
        steady = _send(port, plan.rate, plan.seconds, _webhooks(host, legs, 0))
        burst = _send(port, plan.burst, plan.burst_s, _webhooks(host, legs, 1_000_000))
        kept = _rows(db)
    sent = steady["n"] + burst["n"]
    lost = sent - kept + steady["refused"] + burst["refused"]
    return {
        "machine": before,
        "database": kind,
        "bare": bare,
        "steady": steady,
        "burst": burst,
        "sent": sent,
        "kept": kept,
        "most_p99_ms": MOST_P99_MS,
        "passed": steady["ms"]["p99"] <= MOST_P99_MS and lost == 0,
    }


def _attempts(db: Database) -> list[str]:
    """Books with attempts that Twilio is carrying out."""
    floor = make(db, contacts=ATTEMPTS)
    legs, now = [ids.new("a") for _ in range(ATTEMPTS)], clock.now()
    common = {
        "campaign_id": floor.campaign_id,
        "provider": "twilio",
        "provider_ref": "",
        "mode": Mode.PROGRESSIVE,
        "state": AttemptState.SENT,
        "to_number": "+79160000000",
        "placed_at": now,
        "sent_at": now,
    }
    with db.write() as s:
        s.execute(
            insert(Attempt), [{"id": leg, "contact_id": n, "number_id": n, **common} for n, leg in enumerate(legs, 1)]
        )
    return legs


@contextmanager
def _web(url: str, home: Path) -> Iterator[int]:
    """``dialer web`` as users start it."""
    port = postgres.free_port()
    values = {
        "DATABASE_URL": url,
        "DATA": str(home),
        "SECRET_KEY": secrets.token_hex(32),
        "WEB_PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "PROVIDER": "twilio",
        "TWILIO__ACCOUNT_SID": ACCOUNT,
        "TWILIO__AUTH_TOKEN": TOKEN,
        "LOG_LEVEL": "ERROR",
    }
    environ = {**os.environ, **{f"DIALER_{name}": value for name, value in values.items()}}
    words = [sys.executable, "-m", "dialer", "web"]
    with (home / "web.log").open("wb") as log:
        process = subprocess.Popen(words, env=environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), 30.0, "the web process did not come up")
        yield port
    finally:
        process.terminate()
        process.wait(20)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/login")
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def _webhooks(host: str, legs: list[str], first: int) -> Callable[[int], Request]:
    """The n-th webhook, signed; each is new to us."""
    calls = ["CA" + secrets.token_hex(16) for _ in legs]

    def make_one(n: int) -> Request:
        which = n % len(legs)
        path = f"/twilio/status/{legs[which]}"
        form = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "CallSid": calls[which],
            "CallStatus": "ringing",
            "CallbackSource": "call-progress-events",
            "Called": "+79160000000",
            "Direction": "outbound-api",
            "SequenceNumber": str((first + n) // len(legs) % 1_000_000),
            "To": "+79160000000",
        }
        headers = {
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "X-Twilio-Signature": signature(TOKEN, host + path, form),
        }
        return "POST", path, urlencode(form).encode(), headers

    return make_one


def _send(port: int, rate: float, seconds: float, make_one: Callable[[int], Request]) -> dict[str, Any]:
    """Send at a fixed rate from :data:`SENDERS` kept-open connections."""
    requests = [make_one(n) for n in range(int(rate * seconds))]
    took: list[float] = [0.0] * len(requests)
    refused = [0] * SENDERS
    begin = time.monotonic() + 0.2

    def sender(mine: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        for n in range(mine, len(requests), SENDERS):
            due = begin + n / rate
            time.sleep(max(0.0, due - time.monotonic()))
            try:
                connection.request(requests[n][0], requests[n][1], requests[n][2], requests[n][3])
                reply = connection.getresponse()
                reply.read()
                refused[mine] += requests[n][0] == "POST" and reply.status != 204
            except (OSError, http.client.HTTPException):
                refused[mine] += 1
                connection.close()
            took[n] = (time.monotonic() - due) * 1000
        connection.close()

    threads = [threading.Thread(target=sender, args=(mine,)) for mine in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lasted = time.monotonic() - begin
    return {"n": len(requests), "per_s": round(len(requests) / lasted, 1), "refused": sum(refused), "ms": spread(took)}


def _rows(db: Database) -> int:
    with db.read() as s:
        return s.scalar(select(func.count()).select_from(ProviderEvent)) or 0


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as text."""
    rows: list[tuple[object, ...]] = [("", "n", "per s", "p50 ms", "p95 ms", "p99 ms", "max ms")]
    for name, what in (("bare", "a page that does not exist"), ("steady", "webhooks"), ("burst", "webhooks, burst")):
        ms = found[name]["ms"]
        rows.append((what, found[name]["n"], found[name]["per_s"], ms["p50"], ms["p95"], ms["p99"], ms["max"]))
    told = (
        f"p99 {found['steady']['ms']['p99']} ms (at most {MOST_P99_MS}), {found['kept']} kept of {found['sent']} sent"
    )
    return [f"on {found['database']}", *table(rows), verdict(found["passed"], told)]


@click.command("webhooks")
@click.option("--database", "kind", type=click.Choice(["postgresql", "sqlite"]), default="postgresql")
@click.option("--rate", default=100.0, show_default=True)
@click.option("--seconds", default=60.0, show_default=True)
@click.option("--burst", default=400.0, show_default=True)
@click.option("--burst-seconds", default=10.0, show_default=True)
@click.option("--quick", is_flag=True, help="A few seconds at a low rate, and no figure to quote.")
@click.option("--json", "as_json", is_flag=True)
def command(
    kind: str, rate: float, seconds: float, burst: float, burst_seconds: float, quick: bool, as_json: bool
) -> None:
    """Take Twilio's signed webhooks at a rate and in a burst."""
    found = run(QUICK if quick else Plan(rate, seconds, burst, burst_seconds), kind)
    click.echo(json.dumps(found) if as_json else "\n".join(lines(found)))
