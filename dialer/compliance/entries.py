"""Looking up the suppression list: which entry, if any, covers a number for a project.

An entry is a whole number or a prefix, and holds everywhere (scope 0) or for one project.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.rules.compliance import Suppressed
from dialer.store.contacts import Suppression

EVERYWHERE = 0
SHORTEST_PREFIX = 3
"""``+79``: a shorter prefix would stop a whole country by a slip of the hand."""
BATCH = 1500
"""Numbers a query: with their prefixes they stay below SQLite's limit of 32,766 parameters."""


def covering(session: Session, wanted: Collection[tuple[str, int]]) -> dict[tuple[str, int], Suppressed]:
    """The entry that covers each (number, project id), for those that have one.

    An entry for everywhere is named before a project's, a whole number before a prefix.
    """
    found: dict[tuple[str, int], Suppressed] = {}
    wanted = list(wanted)
    for start in range(0, len(wanted), BATCH):
        found |= _covering(session, wanted[start : start + BATCH])
    return found


def _covering(session: Session, wanted: list[tuple[str, int]]) -> dict[tuple[str, int], Suppressed]:
    texts = {text for number, _ in wanted for text in beginnings(number)}
    scopes = {EVERYWHERE, *(project for _, project in wanted)}
    query = select(Suppression.number, Suppression.scope_id, Suppression.prefix, Suppression.reason).where(
        Suppression.number.in_(texts), Suppression.scope_id.in_(scopes)
    )
    entries = {(row.number, row.scope_id): row for row in session.execute(query)}
    answers = {(number, project): _best(entries, number, project) for number, project in wanted}
    return {key: entry for key, entry in answers.items() if entry}


def _best(entries: dict[tuple[str, int], Any], number: str, project: int) -> Suppressed | None:
    for scope in (EVERYWHERE, project):
        for text in beginnings(number):
            row = entries.get((text, scope))
            if row is not None and (row.prefix or text == number):
                return Suppressed(row.reason, scope, text)
    return None


def beginnings(number: str) -> list[str]:
    """The number and every prefix that could cover it, longest first."""
    return [number[:length] for length in range(len(number), SHORTEST_PREFIX - 1, -1)]
