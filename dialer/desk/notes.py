"""Notes: what people write about a contact, kept with the call they were written in.

Room: desk, step 9 of the way of a call (and between calls). May import ``dialer.store`` and ``dialer.errors``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.store.contacts import Contact
from dialer.store.desk import Note
from dialer.store.people import User

MAX_NOTE = 5_000
"""Characters of one note: some 4 minutes of speech, more than a wrap-up leaves time to type."""


@dataclass(frozen=True, slots=True)
class NoteLine:
    """One note as a page shows it: ``author`` is empty when the account is gone."""

    at: datetime
    author: str
    text: str


def add(s: Session, contact_id: int, user_id: int, text: str, now: datetime, attempt_id: str | None = None) -> Note:
    """Keep one note. Raises Refusal: ``note_empty``, ``note_too_long``, ``no_such_contact``."""
    text = text.strip()
    if not text:
        raise Refusal("note_empty")
    if len(text) > MAX_NOTE:
        raise Refusal("note_too_long", limit=MAX_NOTE)
    if s.get(Contact, contact_id) is None:
        raise Refusal("no_such_contact")
    note = Note(contact_id=contact_id, attempt_id=attempt_id, user_id=user_id, at=now, text=text)
    s.add(note)
    s.flush()
    return note


def of_contact(s: Session, contact_id: int, limit: int = 20) -> list[NoteLine]:
    """The newest notes about a contact, newest first."""
    return of_contacts(s, [contact_id], limit)


def of_contacts(s: Session, contacts: list[int], limit: int = 20) -> list[NoteLine]:
    """The same about one person who was a contact more than once."""
    rows = s.execute(
        select(Note.at, User.name, Note.text)
        .outerjoin(User, User.id == Note.user_id)
        .where(Note.contact_id.in_(contacts))
        .order_by(Note.at.desc(), Note.id.desc())
        .limit(limit)
    )
    return [NoteLine(at, name or "", text) for at, name, text in rows]
