"""Claiming: taking the next contacts to dial straight from the table, in the order that a manager expects.

Order: due callbacks, due retries, fresh ones; within each, priority, then the list's order. Per set of time zones
that is open now, the first ``n`` come from the partial index ``ix_contact_claim``; the best ``n`` of those are taken.
So a closed zone is never walked over, and a claim costs the same at a thousand contacts and at ten million.
A contact claimed by one claimer cannot be claimed by another: BEGIN IMMEDIATE on SQLite, SKIP LOCKED on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Integer, bindparam, select, text, update
from sqlalchemy.orm import Session

from dialer.rules.words import ContactState
from dialer.store.base import Utc
from dialer.store.contacts import Contact

RIPEN_BATCH = 500
"""Contacts that become ready in one turn; a bigger wave is spread over turns of a few milliseconds each."""
_ZONES = text("""
WITH RECURSIVE z(id) AS (
  SELECT min(zone_set_id) FROM contact WHERE campaign_id = :c AND state = 'ready'
  UNION ALL
  SELECT (SELECT min(zone_set_id) FROM contact WHERE campaign_id = :c AND state = 'ready' AND zone_set_id > z.id)
  FROM z WHERE z.id IS NOT NULL
) SELECT id FROM z WHERE id IS NOT NULL
""")
_FIRST = """SELECT id, band, priority FROM contact
 WHERE campaign_id = :c AND state = 'ready' AND zone_set_id = {zone}
 ORDER BY band, priority DESC, id LIMIT :n{lock}"""

_IDS = Contact.id.in_(bindparam("ids", expanding=True))
_TAKE = (
    update(Contact)
    .where(_IDS, Contact.state == ContactState.READY)
    .values(state=ContactState.CLAIMED, held_by=None)
    .execution_options(synchronize_session=False)
)
_TAKEN = select(Contact).where(_IDS).execution_options(populate_existing=True)

_DUE = (
    select(Contact.id)
    .where(
        Contact.campaign_id == bindparam("c", type_=Integer),
        Contact.state.in_((ContactState.WAITING, ContactState.HELD)),
        Contact.due_at <= bindparam("now", type_=Utc),
    )
    .order_by(Contact.due_at)
    .limit(bindparam("most", type_=Integer))
    .with_for_update(skip_locked=True)
)


def zone_sets(s: Session, campaign_id: int) -> list[int]:
    """Ids of the zone sets that have ready contacts: one index probe each."""
    return [row[0] for row in s.execute(_ZONES, {"c": campaign_id})]


def claim(s: Session, campaign_id: int, open_zone_sets: Collection[int], n: int) -> Sequence[Contact]:
    """Take up to ``n`` contacts whose zones are open; they are ``claimed`` when the caller commits."""
    if not open_zone_sets or n <= 0:
        return []
    lock = "" if s.get_bind().dialect.name == "sqlite" else " FOR UPDATE SKIP LOCKED"
    # Zone ids are integers of our own database; int() keeps it so.
    each = (f"SELECT * FROM ({_FIRST.format(zone=int(z), lock=lock)}) AS z" for z in open_zone_sets)  # noqa: S608
    best = text(f"SELECT id FROM ({' UNION ALL '.join(each)}) AS f ORDER BY band, priority DESC, id LIMIT :n")  # noqa: S608
    ids = [row[0] for row in s.execute(best, {"c": campaign_id, "n": n})]
    if not ids:
        return []
    s.execute(_TAKE, {"ids": ids})
    rows = s.scalars(_TAKEN, {"ids": ids}).all()
    order = {contact_id: place for place, contact_id in enumerate(ids)}
    return sorted(rows, key=lambda contact: order[contact.id])


def ripen(s: Session, campaign_id: int, now: datetime) -> int:
    """Make contacts ready whose retry, callback or hold is due; returns how many (at most RIPEN_BATCH)."""
    ids = s.scalars(_DUE, {"c": campaign_id, "now": now, "most": RIPEN_BATCH}).all()
    if ids:
        s.execute(
            update(Contact)
            .where(Contact.id.in_(ids))
            .values(state=ContactState.READY, due_at=None)
            .execution_options(synchronize_session=False)
        )
    return len(ids)


def next_due(s: Session, campaign_id: int) -> datetime | None:
    """When the next waiting or held contact ripens; None if none does."""
    return s.scalars(
        select(Contact.due_at)
        .where(
            Contact.campaign_id == campaign_id,
            Contact.state.in_((ContactState.WAITING, ContactState.HELD)),
            Contact.due_at.is_not(None),
        )
        .order_by(Contact.due_at)
        .limit(1)
    ).first()
