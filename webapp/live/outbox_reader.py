"""Reading the outbox without losing a line.

On PostgreSQL ids are given out before the commit, so line 7 may be seen before line 5 exists. A gap in the ids is
therefore remembered and asked for again until it is filled or too old (the transaction was rolled back).
SQLite writers queue up, so there no gap is ever filled late; the same code simply never finds one.
May import ``dialer.store``.
"""

from __future__ import annotations

import time

from sqlalchemy import func, or_, select

from dialer.store import Database
from dialer.store.messages import Outbox

GAP_S = 60.0
"""How long a missing id may still turn up: longer than any transaction of ours may last."""
MAX_GAPS = 1_000
BATCH = 500
LOOK_BACK = 50
"""Ids before the start that are looked at again: a transaction may have been open when we started."""


class OutboxReader:
    """A cursor over the outbox. :meth:`read` gives every committed line once."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._gaps: dict[int, float] = {}
        with db.read() as s:
            self._last = s.scalar(select(func.max(Outbox.id))) or 0
            first = max(0, self._last - LOOK_BACK)
            there = set(s.scalars(select(Outbox.id).where(Outbox.id > first)))
        self._remember(set(range(first + 1, self._last)) - there)

    def read(self) -> list[Outbox]:
        """The lines committed since the last call, in the order of their ids (late ones among them)."""
        with self._db.read() as s:
            new = Outbox.id > self._last
            which = or_(new, Outbox.id.in_(self._gaps)) if self._gaps else new
            lines = list(s.scalars(select(Outbox).where(which).order_by(Outbox.id).limit(BATCH)))
            s.expunge_all()
        self._note(lines)
        return lines

    def _note(self, lines: list[Outbox]) -> None:
        for line in lines:
            if line.id > self._last:
                self._remember(set(range(self._last + 1, line.id)))
                self._last = line.id
            else:
                self._gaps.pop(line.id, None)
        old = time.monotonic() - GAP_S
        self._gaps = {i: since for i, since in self._gaps.items() if since > old}

    def _remember(self, ids: set[int]) -> None:
        now = time.monotonic()
        for missing in sorted(ids)[-MAX_GAPS:]:
            self._gaps[missing] = now
        for surplus in sorted(self._gaps)[:-MAX_GAPS]:
            del self._gaps[surplus]
