"""``dialer bench fresh``: from a change of the list to its effect, while the list is dialled; and a hopper beside it.

The engine dials in real time on the pretend network (everybody is busy). Meanwhile a contact from far down gets the
highest priority, a promised call comes due, and the numbers that would be next are suppressed. Counted from the commit
until the attempt is in the database; and calls sent to a number after its suppression was committed. The hopper runs on
a virtual clock, since it would take an hour otherwise. Imports the core.
"""

from __future__ import annotations

import json
import tempfile
import threading
import time
from datetime import UTC, datetime
from typing import Any

import click
from sqlalchemy import select, text

from dialer import clock
from dialer.bench import floor, fresh_hopper
from dialer.bench.figures import machine, spread, table, verdict
from dialer.bench.floor import Floor, until
from dialer.compliance import suppression
from dialer.engine.core import Engine
from dialer.providers.pretend import Callee, PretendProvider
from dialer.rules.words import ContactState, Outcome
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.watch import Watch

CONTACTS, RATE, CHANGES, PAUSE_S = 20_000, 10.0, 60, 0.5
NEXT_ONES = 3
"""So many of the contacts that would be dialled next are suppressed at each change."""
MOST_OF_HOPPER = 1 / 30
NEVER = datetime.max.replace(tzinfo=UTC)


class Changes:
    """Makes the changes and remembers when each was committed. Contacts are taken from the list's end."""

    def __init__(self, made: Floor, contacts: int) -> None:
        self.made = made
        self.last = contacts
        self.urgent: dict[int, datetime] = {}
        self.promised: dict[int, datetime] = {}
        self.suppressed: dict[str, datetime] = {}

    def prefer(self) -> None:
        """The last contact becomes the most important one."""
        self.last -= 1
        self._set(self.urgent, "priority = 100")

    def promise(self) -> None:
        """A callback comes due now."""
        self.last -= 1
        self._set(self.promised, "state = 'waiting', band = 0, due_at = created_at")

    def _set(self, known: dict[int, datetime], values: str) -> None:
        with self.made.db.write() as s:
            s.execute(text(f"UPDATE contact SET {values} WHERE id = :id"), {"id": self.last})  # noqa: S608
        known[self.last] = clock.now()

    def suppress(self) -> None:
        """The numbers that are next in the list's order must not be dialled any more."""
        with self.made.db.write() as s:
            first = select(ContactNumber.number).join(Contact, Contact.id == ContactNumber.contact_id)
            first = first.where(Contact.state == ContactState.READY, Contact.priority == 0).order_by(Contact.id)
            numbers = list(s.scalars(first.limit(NEXT_ONES)))
            for number in numbers:
                suppression.add(s, number, clock.now(), reason="bench", source="request")
        self.suppressed |= dict.fromkeys(numbers, clock.now())


def ours(db: Database, contacts: int, changes: int) -> dict[str, Any]:
    """Dial, change, and look at what the database says of it."""
    made = floor.make(db, contacts=contacts, operators=3, calls_per_second=RATE, max_lines=100, record=False)
    network = PretendProvider(callee=lambda _: Callee(0.05, Outcome.BUSY))
    engine = Engine(db, network, name="bench")
    network.run_live()
    engine.start()
    threads = [threading.Thread(target=engine.run), threading.Thread(target=_wake, args=(db, engine), daemon=True)]
    for thread in threads:
        thread.start()
    try:
        made.sit_down()
        until(made.all_ready, 60.0, "the operators' phones did not come up")
        changed = Changes(made, contacts)
        for n in range(changes):
            (changed.prefer, changed.promise, changed.suppress)[n % 3]()
            time.sleep(PAUSE_S)
        time.sleep(1.0)
    finally:
        engine.stop()
        threads[0].join()
        engine.close()
    return _effects(db, changed)


def _wake(db: Database, engine: Engine) -> None:
    watch = Watch(db)
    while not engine._stop.is_set():
        if watch.wait(1.0):
            engine.wake()
    watch.close()


def _effects(db: Database, changed: Changes) -> dict[str, Any]:
    with db.read() as s:
        placed = {row.contact_id: row.placed_at for row in s.execute(select(Attempt.contact_id, Attempt.placed_at))}
        sent = s.execute(select(Attempt.to_number, Attempt.sent_at).where(Attempt.sent_at.is_not(None))).all()
    suppressed = changed.suppressed
    return {
        "priority_ms": _delays(changed.urgent, placed),
        "callback_ms": _delays(changed.promised, placed),
        "suppressed": len(suppressed),
        "dialled_after": sum(at is not None and at > suppressed.get(to, NEVER) for to, at in sent),
    }


def _delays(changed: dict[int, datetime], placed: dict[int, datetime]) -> dict[str, float]:
    """Milliseconds; one that was never dialled counts as an hour."""
    never = 3_600_000.0
    took = [(placed[n] - at).total_seconds() * 1000 if n in placed else never for n, at in changed.items()]
    return spread([max(0.0, ms) for ms in took], 0)


def run(contacts: int = CONTACTS, changes: int = CHANGES) -> dict[str, Any]:
    """Measure ours, then the hopper."""
    before = machine()
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as home:
        db = Database(f"sqlite:///{home}/bench.db")
        found = ours(db, contacts, changes)
        db.close()
    seconds, forbidden, dialled = fresh_hopper.delays(RATE, 300)
    peer = spread([s * 1000 for s in seconds], 0)
    part = round(max(found["priority_ms"]["p95"], found["callback_ms"]["p95"]) / peer["p95"], 4)
    return {
        "machine": before,
        "rate": RATE,
        "ours": found,
        "hopper": {"priority_ms": peer, "suppressed": forbidden, "dialled_after": dialled},
        "of_hopper": part,
        "most_of_hopper": round(MOST_OF_HOPPER, 4),
        "passed": part <= MOST_OF_HOPPER and not found["dialled_after"],
    }


def lines(found: dict[str, Any]) -> list[str]:
    """The figures as text."""
    rows: list[tuple[object, ...]] = [("change", "n", "p50 ms", "p95 ms", "most ms")]
    given = found["ours"]
    of_hopper = ("hopper: priority", found["hopper"]["priority_ms"])
    for name, ms in (("priority", given["priority_ms"]), ("callback due", given["callback_ms"]), of_hopper):
        rows.append((name, ms["n"], ms["p50"], ms["p95"], ms["max"]))
    peer = found["hopper"]
    return [
        *table(rows),
        f"dialled after they were suppressed: {given['dialled_after']} of {given['suppressed']} numbers (aim: 0);"
        f" hopper: {peer['dialled_after']} of {peer['suppressed']}",
        verdict(found["passed"], f"p95 is {found['of_hopper']} of the hopper's (aim: {found['most_of_hopper']})"),
    ]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
@click.option("--quick", is_flag=True, help="A few changes, and no figure to quote.")
def command(as_json: bool, quick: bool) -> None:
    """From a change of the list to its effect, while it is dialled."""
    found = run(2_000, 6) if quick else run()
    click.echo(json.dumps(found, indent=1) if as_json else "\n".join(lines(found)))
