"""Contacts by name, company, e-mail or number, page by page, of the campaigns one may see.

Rule 1: the query is scoped before it runs; nothing is filtered afterwards.
Rule 2: pages go by the id they ended with, so that page 1000 costs what page 1 costs.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import collate, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from dialer.rules.words import ContactState
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.projects import Campaign

PAGE = 50
SHORTEST_NUMBER = 3
_DIGITS = re.compile(r"\D+")


@dataclass(frozen=True)
class Page:
    """One page of contacts with their campaigns' names; ``after`` and ``before`` lead on and back (None: no more)."""

    rows: list[tuple[Contact, str]]
    after: int | None
    before: int | None


def search(
    s: Session,
    projects: Collection[int] | None,
    *,
    text: str = "",
    campaign_id: int | None = None,
    list_id: int | None = None,
    state: ContactState | None = None,
    after: int | None = None,
    before: int | None = None,
) -> Page:
    """Contacts of these projects (None: of all), newest ids last. Numbers are looked for by digits in any notation."""
    query: Any = select(Contact, Campaign.name).join(Campaign, Campaign.id == Contact.campaign_id)
    query = _scoped(query, projects, campaign_id, list_id, state)
    if text.strip():
        query = query.where(_matches(s, text.strip()))
    backwards = before is not None and after is None
    if backwards:
        query = query.where(Contact.id < before).order_by(Contact.id.desc())
    else:
        query = query.where(Contact.id > (after or 0)).order_by(Contact.id)
    found = [(c, name) for c, name in s.execute(query.limit(PAGE + 1).options(selectinload(Contact.numbers)))]
    more, rows = len(found) > PAGE, found[:PAGE]
    if backwards:
        rows.reverse()
    return _page(rows, on=backwards or more, back=more if backwards else after is not None)


def _page(rows: list[tuple[Contact, str]], *, on: bool, back: bool) -> Page:
    if not rows:
        return Page([], None, None)
    return Page(rows, rows[-1][0].id if on else None, rows[0][0].id if back else None)


def _scoped(
    query: Any,
    projects: Collection[int] | None,
    campaign_id: int | None,
    list_id: int | None,
    state: ContactState | None,
) -> Any:
    if projects is not None:
        query = query.where(Campaign.project_id.in_(projects))
    if campaign_id is not None:
        query = query.where(Contact.campaign_id == campaign_id)
    if list_id is not None:
        query = query.where(Contact.list_id == list_id)
    return query.where(Contact.state == state) if state is not None else query


def _matches(s: Session, text: str) -> Any:
    digits = _DIGITS.sub("", text)
    parts = [_like(s, column, text) for column in (Contact.name, Contact.company, Contact.email)]
    if len(digits) >= SHORTEST_NUMBER and not re.search(r"[^\d\s()+.\-]", text):
        # 8 (916) … and +7 916 … are one number: the national prefix 8 is not part of it.
        tail = digits[1:] if len(digits) == 11 and digits[0] == "8" else digits
        of_contact = ContactNumber.contact_id == Contact.id
        parts.append(exists().where(of_contact, ContactNumber.number.like(f"%{tail}%")))
    return or_(*parts)


def _like(s: Session, column: Any, text: str) -> Any:
    """Whatever the case, in Cyrillic too: SQLite's own LIKE folds Latin letters only."""
    pattern = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    if s.get_bind().dialect.name == "postgresql":
        # By ICU: a database made with the locale C folds Latin letters only.
        return func.lower(collate(column, "und-x-icu")).like(pattern.lower(), escape="\\")
    raw: Any = s.connection().connection.driver_connection
    raw.create_function("folded", 1, lambda value: (value or "").casefold(), deterministic=True)
    return func.folded(column).like(pattern.casefold(), escape="\\")
