"""Drafts go into the database, a batch in a transaction: new contacts, contacts filled up, the list's counts.

Within a campaign a number belongs to one contact. A draft whose number is known is merged into that contact, so a file
imported twice changes nothing, and a crash between batches leaves whole batches and true counts behind.
May import ``dialer.store``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from dialer.errors import BadInput
from dialer.lists import bulk
from dialer.lists.merging import merge
from dialer.lists.rows import Draft
from dialer.lists.storing import Storage
from dialer.lists.suppressed import Suppressed
from dialer.rules.words import CampaignState
from dialer.store.contacts import Contact, ContactList, ContactNumber, ZoneSet
from dialer.store.database import Database
from dialer.store.outbox import tell
from dialer.store.projects import Campaign

TRIES = 5
BATCH, QUIET_BATCH = 4000, 20_000
"""Rows a transaction. 4000 hold SQLite's write lock for about 80 ms, so that an engine's own writes fit in between;
while no campaign is running, five times as many, for each index page is then written fewer times."""
QUIET_WAL_PAGES, WAL_PAGES = 20_000, 1000
"""After how many pages SQLite moves its journal into the database: 80 MB while nobody dials, else SQLite's choice."""
_LOCK = 7301


@dataclass
class Counts:
    """Rows so far: ``rows`` = ``accepted`` + ``merged`` + ``rejected``, always."""

    rows: int = 0
    accepted: int = 0
    merged: int = 0
    rejected: int = 0

    def plus(self, accepted: int, merged: int, rejected: int) -> Counts:
        """These counts and one batch more."""
        rows = self.rows + accepted + merged + rejected
        return Counts(rows, self.accepted + accepted, self.merged + merged, self.rejected + rejected)


class Writer:
    """Writes one list into one campaign, on a connection of its own. Not to be shared between threads.

    ``batch`` is how many rows it wants at a time; ``overlaps``: another thread may work while :meth:`write` waits.
    """

    def __init__(self, db: Database, campaign_id: int, project_id: int, list_id: int) -> None:
        self._db, self._campaign, self._list = db, campaign_id, list_id
        self._storage = Storage(campaign_id, list_id)
        with db.read() as s:
            self._suppressed = Suppressed(s, project_id)
            running = select(Campaign.id).where(Campaign.state == CampaignState.RUNNING).limit(1)
            quiet = s.scalar(running) is None
        self.overlaps = not db.sqlite
        self.batch = QUIET_BATCH if quiet else BATCH
        self._connection = db.engine.connect()
        self._journal(QUIET_WAL_PAGES if quiet else WAL_PAGES)

    def close(self) -> None:
        """Give the connection back as it was."""
        self._journal(WAL_PAGES)
        self._connection.close()

    def _journal(self, pages: int) -> None:
        if self._db.sqlite:
            driver: Any = self._connection.connection.driver_connection
            driver.execute(f"PRAGMA wal_autocheckpoint = {pages}")

    def write(self, drafts: Sequence[Draft], rejected: int, before: Counts, now: datetime, say: bool) -> Counts:
        """Write a batch of drafts and count them and ``rejected`` rows; ``say`` tells the pages. Returns the counts.

        Raises BadInput if another process is importing the same list, Taken if others store the same numbers as
        fast as we do.
        """
        for _ in range(TRIES - 1):
            try:
                return self._once(drafts, rejected, before, now, say)
            except bulk.Taken:
                self._storage.forget()
        return self._once(drafts, rejected, before, now, say)

    def _once(self, drafts: Sequence[Draft], rejected: int, before: Counts, now: datetime, say: bool) -> Counts:
        with Session(self._connection, expire_on_commit=False) as s, s.begin():
            if not self._db.sqlite:
                s.execute(text("SELECT pg_advisory_xact_lock(:a, :b)"), {"a": _LOCK, "b": self._campaign})
            numbers = {n.e164 for d in drafts for n in d.numbers}
            owners, known = self._known(s, numbers)
            fresh = _sort_out(drafts, owners)
            filled = [d for d in known if d.changed]
            self._storage.store(s, fresh, filled, self._suppressed.among(s, numbers), now)
            after = before.plus(len(fresh), len(drafts) - len(fresh), rejected)
            self._count(s, before, after)
            if say:
                tell(s, now, "import", f"campaign:{self._campaign}", list_id=self._list)
            return after

    def _known(self, s: Session, numbers: set[str]) -> tuple[dict[str, Draft], list[Draft]]:
        """The contacts of the campaign that have some of ``numbers``: by number, and each once."""
        mine = ContactNumber.campaign_id == self._campaign, bulk.among(s, ContactNumber.number, numbers)
        found = s.execute(select(ContactNumber.number, ContactNumber.contact_id).where(*mine)).all()
        contacts = self._loaded(s, {contact_id for _, contact_id in found}) if found else {}
        return {number: contacts[contact_id] for number, contact_id in found}, list(contacts.values())

    def _loaded(self, s: Session, ids: set[int]) -> dict[int, Draft]:
        last = dict(
            s.execute(
                select(ContactNumber.contact_id, func.max(ContactNumber.position))
                .where(bulk.among(s, ContactNumber.contact_id, ids))
                .group_by(ContactNumber.contact_id)
            ).all()
        )
        columns = (Contact.id, Contact.name, Contact.company, Contact.email, Contact.fields, ZoneSet.names)
        query = select(*columns).join(ZoneSet).where(bulk.among(s, Contact.id, ids)).with_for_update(of=Contact)
        drafts = {}
        for contact_id, name, company, email, fields, zones in s.execute(query):
            draft = drafts[contact_id] = Draft(0, [])
            draft.id, draft.positions = contact_id, last[contact_id] + 1
            draft.name, draft.company, draft.email, draft.zones = name, company, email, zones
            draft.fields = dict(fields)
        return drafts

    def _count(self, s: Session, before: Counts, after: Counts) -> None:
        rows, accepted, merged, rejected = astuple(after)
        change = (
            update(ContactList)
            .where(ContactList.id == self._list, ContactList.rows == before.rows)
            .values(rows=rows, accepted=accepted, merged=merged, rejected=rejected)
        )
        if s.connection().execute(change).rowcount != 1:
            raise BadInput("this file is being imported into the campaign by somebody else just now")


def _sort_out(drafts: Sequence[Draft], owners: dict[str, Draft]) -> list[Draft]:
    """Merge every draft whose number has an owner, in the database or earlier in the batch. Returns the others."""
    fresh = []
    for draft in drafts:
        numbers = draft.numbers
        into = owners.get(numbers[0].e164)
        if into is None and len(numbers) > 1:
            into = next((owners[n.e164] for n in numbers if n.e164 in owners), None)
        if into is None:
            fresh.append(draft)
            new = numbers
        else:
            new = [n for n in numbers if n.e164 not in owners]
            merge(into, draft, new)
        for number in new:
            owners[number.e164] = into or draft
    return fresh
