"""Fixtures every test may use: the database, on SQLite and on PostgreSQL, and a fixed clock."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from dialer.store import Base, Database
from tests.support import postgres

NOON = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
"""A Wednesday: 12:00 in Moscow, 13:00 in Samara, 15:00 in Omsk, 04:00 in New York."""
_names = itertools.count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[postgres.Server]:
    found = postgres.programs()
    if found is None:
        pytest.skip("the PostgreSQL server programs are not installed")
    server = postgres.Server(found)
    yield server
    server.stop()


def make_database(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Database:
    """A fresh, empty database with all tables."""
    if kind == "sqlite":
        db = Database(f"sqlite:///{tmp_path / 'test.db'}")
    else:
        server = request.getfixturevalue("postgres_server")
        admin = Database(server.url())
        name = f"test{next(_names)}"
        with admin.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        admin.close()
        db = Database(server.url(name))
    Base.metadata.create_all(db.engine)
    return db


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def db(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty database, once on SQLite and once on PostgreSQL."""
    database = make_database(request.param, tmp_path, request)
    yield database
    database.close()


@pytest.fixture
def lite(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty SQLite database, for tests of doors that never see SQL themselves."""
    database = make_database("sqlite", tmp_path, request)
    yield database
    database.close()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--pictures", action="store_true", help="take the README's screenshots into docs/img")
