"""Consents: that a person agreed to be called, with the proof; recorded, withdrawn, looked up.

A recorded consent says more than a list's column ``consent``: where there is one, the column is not asked. The newest
record counts, so that a withdrawal holds until a new consent is given. Records outlive the contact, as laws ask.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from dialer.compliance.entries import among
from dialer.errors import BadInput
from dialer.rules.words import ContactState
from dialer.store.compliance import Consent
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.outbox import tell

MANY = 500
_NEWEST_FIRST = (Consent.given_on.desc(), Consent.id.desc())
_LATEST = (
    select(Consent.number, Consent.project_id, Consent.given_on, Consent.withdrawn_at)
    .where(Consent.number.in_(bindparam("numbers", expanding=True)))
    .order_by(*_NEWEST_FIRST)
)


@dataclass(frozen=True)
class Given:
    """One recorded consent; ``project_id`` None: given for every project."""

    given_on: date
    project_id: int | None
    withdrawn: bool


def record(
    s: Session,
    number: str,
    given_on: date,
    proof: str,
    now: datetime,
    *,
    project_id: int | None = None,
    purpose: str = "",
    sha256: str = "",
    by: int | None = None,
) -> Consent:
    """Write down a consent and free contacts that waited for it. Raises BadInput: no proof, or a day to come."""
    if not proof.strip():
        raise BadInput("a consent needs its proof: a document's number, a recording's id or a form's address and time")
    if given_on > now.date():
        raise BadInput(f"a consent cannot have been given on {given_on}, a day to come")
    row = Consent(
        number=number, given_on=given_on, proof=proof.strip()[:500], project_id=project_id, purpose=purpose[:200],
        sha256=sha256, recorded_by=by, recorded_at=now,
    )  # fmt: skip
    s.add(row)
    s.flush()
    _free(s, number, now)
    return row


def withdraw(s: Session, number: str, now: datetime, *, project_id: int | None = None) -> int:
    """Mark the consents of ``number`` as withdrawn (without a project: all); returns how many there were."""
    query = select(Consent).where(Consent.number == number, Consent.withdrawn_at.is_(None))
    if project_id is not None:
        query = query.where(Consent.project_id == project_id)
    rows = list(s.scalars(query))
    for row in rows:
        row.withdrawn_at = now
    s.flush()
    return len(rows)


def of_number(s: Session, number: str) -> list[Consent]:
    """All that was recorded, newest first."""
    return list(s.scalars(select(Consent).where(Consent.number == number).order_by(*_NEWEST_FIRST)))


def latest(s: Session, numbers: Collection[str]) -> dict[str, list[Given]]:
    """Number -> its consents, newest first; numbers without any are missing."""
    found: defaultdict[str, list[Given]] = defaultdict(list)
    for row in s.execute(_LATEST, {"numbers": numbers}):
        found[row.number].append(Given(row.given_on, row.project_id, row.withdrawn_at is not None))
    return found


def _free(s: Session, number: str, now: datetime) -> None:
    """Contacts held for want of consent are looked at again."""
    ids = select(ContactNumber.contact_id).where(among(s, ContactNumber.number, [number]))
    held = select(Contact).where(Contact.id.in_(ids), Contact.state == ContactState.HELD, Contact.held_by == "consent")
    for contact in s.scalars(held.limit(MANY).with_for_update()):
        contact.state, contact.held_by, contact.due_at = ContactState.READY, None, None
        tell(s, now, "campaign", f"campaign:{contact.campaign_id}", campaign=contact.campaign_id)
