"""The database: reachable, at the newest step, on a disk that keeps SQLite's promises; and the ledger of recordings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from dialer.doctor.finding import Finding, fail, ok, warn
from dialer.recordings.sweep import orphans
from dialer.rules.words import RecordingState
from dialer.settings import Settings, SettingsError
from dialer.store import Database, schema
from dialer.store.calls import Recording

FAR = ("nfs", "nfs4", "cifs", "smb3", "9p", "sshfs", "fuse.sshfs", "ceph", "glusterfs", "afs")
"""File systems whose locks are not to be relied on (sqlite.org/wal.html: all processes on one host)."""
OLDEST_POSTGRES = 15


def database(settings: Settings) -> Iterator[Finding]:
    """Open it and look; an SQLite file that is not there is not made."""
    try:
        url = make_url(settings.database_url)
    except ArgumentError:
        yield fail("database", "DIALER_DATABASE_URL is no database address", "sqlite:///FILE or postgresql://…")
        return
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        yield fail("database", "there is none yet", "dialer db upgrade")
        return
    db = None
    try:
        db = Database(settings.database_url)
        yield from _tables(db)
        yield from (_sqlite(db, Path(url.database or "")) if db.sqlite else _postgres(db))
        if schema.is_current(db):
            yield from _recordings(db, settings)
    except (SQLAlchemyError, OSError, SettingsError) as err:
        yield fail("database", f"cannot be used: {type(err).__name__}", "check DIALER_DATABASE_URL and the server")
    finally:
        if db is not None:
            db.close()


def _tables(db: Database) -> Iterator[Finding]:
    at, newest = schema.current(db), schema.head()
    if at == newest:
        yield ok("database", f"at step {at}")
    else:
        yield fail("database", f"at step {at or 'none'}, this version needs {newest}", "dialer db upgrade")


def _sqlite(db: Database, path: Path) -> Iterator[Finding]:
    with db.read() as s:
        mode = s.execute(text("PRAGMA journal_mode")).scalar_one()
    kind = file_system(path.absolute())
    if mode != "wal":
        yield fail("SQLite", f"journal mode is {mode}, not WAL", "put the database on a local disk")
    elif kind in FAR:
        yield fail("SQLite", f"lies on {kind}", "put the database on a local disk, or use PostgreSQL")
    else:
        yield ok("SQLite", f"WAL on {kind}")


def _postgres(db: Database) -> Iterator[Finding]:
    with db.read() as s:
        version = int(s.execute(text("SHOW server_version_num")).scalar_one()) // 10_000
    if version < OLDEST_POSTGRES:
        yield warn("PostgreSQL", f"version {version}", f"use {OLDEST_POSTGRES} or newer")
    else:
        yield ok("PostgreSQL", f"version {version}")


def _recordings(db: Database, settings: Settings) -> Iterator[Finding]:
    with db.read() as s:
        missing = s.scalar(select(func.count()).select_from(Recording).where(Recording.state == RecordingState.MISSING))
    strangers = orphans(db, settings.asterisk.recordings)
    if missing:
        yield warn("missing recordings", f"{missing}", "the ledger tells why; what comes back is taken in by itself")
    if strangers:
        yield warn("orphan recordings", f"{len(strangers)} files belong to no call", "look at them, then delete them")
    if not missing and not strangers:
        yield ok("ledger of recordings", "every recording is accounted for")


def file_system(path: Path, table: str | None = None) -> str:
    """The kind of file system ``path`` lies on (Linux' own word), ``unknown`` if that cannot be told."""
    try:
        lines = (Path("/proc/self/mounts").read_text() if table is None else table).splitlines()
    except OSError:
        return "unknown"
    mounts = {Path(point.replace("\\040", " ")): kind for _what, point, kind, *_ in map(str.split, lines)}
    return next((mounts[p] for p in (path, *path.parents) if p in mounts), "unknown")
