"""Importing a suppression list: a file with one number a line, or CSV with a heading, into the list in batches.

Each batch is a transaction of its own, so that calls go on meanwhile; an import that dies half-way has stopped what it
had read, and the same file again adds the rest.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from dialer.compliance.entries import EVERYWHERE
from dialer.compliance.settle import settle
from dialer.compliance.suppression import touched
from dialer.compliance.written_numbers import Entry, read_number
from dialer.errors import BadInput
from dialer.store import Database

BATCH = 10_000
LOOK = 65536
"""Bytes by which the encoding is told."""
KEEP_REJECTED = 1000
"""Rejected lines that are named; more are only counted."""
NUMBER_HEADINGS = {"number", "phone", "phone number", "phone_number", "telephone", "tel", "номер", "телефон"}
REASON_HEADINGS = {"reason", "comment", "причина", "комментарий"}
_SQLITE = """INSERT OR IGNORE INTO suppression (number, prefix, reason, scope_id, source, added_by, added_at)
 VALUES (?, ?, ?, ?, ?, ?, ?)"""
_POSTGRES = """INSERT INTO suppression (number, prefix, reason, scope_id, source, added_by, added_at)
 SELECT number, prefix, reason, %s, %s, %s, %s
 FROM unnest(%s::text[], %s::boolean[], %s::text[]) AS given (number, prefix, reason)
 ON CONFLICT DO NOTHING"""


@dataclass
class Report:
    """What an import did: every line is added, known already, or rejected with its number and why."""

    rows: int = 0
    added: int = 0
    known: int = 0
    rejected: int = 0
    contacts: int = 0
    """Contacts that were waiting to be dialled and are not any more."""
    refused: list[tuple[int, str, str]] = field(default_factory=list)
    """(line, text, why) of the first rejected lines."""


@dataclass(frozen=True)
class Import:
    """What holds for every entry of one file."""

    now: datetime
    country: str = "RU"
    scope_id: int = EVERYWHERE
    reason: str = ""
    added_by: int | None = None


Row = tuple[Entry, str]


def import_file(db: Database, path: Path, what: Import, progress: Callable[[int], None] | None = None) -> Report:
    """Put every number of the file on the list. ``progress`` hears how many lines are done.

    Raises BadInput if the file cannot be read at all.
    """
    report = Report()
    lines = _entries(path, what, report)
    while batch := list(islice(lines, BATCH)):
        with db.write() as s:
            added = _insert(s, batch, what)
            report.contacts += _settle(s, batch, what)
        report.added += added
        report.known += len(batch) - added
        if progress:
            progress(report.rows)
    return report


def _entries(path: Path, what: Import, report: Report) -> Iterator[Row]:
    for line, text, reason in _cells(path):
        report.rows += 1
        try:
            yield read_number(text, what.country), (reason or what.reason)[:200]
        except BadInput as err:
            report.rejected += 1
            if len(report.refused) < KEEP_REJECTED:
                report.refused.append((line, text, str(err)))


def _cells(path: Path) -> Iterator[tuple[int, str, str]]:
    """Line number, number and reason of every line that is not empty. Raises BadInput."""
    try:
        encoding = _encoding(path)
        with path.open(encoding=encoding, errors="replace") as file:
            first = file.readline()
            file.seek(0)
            delimiter = max(";\t,", key=first.count)
            number, reason, headed = _columns(_split(first, delimiter))
            for line, text in enumerate(file, 1):
                row = _split(text, delimiter)
                if (line > 1 or not headed) and any(row):
                    yield line, _cell(row, number), _cell(row, reason)
    except OSError as err:
        raise BadInput(f"{path.name} cannot be read: {err.strerror}") from err


def _split(text: str, delimiter: str) -> list[str]:
    """The cells of one line. Line by line, so that a stray quotation mark cannot swallow the numbers that follow it."""
    if '"' not in text:
        return text.rstrip().split(delimiter)
    return next(csv.reader([text.strip()], delimiter=delimiter), [])


def _cell(row: list[str], place: int) -> str:
    return row[place].strip() if 0 <= place < len(row) else ""


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        start = file.read(LOOK)
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return "cp1251"
    return "utf-8-sig"


def _columns(first: list[str]) -> tuple[int, int, bool]:
    """Places of number and reason (-1: none), and whether the first line is a heading."""
    words = [cell.strip().lstrip("\ufeff").lower() for cell in first]
    number = next((place for place, word in enumerate(words) if word in NUMBER_HEADINGS), -1)
    reason = next((place for place, word in enumerate(words) if word in REASON_HEADINGS), -1)
    return (number, reason, True) if number >= 0 else (0, 1 if len(words) > 1 else -1, False)


def _insert(s: Session, batch: list[Row], what: Import) -> int:
    """Insert what is not there yet; returns how many rows that were."""
    given = {entry.number: (entry.number, entry.prefix, reason) for entry, reason in batch}
    rows = sorted(given.values())
    connection = s.connection()
    if connection.dialect.name == "sqlite":
        at: Any = what.now.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        shared = (what.scope_id, "import", what.added_by, at)
        return connection.exec_driver_sql(_SQLITE, [(*row, *shared) for row in rows]).rowcount
    columns = tuple(list(column) for column in zip(*rows, strict=True))
    shared = (what.scope_id, "import", what.added_by, what.now)
    return connection.exec_driver_sql(_POSTGRES, (*shared, *columns)).rowcount


def _settle(s: Session, batch: list[Row], what: Import) -> int:
    found = set(touched(s, [entry.number for entry, _ in batch if not entry.prefix], what.scope_id))
    for entry, _ in batch:
        if entry.prefix:
            found.update(touched(s, [entry.number], what.scope_id, prefix=True))
    return settle(s, found, what.now)
