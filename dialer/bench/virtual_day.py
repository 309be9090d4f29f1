"""A sales floor on a virtual clock: the production engine, the pretend network, robots at the desks, in one process.

A day passes as fast as the engine can work it off, so what is measured is the engine's own cost. Imports the core.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import event, text

from dialer import clock
from dialer.bench import floor
from dialer.engine.core import Engine
from dialer.providers.base import Event
from dialer.providers.pretend import Callee, PretendProvider
from dialer.rules.words import Outcome
from dialer.store import Database

ANSWERED, TALK_S, RING_S = 0.5, 60.0, 8.0
ROWS = ("attempt", "attempt_move", "operator_move", "outbox", "funnel_move")
"""Tables that a call adds lines to."""


class Day:
    """``operators`` at work in a progressive campaign of ``contacts``; time passes only in :meth:`pass_time`."""

    def __init__(self, db: Database, operators: int, contacts: int) -> None:
        self.now = clock.now()
        self.db = db
        self.dice = random.Random(operators)
        self.statements = 0
        self.engine_cpu_s = 0.0
        self.events = 0
        event.listen(db.engine, "before_cursor_execute", self._count)
        self.floor = floor.make(
            db, contacts=contacts, operators=operators, calls_per_second=1000.0, max_lines=4000, record=False
        )
        self.network = PretendProvider(lambda: self.now, self._callee)
        self.engine = self.new_engine()
        self.engine.start()
        self.floor.sit_down()

    def new_engine(self) -> Engine:
        """An engine on the virtual clock; the network's events are counted on their way to it."""
        engine = Engine(
            self.db, self.network, name="bench", clock=lambda: self.now, steady=lambda: self.now.timestamp()
        )
        post = engine.post

        def counted(event: Event) -> None:
            self.events += 1
            post(event)

        engine.post = counted  # type: ignore[method-assign]
        return engine

    def _count(self, *_: object) -> None:
        self.statements += 1

    def _callee(self, number: str) -> Callee:
        rings = self.dice.lognormvariate(1.8, 0.45)
        if self.dice.random() < ANSWERED:
            return Callee(rings, talk_s=self.dice.lognormvariate(3.8, 0.8))
        return Callee(rings, Outcome.BUSY)

    def pass_time(self, seconds: float, step_s: float = 0.5) -> None:
        """Let so much virtual time pass."""
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.now += timedelta(seconds=step_s)
            self.network.advance()
            begin = time.process_time()
            self.engine.turn()
            while self.engine.inbox.waiting:  # a turn takes so many events at most; the next one follows at once
                self.engine.turn()
            self.engine_cpu_s += time.process_time() - begin
            self.network.advance()
            self.floor.save_wrap_ups(self.now)

    def closed(self) -> int:
        """Attempts worked off so far."""
        return self.count("SELECT count(*) FROM attempt WHERE state = 'closed'")

    def count(self, sql: str) -> int:
        """One number of the database."""
        with self.db.read() as s:
            return int(s.execute(text(sql)).scalar() or 0)

    def rows(self) -> int:
        """Lines in the tables that a call adds to."""
        return sum(self.count(f"SELECT count(*) FROM {name}") for name in ROWS)  # noqa: S608


@contextmanager
def day(home: Path, operators: int, contacts: int) -> Iterator[Day]:
    """A day on a fresh SQLite database in ``home``."""
    db = Database(f"sqlite:///{home}/day-{operators}.db")
    made = Day(db, operators, contacts)
    try:
        yield made
    finally:
        made.network.stop()
        db.close()
