"""Fixtures every test may use: the database, on SQLite and on PostgreSQL, and a fixed clock."""

from __future__ import annotations

import gc
import itertools
import os
import sqlite3
import tempfile
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from dialer import settings
from dialer.store import Base, Database
from tests.support import once, postgres

if (in_memory := postgres.memory()) is not None:
    # Thousands of committed transactions need no disk under them here.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(in_memory))
os.environ.setdefault("DIALER_SECOND_FACTOR", "optional")
"""Tests log in by password alone, as a demo does; those of the second factor say so."""
once.share()
NOON = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
"""A Wednesday: 12:00 in Moscow, 13:00 in Samara, 15:00 in Omsk, 04:00 in New York."""
_names = itertools.count()
_spent: deque[str] = deque()
"""Databases to drop, a little later: right after the test their connections are still ending, which costs 0.1 s."""


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    found = postgres.programs()
    if found is None:
        pytest.skip("the PostgreSQL server programs are not installed")
    server = postgres.Server(found)
    yield server
    _admin(server).close()
    _admin(server).engine.dispose()
    server.stop()


@pytest.fixture(autouse=True)
def _settings_of_this_test_only() -> Iterator[None]:
    """What one test set in the environment must not be remembered by the next."""
    settings.load.cache_clear()
    yield
    settings.load.cache_clear()


@cache
def _sqlite_with_tables() -> bytes:
    """An empty SQLite database with all tables, made once: every test gets a copy."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        db = Database(f"sqlite:///{path}")
        Base.metadata.create_all(db.engine)
        db.close()
        whole = sqlite3.connect(path)
        whole.execute("PRAGMA journal_mode=DELETE")  # all of it in the one file
        whole.close()
        return path.read_bytes()


@cache
def _admin(server: postgres.Server) -> Connection:
    """One connection for making and dropping the tests' databases; it ends with the server."""
    return Database(server.url()).engine.connect().execution_options(isolation_level="AUTOCOMMIT")


def _on_server(server: postgres.Server, statement: str) -> None:
    _admin(server).execute(text(statement))


@cache
def _postgres_with_tables(server: postgres.Server) -> str:
    """The name of an empty PostgreSQL database with all tables, the template of every test's own."""
    _on_server(server, "CREATE DATABASE with_tables")
    db = Database(server.url("with_tables"))
    Base.metadata.create_all(db.engine)
    db.close()
    return "with_tables"


def make_database(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Database:
    """A fresh, empty database with all tables."""
    if kind == "sqlite":
        path = tmp_path / "test.db"
        path.write_bytes(_sqlite_with_tables())
        return Database(f"sqlite:///{path}")
    server: postgres.Server = request.getfixturevalue("postgres_server")
    name = f"test{next(_names)}"
    _on_server(server, f"CREATE DATABASE {name} TEMPLATE {_postgres_with_tables(server)} STRATEGY FILE_COPY")
    return Database(server.url(name))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, once on SQLite and once on PostgreSQL."""
    database = make_database(request.param, tmp_path, request)
    yield database
    database.close()
    if not database.sqlite:
        _spent.append(str(database.engine.url.database))
        if len(_spent) > 8:  # each takes 8 MB of memory
            _on_server(request.getfixturevalue("postgres_server"), f"DROP DATABASE {_spent.popleft()} WITH (FORCE)")


@pytest.fixture
def lite(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database, for tests of doors that never see SQL themselves."""
    database = make_database("sqlite", tmp_path, request)
    yield database
    database.close()


def pytest_collection_finish() -> None:
    """Look for garbage seldom: thousands of tests and all that they import are many objects, looked through in vain."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 5)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="take the README's screenshots into docs/img")
