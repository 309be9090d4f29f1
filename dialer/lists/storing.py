"""Rows of contacts and numbers out of drafts: new ones, and those that a merge has filled up.

Part of ``writing``; works inside its transaction. May import ``dialer.store``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from json.encoder import encode_basestring
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from dialer.lists import bulk
from dialer.lists.rows import Draft
from dialer.rules.words import BAND_ORDER, Band, ContactState
from dialer.store.contacts import Contact, ZoneSet

_CONTACT = (
    "id, campaign_id, list_id, state, band, priority, zone_set_id, number_id, name, company, email, fields, tries,"
    " created_at"
)
_NUMBER = "id, contact_id, campaign_id, number, extension, position, bad"
_FRESH = BAND_ORDER[Band.FRESH]


class Storage:
    """Stores the drafts of one list."""

    def __init__(self, campaign_id: int, list_id: int) -> None:
        self._campaign, self._list = campaign_id, list_id
        self._zone_ids: dict[str, int] = {}

    def forget(self) -> None:
        """Forget the ids of zone sets: the transaction that made them was rolled back."""
        self._zone_ids.clear()

    def store(self, s: Session, fresh: Sequence[Draft], filled: Sequence[Draft], stop: set[str], at: datetime) -> None:
        """Insert ``fresh`` contacts, update ``filled`` ones. ``stop``: suppressed numbers among all of theirs."""
        self._learn_zones(s, {d.zones for d in (*fresh, *filled)})
        for draft, contact_id in zip(fresh, bulk.next_ids(s, "contact", len(fresh)), strict=True):
            draft.id = contact_id
        owners = [(d, n) for d in (*fresh, *filled) for n in d.numbers]
        ids = bulk.next_ids(s, "contact_number", len(owners))
        bulk.insert(s, "contact", _CONTACT, list(self._contacts(s, fresh, ids, stop, at)))
        no = self._falsehood(s)
        numbers, position, last = [], 0, None
        for (draft, number), number_id in zip(owners, ids, strict=True):
            position = position + 1 if draft is last else draft.positions
            numbers.append((number_id, draft.id, self._campaign, number.e164, number.extension, position, no))
            last = draft
        # Neighbours in the index are written together.
        numbers.sort(key=lambda row: row[3])
        bulk.insert(s, "contact_number", _NUMBER, numbers)
        self._fill(s, filled)

    def _contacts(
        self, s: Session, fresh: Sequence[Draft], number_ids: Sequence[int], stop: set[str], at: datetime
    ) -> Iterable[tuple[Any, ...]]:
        """Rows of new contacts; the first ids are those of their numbers, in order."""
        created = bulk.stored(s, Contact.__table__.c.created_at, at)
        campaign, list_id, zone_ids = self._campaign, self._list, self._zone_ids
        ready, suppressed = ContactState.READY.value, ContactState.SUPPRESSED.value
        first = 0
        for d in fresh:
            state, next_number = ready, number_ids[first]
            if stop:
                dialable = [i for i, n in enumerate(d.numbers) if n.e164 not in stop]
                state = ready if dialable else suppressed
                next_number = number_ids[first + (dialable[0] if dialable else 0)]
            first += len(d.numbers)
            yield (
                d.id, campaign, list_id, state, _FRESH, d.priority, zone_ids[d.zones], next_number, d.name, d.company,
                d.email, _json(d.fields), 0, created,
            )  # fmt: skip

    def _fill(self, s: Session, filled: Sequence[Draft]) -> None:
        if not filled:
            return
        table: Any = Contact.__table__
        names = ("name", "company", "email", "fields", "zone_set_id")
        change = update(table).where(table.c.id == bindparam("of")).values({n: bindparam("new_" + n) for n in names})
        rows = [
            {
                "of": d.id,
                "new_name": d.name,
                "new_company": d.company,
                "new_email": d.email,
                "new_fields": d.fields,
                "new_zone_set_id": self._zone_ids[d.zones],
            }
            for d in filled
        ]
        s.connection().execute(change, rows)

    def _learn_zones(self, s: Session, sets: set[str]) -> None:
        """Know the id of every zone set in ``sets``, making those that are not there."""
        missing = sets - self._zone_ids.keys()
        if not missing:
            return
        query = select(ZoneSet.names, ZoneSet.id).where(ZoneSet.names.in_(missing))
        self._zone_ids.update(s.execute(query).all())
        for names in sorted(missing - self._zone_ids.keys()):
            self._zone_ids[names] = bulk.zone_set(s, names)

    def _falsehood(self, s: Session) -> Any:
        return 0 if bulk.is_sqlite(s) else False


def _json(fields: dict[str, str]) -> str:
    """An object of texts as JSON; four times as quick as the json module on so small a thing."""
    return "{" + ",".join([f"{encode_basestring(k)}:{encode_basestring(v)}" for k, v in fields.items()]) + "}"
