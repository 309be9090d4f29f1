"""The book of imports: which file was imported into which campaign, how far, and with what choices.

May import ``dialer.store`` and ``dialer.clock``.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import clock
from dialer.errors import BadInput
from dialer.lists.table import Table
from dialer.lists.text import clean
from dialer.lists.writing import Counts
from dialer.store.contacts import Contact, ContactList
from dialer.store.database import Database
from dialer.store.outbox import tell
from dialer.store.projects import Campaign, Project

if TYPE_CHECKING:
    from dialer.lists.importing import Choices


@dataclass(frozen=True)
class Entry:
    """One list's line in the book. ``rows`` were committed already, by an import that was interrupted."""

    id: int
    rows: int
    rejected: int
    report: str
    finished: bool
    counts: Counts


def campaign(db: Database, campaign_id: int) -> tuple[int, str]:
    """The project's id and country. Raises BadInput if there is no such campaign."""
    query = select(Project.id, Project.country).join(Campaign).where(Campaign.id == campaign_id)
    with db.read() as s:
        found = s.execute(query).first()
    if found is None:
        raise BadInput(f"there is no campaign number {campaign_id}")
    return found


def begin(
    db: Database, campaign_id: int, name: str, table: Table, choices: Choices, home: str, user_id: int | None
) -> Entry:
    """Open a line for this file, or find the one that an earlier import of it has."""
    sha256 = fingerprint(table.source.sha256, choices, home)
    with db.write() as s:
        found = _earlier(s, campaign_id, sha256)
        if found is None:
            columns = {c.field: c.heading for c in table.layout.columns}
            found = ContactList(
                campaign_id=campaign_id,
                name=clean(name)[:200],
                sha256=sha256,
                rows=0,
                accepted=0,
                merged=0,
                rejected=0,
                columns=columns,
                imported_by=user_id,
                imported_at=clock.now(),
            )
            s.add(found)
            s.flush()
        counts = Counts(found.rows, found.accepted, found.merged, found.rejected)
        return Entry(found.id, found.rows, found.rejected, found.report, found.finished_at is not None, counts)


def finish(db: Database, list_id: int, report: str) -> None:
    """Close the line: the file is in."""
    now = clock.now()
    with db.write() as s:
        entry = s.get_one(ContactList, list_id)
        entry.finished_at, entry.report = now, report
        tell(s, now, "import", f"campaign:{entry.campaign_id}", list_id=list_id)
        tell(s, now, "campaign", f"campaign:{entry.campaign_id}", campaign_id=entry.campaign_id)


def fingerprint(sha256: str, choices: Choices, home: str) -> str:
    """The file's SHA-256; with choices that change the outcome, a SHA-256 of both."""
    said = {
        "mapping": {f: [c] if isinstance(c, str) else list(c) for f, c in (choices.mapping or {}).items()},
        "priority": choices.priority,
        "country": "" if choices.country == home else choices.country,
    }
    if not any(said.values()):
        return sha256
    return hashlib.sha256(f"{sha256} {json.dumps(said, sort_keys=True)}".encode()).hexdigest()


def _earlier(s: Session, campaign_id: int, sha256: str) -> ContactList | None:
    """The last import of the same file with the same choices, unless its contacts are gone since."""
    mine = ContactList.campaign_id == campaign_id, ContactList.sha256 == sha256
    found = s.scalars(select(ContactList).where(*mine).order_by(ContactList.id.desc()).limit(1)).first()
    if found is None or not found.finished_at or not found.accepted:
        return found
    return found if s.scalar(select(Contact.id).where(Contact.list_id == found.id).limit(1)) else None
