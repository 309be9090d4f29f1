"""A dry run: counts what an import would do, and changes nothing. Numbers seen are kept as plain integers (about 60
bytes each). May import ``dialer.store``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from dialer.lists import bulk
from dialer.lists.rows import Draft
from dialer.lists.writing import BATCH, Counts
from dialer.store.contacts import ContactNumber
from dialer.store.database import Database


class Trial:
    """Stands in for a ``Writer``."""

    batch, overlaps = BATCH, False

    def __init__(self, db: Database, campaign_id: int) -> None:
        self._db, self._campaign = db, campaign_id
        self._seen: set[int] = set()

    def write(self, drafts: Sequence[Draft], rejected: int, before: Counts, now: datetime, say: bool) -> Counts:
        """Count a batch."""
        numbers = {n.e164 for d in drafts for n in d.numbers}
        mine = ContactNumber.campaign_id == self._campaign
        with self._db.read() as s:
            known = s.scalars(
                select(ContactNumber.number).where(mine, bulk.among(s, ContactNumber.number, numbers))
            ).all()
        self._seen.update(map(int, known))
        accepted = 0
        for draft in drafts:
            own = {int(n.e164) for n in draft.numbers}
            accepted += self._seen.isdisjoint(own)
            self._seen |= own
        return before.plus(accepted, len(drafts) - accepted, rejected)

    def close(self) -> None:
        """Nothing is held."""
