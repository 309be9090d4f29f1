"""What Alembic runs: the history is walked on the connection it is given, else on the database of the settings."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import JSON, Column, String, text
from sqlalchemy.engine import Connection

from dialer import settings
from dialer.store import Base, Database
from dialer.store.base import Utc, Word

JSON_TEXT = 'sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")'


def plain(kind: str, thing: Any, auto: Any) -> str | Literal[False]:
    """Write our own column types as what they are in the database."""
    if kind != "type":
        return False
    if isinstance(thing, Utc):
        return "sa.DateTime(timezone=True)"
    if isinstance(thing, Word) and isinstance(thing.impl_instance, String):
        return f"sa.String(length={thing.impl_instance.length})"
    if isinstance(thing, JSON):
        auto.imports.add("from sqlalchemy.dialects import postgresql")
        return JSON_TEXT
    return False


def add_expression_indexes(migration: MigrationContext, _revision: Any, directives: list[Any]) -> None:
    """Add new indexes over expressions: SQLite cannot tell Alembic of them, so Alembic leaves them out."""
    known = set((migration.connection or _no_connection()).scalars(text("SELECT name FROM sqlite_master")))
    for table in Base.metadata.sorted_tables:
        for index in table.indexes:
            if index.name not in known and any(not isinstance(e, Column) for e in index.expressions):
                directives[0].upgrade_ops.ops.append(ops.CreateIndexOp.from_index(index))
                directives[0].downgrade_ops.ops.insert(0, ops.DropIndexOp.from_index(index))


def _no_connection() -> Connection:
    raise RuntimeError("a step can only be written beside a database")


def walk(connection: Connection) -> None:
    """Run the steps asked for, in the caller's transaction if there is one."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=plain,
        compare_type=True,
        process_revision_directives=add_expression_indexes,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    walk(given)
else:
    database = Database(settings.load().database_url)
    with database.engine.begin() as own:
        walk(own)
    database.close()
