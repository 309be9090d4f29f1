"""One person's data: everything there is, as an export; and its erasure (GDPR art. 15, 17, 20; 152-FZ art. 14, 21).

A person is found by a number: every contact that has it, in one project or in all. Erasing removes names, numbers,
answers, notes, recordings; what is left are attempts without a number, so that figures still add up, and the number's
keyed hash, so that it is never dialled again. Consents stay, under the hash: laws ask for the proof for years.
Rule: one transaction for the database; files go after its commit (:func:`remove_files`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import delete, event, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialer.compliance import kept as kept_by_rule
from dialer.compliance import keyed
from dialer.compliance.entries import EVERYWHERE
from dialer.compliance.person_tables import BLANK, DELETE, TABLES, Kept
from dialer.errors import BadInput
from dialer.recordings.names import settled_folder
from dialer.rules.words import ContactState, RecordingState
from dialer.settings import Settings
from dialer.store.calls import Attempt, Recording
from dialer.store.compliance import Consent, Forgotten
from dialer.store.contacts import Contact, ContactNumber, Suppression
from dialer.store.desk import Handoff
from dialer.store.leads import HandoffPacket
from dialer.store.outbox import tell
from dialer.store.projects import Campaign
from dialer.store.transaction import write_appended

REASON = "erased at the person's request"
HASH_SHOWN = 18
"""Digits of the hash that stand for the number in an attempt: enough to see that two calls went to one phone."""


@dataclass(frozen=True)
class Person:
    """Who was found: contacts, the numbers of all of them, attempts."""

    contacts: tuple[int, ...]
    numbers: tuple[str, ...]
    attempts: tuple[str, ...]

    def ids(self, kept: Kept) -> Collection[Any]:
        """What a table's rows are found by."""
        return self.contacts if kept.on == "contact" else self.attempts


@dataclass(frozen=True)
class Erased:
    """What an erasure did. ``recordings``: files below the recordings folder, to be removed after the commit."""

    contacts: int
    attempts: int
    numbers: int
    recordings: tuple[str, ...]


def find(s: Session, number: str, project_id: int | None = None) -> Person:
    """Every contact with this number, in a project or in all. Raises BadInput if there is none."""
    query = select(ContactNumber.contact_id).where(ContactNumber.number == number)
    if project_id is not None:
        query = query.join(Campaign, Campaign.id == ContactNumber.campaign_id).where(Campaign.project_id == project_id)
    ids = tuple(sorted(set(s.scalars(query))))
    if not ids:
        raise BadInput(f"nobody here has the number {number}")
    return of_contacts(s, ids)


def same_person(s: Session, contact: Contact, project_id: int) -> Person:
    """Every contact of the project that shares the contact's first number; the contact alone if it has none."""
    return find(s, contact.numbers[0].number, project_id) if contact.numbers else of_contacts(s, [contact.id])


def of_contacts(s: Session, ids: Collection[int]) -> Person:
    """The person who is these contacts."""
    numbers = s.scalars(select(ContactNumber.number).where(ContactNumber.contact_id.in_(ids)).distinct())
    attempts = s.scalars(select(Attempt.id).where(Attempt.contact_id.in_(ids)).order_by(Attempt.placed_at))
    return Person(tuple(sorted(ids)), tuple(sorted(numbers)), tuple(attempts))


def export(s: Session, person: Person) -> dict[str, Any]:
    """Everything kept of the person, by table, ready for JSON."""
    told: dict[str, Any] = {"contact": _rows(s, select(Contact).where(Contact.id.in_(person.contacts)))}
    for kept in TABLES:
        column = getattr(kept.model, kept.by)
        told[kept.model.__tablename__] = _rows(s, select(kept.model).where(column.in_(person.ids(kept))))
    told["handoff_packet"] = _rows(s, select(HandoffPacket).where(HandoffPacket.handoff_id.in_(_handoffs(person))))
    told["consent"] = _rows(s, select(Consent).where(Consent.number.in_(person.numbers)))
    told["suppression"] = _rows(s, select(Suppression).where(Suppression.number.in_(person.numbers)))
    return {table: rows for table, rows in told.items() if rows}


