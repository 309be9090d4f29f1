"""``dialer db``: bring the database to the newest tables, or tell where it stands."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import SQLAlchemyError

from dialer import settings
from dialer.errors import BadInput
from dialer.store import Database, schema


@click.group()
def group() -> None:
    """The database."""


@contextmanager
def _database() -> Iterator[Database]:
    """The database of the settings; one that cannot be reached is one sentence."""
    db = None
    try:
        db = Database(settings.load().database_url)
        yield db
    except (SQLAlchemyError, OSError) as err:
        origin = getattr(err, "orig", None) or err
        lines = str(origin).strip().splitlines() or [type(origin).__name__]
        raise BadInput(f"the database cannot be used: {lines[0]}") from err
    finally:
        if db is not None:
            db.close()


@group.command()
def upgrade() -> None:
    """Create or change the tables to what this version needs."""
    with _database() as db:
        before = schema.current(db)
        schema.upgrade(db)
        click.echo(f"{before or 'empty'} -> {schema.current(db)}" if before != schema.head() else f"already {before}")


@group.command()
@click.option("--json", "as_json", is_flag=True, help="{current, head}.")
def current(as_json: bool) -> None:
    """The step the database is at, and the newest one."""
    with _database() as db:
        at, newest = schema.current(db), schema.head()
    click.echo(json.dumps({"current": at, "head": newest}) if as_json else f"at {at or 'empty'}, newest {newest}")


@group.command()
def check() -> None:
    """Exit code 1 unless the database is at the newest step."""
    with _database() as db:
        at, newest = schema.current(db), schema.head()
    if at != newest:
        click.echo(f"the database is at {at or 'empty'}, this version needs {newest}: run dialer db upgrade", err=True)
        raise SystemExit(1)
    click.echo(f"at {at}")
