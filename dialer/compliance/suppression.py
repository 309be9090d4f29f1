"""The suppression list: numbers, and prefixes of numbers, that nobody may dial, or no project of a client, or one not.

Rule 1: an entry and what it does to waiting contacts are one transaction, so the next claim sees both.
Rule 2: nothing here lifts an entry of another scope: a project cannot free what is stopped everywhere.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from dialer.compliance import keyed
from dialer.compliance.entries import EVERYWHERE, SHORTEST_PREFIX, among, beginnings, covering
from dialer.compliance.settle import settle
from dialer.errors import BadInput
from dialer.rules.compliance import Suppressed
from dialer.rules.prefixes import NUMBER
from dialer.store.compliance import Client, Forgotten
from dialer.store.contacts import ContactNumber, Suppression
from dialer.store.projects import Campaign, Project


def add(
    s: Session,
    number: str,
    now: datetime,
    *,
    scope_id: int = EVERYWHERE,
    prefix: bool = False,
    reason: str = "",
    source: str = "request",
    added_by: int | None = None,
) -> bool:
    """Stop ``number`` (E.164; with ``prefix`` all that begin so); False if it was stopped already in this scope.

    ``scope_id``: 0 everywhere, below 0 a client (:func:`client_scope`), else a project. ``source``: request, import,
    operator or api. Raises BadInput.
    """
    check_entry(number, prefix)
    values: dict[str, Any] = {
        "prefix": prefix, "reason": reason[:200], "source": source, "added_by": added_by, "added_at": now
    }  # fmt: skip
    if not _write(s, number, scope_id, values):
        return False
    settle(s, touched(s, [number], scope_id, prefix=prefix), now)
    return True


def _write(s: Session, number: str, scope_id: int, values: dict[str, Any]) -> bool:
    """Insert the entry, or widen a number to a prefix; False if there is nothing to do, also if another was faster."""
    known = _entry(s, number, scope_id)
    if known is not None:
        widens = values["prefix"] and not known.prefix
        for name, value in values.items() if widens else ():
            setattr(known, name, value)
        s.flush()
        return bool(widens)
    dialect = sqlite if s.get_bind().dialect.name == "sqlite" else postgresql
    insert = dialect.insert(Suppression).values(number=number, scope_id=scope_id, **values).on_conflict_do_nothing()
    return s.execute(insert.returning(Suppression.id)).first() is not None


def remove(s: Session, number: str, now: datetime, *, scope_id: int = EVERYWHERE) -> bool:
    """Take an entry off the list and free the contacts that only it stopped; False if there was none."""
    known = _entry(s, number, scope_id)
    if known is None:
        return False
    prefix = known.prefix
    s.delete(known)
    s.flush()
    settle(s, touched(s, [number], scope_id, prefix=prefix), now)
    return True


def check(s: Session, number: str, project_id: int | None = None) -> Suppressed | None:
    """The entry that stops ``number`` for a project; without a project, an entry of any scope."""
    if project_id is not None:
        return covering(s, [(number, project_id)]).get((number, project_id))
    query = select(Suppression).where(Suppression.number.in_(beginnings(number))).order_by(Suppression.scope_id)
    for row in s.scalars(query):
        if row.prefix or row.number == number:
            return Suppressed(row.reason, row.scope_id, row.number)
    scopes = set(s.scalars(select(Forgotten.scope_id).distinct()))
    return next(iter(keyed.forgotten(s, [number], scopes).values()), None) if scopes else None


def check_scope(s: Session, number: str, scope_id: int) -> Suppressed | None:
    """As :func:`check`, for a scope: everywhere means an entry of any scope, a client one that holds for it."""
    if scope_id == EVERYWHERE:
        return check(s, number)
    projects = projects_of(s, scope_id)
    found = covering(s, [(number, project) for project in projects])
    return next((entry for entry in found.values() if entry.scope_id <= EVERYWHERE or scope_id > EVERYWHERE), None)


def client_scope(s: Session, name: str) -> int:
    """The scope of all projects of the client called ``name``. Raises BadInput if no project has such a client."""
    if s.scalar(select(Project.id).where(Project.client == name).limit(1)) is None:
        raise BadInput(f"no project has a client named {name}")
    known = s.scalar(select(Client.id).where(Client.name == name))
    if known is None:
        row = Client(name=name)
        s.add(row)
        s.flush()
        known = row.id
    return -known


def scope_name(s: Session, scope_id: int) -> str:
    """``everywhere``, ``client Acme`` or ``project Spring``."""
    if scope_id == EVERYWHERE:
        return "everywhere"
    if scope_id < 0:
        return f"client {s.scalar(select(Client.name).where(Client.id == -scope_id)) or -scope_id}"
    return f"project {s.scalar(select(Project.name).where(Project.id == scope_id)) or scope_id}"


def touched(s: Session, numbers: Collection[str], scope_id: int, *, prefix: bool = False) -> list[int]:
    """Ids of the contacts that have one of these numbers, within the scope."""
    which = among(s, ContactNumber.number, numbers)
    if prefix:
        (text,) = numbers
        # A range uses the index on both databases; LIKE makes sure whatever the collation.
        after = text[:-1] + chr(ord(text[-1]) + 1)
        which = and_(ContactNumber.number >= text, ContactNumber.number < after, ContactNumber.number.like(f"{text}%"))
    query = select(ContactNumber.contact_id).where(which).distinct()
    if scope_id != EVERYWHERE:
        query = query.join(Campaign, Campaign.id == ContactNumber.campaign_id)
        query = query.where(Campaign.project_id.in_(projects_of(s, scope_id)))
    return list(s.scalars(query))


def projects_of(s: Session, scope_id: int) -> list[int]:
    """The projects that a client's or a project's scope covers."""
    if scope_id > 0:
        return [scope_id]
    query = select(Project.id).join(Client, Client.name == Project.client).where(Client.id == -scope_id)
    return list(s.scalars(query))


def check_entry(number: str, prefix: bool) -> None:
    """Refuse what is no number, and prefixes so short that they would stop half a country. Raises BadInput."""
    good = number[:1] == "+" and number[1:].isdecimal() and SHORTEST_PREFIX <= len(number) <= 15
    if not (good if prefix else NUMBER.fullmatch(number)):
        raise BadInput(f"{number[:40]!r} is not {'a prefix' if prefix else 'a number'} in the form +79161234567")


def _entry(s: Session, number: str, scope_id: int) -> Suppression | None:
    query = select(Suppression).where(Suppression.number == number, Suppression.scope_id == scope_id)
    return s.scalars(query.with_for_update()).first()
