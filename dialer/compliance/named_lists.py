"""Named do-not-call lists (``us_dnc``, ``tps_ctps``): which copy was imported, of what day, and how old it is.

A copy counts once it is in whole: an import that died half-way leaves the old copy's day. Numbers that a newer copy no
longer has stay stopped; take them off by hand.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from dialer.compliance.suppression import scope_name
from dialer.errors import BadInput
from dialer.rules.list_ages import NAME
from dialer.rules.words import ContactState
from dialer.store.compliance import ListImport
from dialer.store.contacts import Contact

PIECE = 1 << 20


@dataclass(frozen=True)
class Copy:
    """A copy of a list as it stood on a day."""

    name: str
    as_of: date


def read(name: str | None, as_of: str | None, now: datetime) -> Copy | None:
    """What the options say; None for an ordinary file. Raises BadInput."""
    if name is None and as_of is None:
        return None
    if name is None or as_of is None:
        raise BadInput("--list and --as-of go together: say which list and of which day the copy is")
    if not NAME.fullmatch(name):
        raise BadInput(f"the list {name[:40]!r} needs a name of small letters, digits and underscores")
    try:
        day = date.fromisoformat(as_of)
    except ValueError:
        raise BadInput(f"the day {as_of[:40]!r} cannot be read: write 2026-03-01") from None
    if day > now.date():
        raise BadInput(f"the copy cannot be of {day}, a day to come")
    return Copy(name, day)


def note(s: Session, copy: Copy, scope_id: int, path: Path, rows: int, now: datetime) -> None:
    """The copy is in; contacts that its age held back are looked at again."""
    s.add(
        ListImport(
            name=copy.name, scope_id=scope_id, as_of=copy.as_of, rows=rows, sha256=_sha256(path), imported_at=now
        )
    )
    held = update(Contact).where(Contact.state == ContactState.HELD, Contact.held_by == f"list_{copy.name}")
    s.execute(held.values(state=ContactState.READY, held_by=None, due_at=None))


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            digest.update(piece)
    return digest.hexdigest()


def newest(s: Session, now: datetime) -> list[dict[str, Any]]:
    """The newest copy of each list in each scope, by name."""
    best = select(func.max(ListImport.id)).group_by(ListImport.name, ListImport.scope_id)
    rows = s.scalars(select(ListImport).where(ListImport.id.in_(best)).order_by(ListImport.name, ListImport.scope_id))
    return [
        {
            "list": row.name,
            "where": scope_name(s, row.scope_id),
            "as_of": row.as_of.isoformat(),
            "age_d": (now.date() - row.as_of).days,
            "rows": row.rows,
            "sha256": row.sha256,
        }
        for row in rows
    ]
