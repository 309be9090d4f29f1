"""Which numbers of a batch must not be dialled: the suppression list, asked once a batch.

Suppressed everywhere (scope 0) or in the project. The gate asks again before every call; here it only spares the
claim from contacts that can never be dialled. May import ``dialer.store``.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.lists import bulk
from dialer.store.contacts import Suppression


class Suppressed:
    """Suppressed prefixes are read once; single numbers with each batch."""

    def __init__(self, session: Session, project_id: int) -> None:
        self._scopes = (0, project_id)
        mine = Suppression.prefix.is_(True), Suppression.scope_id.in_(self._scopes)
        self._prefixes = frozenset(session.scalars(select(Suppression.number).where(*mine)))
        self._lengths = sorted({len(p) for p in self._prefixes})

    def among(self, session: Session, numbers: Collection[str]) -> set[str]:
        """Those of ``numbers`` (E.164) that are suppressed."""
        found = {n for n in numbers if self._by_prefix(n)} if self._lengths else set()
        if session.scalar(select(Suppression.id).limit(1)) is None:
            return found
        mine = Suppression.prefix.is_(False), Suppression.scope_id.in_(self._scopes)
        query = select(Suppression.number).where(bulk.among(session, Suppression.number, numbers), *mine)
        found.update(session.scalars(query))
        return found

    def _by_prefix(self, number: str) -> bool:
        return any(number[:length] in self._prefixes for length in self._lengths)
