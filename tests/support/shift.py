"""A shift against the lab: the real engine as a process of its own, robot operators with real SIP phones.

The robots do through the database what the desk's page does; the telephone network's own log is the judge.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from dialer import clock
from dialer.desk import session, wrap_up
from dialer.lab import Lab, LabStatus
from dialer.rules.words import AttemptState, OperatorState
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.desk import OperatorSession
from dialer.store.outbox import ask_engine
from dialer.store.people import User
from tests.lab.sip_phone import SipPhone
from tests.support import world as worlds


def until(
    true: Callable[[], object], timeout_s: float = 30.0, what: Callable[[], str] = lambda: "it did not happen in time"
) -> None:
    """Poll until ``true()``; fails with ``what()`` after ``timeout_s``."""
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end, what()
        time.sleep(0.05)


@dataclass
class Shift:
    """Use :func:`shift`."""

    world: worlds.World
    lab: Lab
    status: LabStatus
    home: Path
    engine: subprocess.Popen[bytes] | None = None
    phones: list[SipPhone] = field(default_factory=list)

    @property
    def db(self) -> Database:
        return self.world.db

    def start_engine(self, **extra: str) -> None:
        """Start ``dialer engine``; ``extra`` are further settings without their prefix."""
        found = self.status
        values = {
            "DATABASE_URL": self.db.engine.url.render_as_string(hide_password=False).replace("+psycopg", ""),
            "DATA": str(self.home),
            "PROVIDER": "asterisk",
            "AGI_PORT": found.fastagi.rpartition(":")[2],
            "ASTERISK__AMI_PORT": str(found.ami_port),
            "ASTERISK__AMI_USER": found.ami_user,
            "ASTERISK__AMI_SECRET": found.ami_secret,
            "LOG_JSON": "0",
            **extra,
        }
        environ = {**os.environ, **{f"DIALER_{name}": value for name, value in values.items()}}
        with (self.home / "engine.log").open("ab") as log:
            words = [sys.executable, "-m", "dialer", "engine"]
            self.engine = subprocess.Popen(words, env=environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def stop_engine(self) -> int:
        assert self.engine is not None
        self.engine.terminate()
        return self.engine.wait(15)

    def connect(self, which: int) -> int:
        """An operator sits down; returns the user's id once they are ready or in a call."""
        user_id = self.world.users[which]
        with self.db.write() as s:
            session.connect(s, user_id, self.world.campaign_id, clock.now())
        until(lambda: self.state(user_id) not in (OperatorState.OFFLINE, OperatorState.CONNECTING), 20, self.log)
        return user_id

    def state(self, user_id: int) -> OperatorState:
        with self.db.read() as s:
            return s.get_one(OperatorSession, user_id).state

    def work(self, user_id: int, disposition: str = "refused_hard", talk_s: float = 0.3) -> None:
        """One look of a robot operator: end a call it talks in, save a wrap-up."""
        with self.db.write() as s:
            row = session.get(s, user_id)
            now = clock.now()
            if row.state is OperatorState.TALKING and (now - row.since_at).total_seconds() > talk_s:
                attempt = s.get_one(Attempt, row.attempt_id)
                if attempt.state is AttemptState.CONNECTED:
                    ask_engine(s, now, "call.hang_up", user_id, attempt=row.attempt_id)
            elif row.state is OperatorState.WRAP_UP and row.attempt_id:
                wrap_up.save(s, row.attempt_id, user_id, disposition, now)

    def open_attempts(self) -> int:
        with self.db.read() as s:
            query = select(func.count()).select_from(Attempt).where(Attempt.state != AttemptState.CLOSED)
            return s.scalar(query) or 0

    def log(self) -> str:
        path = self.home / "engine.log"
        return path.read_text()[-3000:] if path.exists() else ""


@contextmanager
def shift(
    db: Database, lab: Lab, home: Path, *, operators: int = 2, closers: int = 0, **campaign: object
) -> Iterator[Shift]:
    """A running campaign, everybody's phone registered; the engine is not started yet."""
    world = worlds.make(db, operators=operators, closers=closers, **{"ring_s": 3, **campaign})  # type: ignore[arg-type]
    status = lab.status()
    made = Shift(world, lab, status, home)
    with ExitStack() as stack:
        with db.write() as s:
            for n, user_id in enumerate(world.users):
                name = f"sip-op-{n + 1}" if n < operators else f"sip-cl-{n - operators + 1}"
                s.get_one(User, user_id).endpoint = name
                phone = SipPhone(name, status.phone(name).password, status.sip_port)
                made.phones.append(stack.enter_context(phone))
        try:
            yield made
        finally:
            if made.engine is not None and made.engine.poll() is None:
                made.engine.kill()
                made.engine.wait()
