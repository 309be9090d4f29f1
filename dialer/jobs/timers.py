"""What the jobs process does by the clock: each in its own thread, so that a slow one holds nothing else up."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete

from dialer.clock import now
from dialer.desk import promises
from dialer.desk.appointments import tending
from dialer.jobs import imports
from dialer.leads import late
from dialer.mail import sending
from dialer.recordings import due, retention
from dialer.recordings.names import settled_folder
from dialer.settings import Settings
from dialer.store import Database
from dialer.store.messages import Command, Outbox
from dialer.touches import due as due_touches

log = structlog.get_logger("jobs")
OUTBOX_KEPT = timedelta(hours=1)
"""How long a page may have been away and still hear what it missed; later it fetches everything again."""
COMMANDS_KEPT = timedelta(days=7)


@dataclass(frozen=True)
class Timer:
    """``work`` is done at once and then every ``every_s``."""

    name: str
    every_s: float
    work: Callable[[], Any]

    def run(self, stop: threading.Event) -> None:
        """Until ``stop``; a failure is written down and tried again next time."""
        while not stop.is_set():
            began = time.monotonic()
            try:
                self.work()
            except Exception:
                log.exception("timer_failed", timer=self.name)
            stop.wait(max(0.0, self.every_s - (time.monotonic() - began)))


def forget(db: Database) -> None:
    """Throw away outbox lines and done commands that nobody needs any more."""
    with db.write() as s:
        s.execute(delete(Outbox).where(Outbox.at < now() - OUTBOX_KEPT))
        s.execute(delete(Command).where(Command.done_at < now() - COMMANDS_KEPT))


def timers(db: Database, settings: Settings) -> list[Timer]:
    """Everything that comes round."""
    secret = settings.secret_key.get_secret_value()
    return [
        Timer("recordings", due.SETTLE_EVERY_S, lambda: due.settle_due(db, settings)),
        Timer("recordings_sweep", due.SWEEP_EVERY_S, lambda: due.sweep_due(db, settings)),
        Timer("touches", due_touches.EVERY_S, lambda: due_touches.look(db, settings.public_url, secret, now())),
        Timer("promises", promises.EVERY_S, lambda: promises.look(db, now())),
        Timer("appointments", tending.EVERY_S, lambda: tending.look(db, now())),
        Timer("mail", sending.EVERY_S, lambda: sending.send_due(db, settings.mail, now())),
        Timer(
            "recordings_old",
            retention.EVERY_S,
            lambda: retention.clear_due(db, settled_folder(settings), now()),
        ),
        Timer("handoffs_late", late.EVERY_S, lambda: late.look(db, now())),
        Timer("forget", 300, lambda: forget(db)),
        Timer("forget_uploads", 3600, lambda: imports.forget(settings)),
    ]
