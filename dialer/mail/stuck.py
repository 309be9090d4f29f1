"""Letters that did not leave, for people: what failed, what nobody can be sure of, and sending one again.

May import ``dialer.store``.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.store.contacts import Contact
from dialer.store.mail import Letter

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Stuck:
    """One letter that people must look at. ``unsure``: it may have arrived."""

    letter_id: int
    subject: str
    unsure: bool
    problem: str
    made_at: datetime
    contact_id: int
    name: str
    company: str


def which() -> ColumnElement[bool]:
    """The letters that people must look at."""
    return (Letter.failed_at.is_not(None) | Letter.unsure_at.is_not(None)) & Letter.stopped_at.is_(None)


def letters(s: Session, campaigns: Collection[int]) -> list[Stuck]:
    """Those to contacts of these campaigns, newest first."""
    rows = s.execute(
        select(Letter, Contact.id, Contact.name, Contact.company)
        .join(Contact, Contact.id == Letter.contact_id)
        .where(Contact.campaign_id.in_(campaigns), which())
        .order_by(Letter.id.desc())
        .limit(SHOWN)
    )
    return [
        Stuck(one.id, one.subject, one.unsure_at is not None, one.problem, one.made_at, contact, name, company)
        for one, contact, name, company in rows
    ]


def count(s: Session) -> int:
    """How many there are in all."""
    return s.scalar(select(func.count()).select_from(Letter).where(which())) or 0


def send_again(s: Session, letter_id: int, now: datetime) -> Letter:
    """A person decided to send it (once more). Raises Refusal ``letter_not_stuck``."""
    letter = s.get(Letter, letter_id, with_for_update=True, populate_existing=True)
    if letter is None or (letter.failed_at is None and letter.unsure_at is None):
        raise Refusal("letter_not_stuck")
    letter.failed_at = letter.unsure_at = None
    letter.next_at, letter.tries, letter.problem = now, 0, ""
    return letter
