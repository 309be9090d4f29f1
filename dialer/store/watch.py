"""Waiting for other processes' commits without polling tables.

SQLite: ``PRAGMA data_version`` changes when another connection committed (4 µs a look, every 15 ms).
PostgreSQL: LISTEN; the writer calls :func:`nudge` in its transaction, coalesced by PostgreSQL itself per transaction.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from dialer.store.database import Database

CHANNEL = "warmline"
LOOK_S = 0.015


def nudge(session: Session) -> None:
    """Tell the watchers of other processes, at commit, that there is something for them."""
    if session.info.get("nudged"):
        return
    session.info["nudged"] = True
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"NOTIFY {CHANNEL}"))


class Watch:
    """One thread's ear on the database. Not to be shared between threads."""

    def __init__(self, db: Database) -> None:
        self._sqlite = db.sqlite
        self._raw = db.engine.raw_connection()
        driver: Any = self._raw.driver_connection
        self._connection = driver
        if not self._sqlite:
            self._connection.autocommit = True
            self._connection.execute(f"LISTEN {CHANNEL}")
        self._version = self._look() if self._sqlite else 0

    def wait(self, timeout_s: float) -> bool:
        """Return True as soon as something was committed since the last call, False after ``timeout_s``."""
        if not self._sqlite:
            return any(True for _ in self._connection.notifies(timeout=timeout_s, stop_after=1))
        end = time.monotonic() + timeout_s
        while (version := self._look()) == self._version:
            left = end - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(LOOK_S, left))
        self._version = version
        return True

    def _look(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """Give the connection back; it is not reused, since it may be listening."""
        self._raw.invalidate()
