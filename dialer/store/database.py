"""The one door to the database: SQLite (WAL) and PostgreSQL 15 from one code.

Rule 1: every write happens inside ``with db.write() as s``; on SQLite that is BEGIN IMMEDIATE, so two writers queue up
instead of failing half-way (measured: deferred transactions of 4 threads gave tens of thousands of lock errors).
Rule 2: ``with db.read() as s`` never writes and never blocks a writer.
Rule 3: :meth:`Database.changed` waits until any process has committed something, so that nobody polls tables.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from dialer.settings import SettingsError
from dialer.store.transaction import write_appended

LOCK_WAIT_S = 30
"""How long a writer waits for another one; a lock of 10 s must be harmless."""
LOOK_S = 0.0005
"""How often a writer looks whether the other one is done."""
POOL = 40
"""Connections a process may hold: one a web thread at work, never one an open page."""


class Database:
    """An engine and its two kinds of transaction. ``url`` is SQLAlchemy's; ``sqlite:///path`` or ``postgresql://…``.

    Raises SettingsError for a database kind that is not supported.
    """

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        if backend == "postgresql":
            self.engine = create_engine(
                parsed.set(drivername="postgresql+psycopg"),
                pool_size=POOL,
                max_overflow=0,
                pool_pre_ping=True,
            )
        elif backend == "sqlite":
            self.engine = _sqlite_engine(parsed.database or "", parsed)
        else:
            raise SettingsError("DIALER_DATABASE_URL must begin with sqlite:/// or postgresql://")
        self.sqlite = backend == "sqlite"
        self._read = self.engine.execution_options(read_only_begin=True)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction that commits at the end of the block and rolls back on any exception."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session
            write_appended(session)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A transaction that only looks; always rolled back. Rows that were loaded stay readable after the block."""
        # Closing rolls back after letting go of the rows; a rollback before that would empty them.
        with Session(self._read, expire_on_commit=False, autoflush=False) as session:
            yield session

    def close(self) -> None:
        """Give every connection back to the system."""
        self.engine.dispose()


def _sqlite_engine(path: str, url: Any) -> Engine:
    if path in ("", ":memory:"):
        raise SettingsError("DIALER_DATABASE_URL needs a file: several processes share the database")
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        hide_parameters=True,
        pool_size=POOL,
        max_overflow=0,
        connect_args={"timeout": LOCK_WAIT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in (
            "journal_mode=WAL",
            # An attempt must be on the disk before the phone rings, after a power cut too (P1).
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={LOCK_WAIT_S * 1000}",
            "cache_size=-32000",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        if connection.get_execution_options().get("read_only_begin"):
            connection.exec_driver_sql("BEGIN")
        else:
            _begin_immediate(connection)

    return engine


def _begin_immediate(connection: Any) -> None:
    """Queue up for the one writer's place.

    SQLite's own waiting sleeps longer and longer, up to 100 ms, so that a busy desk starves the engine (measured:
    attempts late by a second at 25 calls/s). Looking again every half a millisecond costs next to nothing.
    """
    driver = connection.connection.driver_connection
    end = time.monotonic() + LOCK_WAIT_S
    driver.execute("PRAGMA busy_timeout=0")
    try:
        while not _begun(driver, time.monotonic() > end):
            time.sleep(LOOK_S)
    except sqlite3.OperationalError as err:
        raise OperationalError("BEGIN IMMEDIATE", None, err) from err
    finally:
        driver.execute(f"PRAGMA busy_timeout={LOCK_WAIT_S * 1000}")


def _begun(driver: sqlite3.Connection, last: bool) -> bool:
    """Asked of the driver itself: SQLAlchemy's own way would cost more than the wait."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as err:
        if last or err.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
            raise
        return False
    return True