def erase(
    s: Session, person: Person, now: datetime, scope_id: int = EVERYWHERE, *, despite_rules: bool = False
) -> Erased:
    """Remove the person's data and never dial their numbers again within the scope.

    Raises BadInput: in a call now; MustKeep: the rules keep call details, unless it is to be done ``despite_rules``.
    """
    if not despite_rules:
        kept_by_rule.check(s, person.attempts, now)
    busy = select(Contact.id).where(Contact.id.in_(person.contacts), Contact.state == ContactState.CLAIMED)
    if s.scalar(busy.limit(1).with_for_update()) is not None:
        raise BadInput("the person is being dialled or talked to now: erase when the call is over")
    due = select(Recording.attempt_id).where(Recording.attempt_id.in_(person.attempts))
    if s.scalar(due.where(Recording.state == RecordingState.EXPECTED).limit(1)) is not None:
        raise BadInput("a recording of this person is still being written: erase in some minutes")
    write_appended(s)
    keyed.mark(s)
    paths = _recordings(s, person)
    _remember(s, person.numbers, scope_id, now)
    _handle_packets(s, person)
    _hash_attempts(s, person)  # first: the database lets go of the steps of such attempts only
    for kept in TABLES:
        _handle(s, kept, person)
    _blank_contacts(s, person, now)
    return Erased(len(person.contacts), len(person.attempts), len(person.numbers), paths)


def _handle(s: Session, kept: Kept, person: Person) -> None:
    rows = getattr(kept.model, kept.by).in_(person.ids(kept))
    if kept.erase == DELETE:
        s.execute(delete(kept.model).where(rows).execution_options(synchronize_session=False))
    elif kept.erase == BLANK:
        s.execute(update(kept.model).where(rows).values(**kept.blank).execution_options(synchronize_session=False))


def _remember(s: Session, numbers: Iterable[str], scope_id: int, now: datetime) -> None:
    """Numbers become keyed hashes, in the scope of the erasure and in every scope where they were stopped before."""
    dialect = sqlite if s.get_bind().dialect.name == "sqlite" else postgresql
    for number in numbers:
        entries = list(s.scalars(select(Suppression).where(Suppression.number == number, ~Suppression.prefix)))
        scopes = {entry.scope_id: entry.reason for entry in entries} | {scope_id: REASON}
        digest = keyed.hashed(number)
        rows = [{"hash": digest, "scope_id": k, "reason": v, "added_at": now} for k, v in sorted(scopes.items())]
        s.execute(dialect.insert(Forgotten).on_conflict_do_nothing(), rows)
        for entry in entries:
            s.delete(entry)
        s.execute(update(Consent).where(Consent.number == number).values(number=f"#{digest}"))
    s.flush()


def _hash_attempts(s: Session, person: Person) -> None:
    query = select(Attempt.to_number).where(Attempt.id.in_(person.attempts)).distinct()
    for number in list(s.scalars(query)):
        mine = Attempt.id.in_(person.attempts), Attempt.to_number == number
        s.execute(update(Attempt).where(*mine).values(to_number=f"#{keyed.hashed(number)[:HASH_SHOWN]}"))


def _blank_contacts(s: Session, person: Person, now: datetime) -> None:
    values: dict[str, Any] = {"name": "", "company": "", "email": "", "fields": {}, "number_id": None, "due_at": None}
    state = {"state": ContactState.SUPPRESSED, "held_by": "suppressed"}
    s.execute(update(Contact).where(Contact.id.in_(person.contacts)).values(**values, **state))
    for campaign_id in s.scalars(select(Contact.campaign_id).where(Contact.id.in_(person.contacts)).distinct()).all():
        tell(s, now, "campaign", f"campaign:{campaign_id}", campaign=campaign_id)


def _handle_packets(s: Session, person: Person) -> None:
    packets = update(HandoffPacket).where(HandoffPacket.handoff_id.in_(_handoffs(person)))
    s.execute(packets.values(contents={}).execution_options(synchronize_session=False))


def _handoffs(person: Person) -> Any:
    return select(Handoff.id).where(Handoff.attempt_id.in_(person.attempts))


def _recordings(s: Session, person: Person) -> tuple[str, ...]:
    query = select(Recording.path).where(Recording.attempt_id.in_(person.attempts), Recording.path != "")
    return tuple(s.scalars(query))


def remove_files(s: Session, settings: Settings, erased: Erased) -> int:
    """Remove the recordings of an erasure as soon as it is committed; returns how many there are."""
    found = [path for name in erased.recordings if (path := settled_folder(settings) / name).is_file()]

    def remove(_session: Session) -> None:
        for path in found:
            path.unlink(missing_ok=True)

    event.listen(s, "after_commit", remove, once=True)
    return len(found)


def files(settings: Settings, s: Session, person: Person) -> list[Path]:
    """The recordings that belong to an export."""
    return [path for name in _recordings(s, person) if (path := settled_folder(settings) / name).is_file()]


def _rows(s: Session, query: Any) -> list[dict[str, Any]]:
    return [_plain(row) for row in s.scalars(query)]


def _plain(row: Any) -> dict[str, Any]:
    return {column.key: _json(getattr(row, column.key)) for column in inspect(type(row)).column_attrs}


def _json(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value
