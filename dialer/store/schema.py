"""Bringing a database to the newest tables, and telling whether it is there. The steps lie in ``migrations``.

Rule 1: an upgrade is one transaction on both kinds of database: all steps or none. Rule 2: two processes that upgrade
at once queue up (PostgreSQL by an advisory lock, SQLite by BEGIN IMMEDIATE). May import Alembic.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.engine import Connection

import migrations
from dialer.store.database import Database

LOCK = 7_319_114
"""Key of PostgreSQL's advisory lock; any number nobody else uses."""


def config(connection: Connection | None = None) -> Config:
    """Alembic's configuration: there is no ini file."""
    made = Config(attributes={"connection": connection})
    made.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    return made


def head() -> str:
    """The newest step there is."""
    return ScriptDirectory.from_config(config()).get_current_head() or ""


def current(db: Database) -> str:
    """The step this database is at; empty for a database without tables."""
    with db.engine.connect().execution_options(read_only_begin=True) as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def is_current(db: Database) -> bool:
    """True if nothing is left to upgrade."""
    return current(db) == head()


def upgrade(db: Database) -> None:
    """Walk to the newest step. Raises what the database raises; then nothing has changed."""
    with db.engine.connect() as connection:
        if db.sqlite:
            _enforce_foreign_keys(connection, False)
        try:
            with connection.begin():
                if not db.sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": LOCK})
                command.upgrade(config(connection), "head")
                if db.sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                    raise RuntimeError(f"a row of table {broken[0]} would point nowhere")
        finally:
            if db.sqlite:
                _enforce_foreign_keys(connection, True)


def _enforce_foreign_keys(connection: Connection, on: bool) -> None:
    """SQLite copies a table to change it: dropping the old one must not delete what points at it.

    The PRAGMA works outside of a transaction only, so it goes past SQLAlchemy, which would begin one.
    """
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
