"""Which numbers of a batch must not be dialled: the suppression list, asked once a batch.

Suppressed everywhere, for the project's client or in the project, or erased for one of these. The gate asks again
before every call; here it only spares the claim from contacts that can never be dialled. May import ``dialer.store``
and ``dialer.compliance``.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.compliance import keyed
from dialer.compliance.entries import scopes_of
from dialer.lists import bulk
from dialer.store.compliance import KeyMark
from dialer.store.contacts import Suppression


class Suppressed:
    """Suppressed prefixes are read once; single numbers with each batch."""

    def __init__(self, session: Session, project_id: int) -> None:
        self._scopes = scopes_of(session, {project_id})[project_id]
        mine = Suppression.prefix.is_(True), Suppression.scope_id.in_(self._scopes)
        self._prefixes = frozenset(session.scalars(select(Suppression.number).where(*mine)))
        self._lengths = sorted({len(p) for p in self._prefixes})
        self._any_erased = session.get(KeyMark, keyed.NAME) is not None

    def among(self, session: Session, numbers: Collection[str]) -> set[str]:
        """Those of ``numbers`` (E.164) that are suppressed."""
        found = {n for n in numbers if self._by_prefix(n)} if self._lengths else set()
        if self._any_erased:
            found.update(number for number, _ in keyed.forgotten(session, numbers, self._scopes))
        if session.scalar(select(Suppression.id).limit(1)) is None:
            return found
        mine = Suppression.prefix.is_(False), Suppression.scope_id.in_(self._scopes)
        query = select(Suppression.number).where(bulk.among(session, Suppression.number, numbers), *mine)
        found.update(session.scalars(query))
        return found

    def _by_prefix(self, number: str) -> bool:
        return any(number[:length] in self._prefixes for length in self._lengths)
