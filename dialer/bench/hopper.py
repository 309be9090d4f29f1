"""What ``bench claim`` is compared with: a hopper, as VICIdial has one, on the same contacts.

Every so often one query looks for the next contacts (state, open zones, not suppressed, not in the hopper yet, in the
list's order) and puts their ids into a small table; a claim takes the first of those. The query may use the plain index
on campaign and state, but not our index in the order of claims: that order is what a hopper goes without. Written anew
after what its documentation says; may import the core's tables.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import text

from dialer import clock
from dialer.engine import claim, gate
from dialer.store import Database
from dialer.store.projects import Campaign

SIZE = 100
"""Contacts a refill brings: about what a campaign of 50 operators asks for."""
_REFILL = """
INSERT INTO hopper (contact_id, rank)
SELECT c.id, 0 FROM contact AS c {index}
  JOIN contact_number AS n ON n.id = c.number_id
 WHERE c.campaign_id = :c AND c.state = 'ready' AND {zone} IN ({zones})
   AND NOT EXISTS (SELECT 1 FROM suppression AS x WHERE x.number = n.number AND x.scope_id = 0)
   AND NOT EXISTS (SELECT 1 FROM hopper AS h WHERE h.contact_id = c.id)
 ORDER BY c.band, c.priority DESC, {id} LIMIT :n
"""


def measure(db: Database, campaign_id: int, refills: int) -> dict[str, float]:
    """Milliseconds of a refill (median), and of one contact when refill and taking are shared out among all."""
    with db.write() as s:
        s.execute(text("CREATE TABLE IF NOT EXISTS hopper (contact_id INTEGER PRIMARY KEY, rank INTEGER)"))
        campaign = s.get_one(Campaign, campaign_id)
        zones = gate.open_zone_sets(s, campaign, claim.zone_sets(s, campaign_id), clock.now())
    fills, takes = [], []
    for _ in range(refills):
        start = time.perf_counter()
        with db.write() as s:
            s.execute(text(_refill(db, zones)), {"c": campaign_id, "n": SIZE})
        fills.append((time.perf_counter() - start) * 1000)
        start = time.perf_counter()
        taken = 0
        while taken < SIZE and _take(db):
            taken += 1
        takes.append((time.perf_counter() - start) * 1000 / max(1, taken))
    refill = sorted(fills)[len(fills) // 2]
    take = sorted(takes)[len(takes) // 2]
    return {"refill_ms": round(refill, 1), "take_ms": round(take, 2), "per_contact_ms": round(refill / SIZE + take, 2)}


def _refill(db: Database, zones: list[int]) -> str:
    index = "INDEXED BY ix_contact_campaign_state" if db.sqlite else ""
    # Arithmetic keeps PostgreSQL from reading our index in its order; SQLite is told which index to use.
    names: dict[str, Any] = {"zone": "c.zone_set_id", "id": "c.id"}
    if not db.sqlite:
        names = {"zone": "(c.zone_set_id + 0)", "id": "(c.id + 0)"}
    return _REFILL.format(index=index, zones=", ".join(str(int(z)) for z in zones), **names)


def _take(db: Database) -> int:
    """Take the first contact out of the hopper."""
    with db.write() as s:
        lock = "" if db.sqlite else " FOR UPDATE SKIP LOCKED"
        found = s.execute(text(f"SELECT contact_id FROM hopper ORDER BY rank, contact_id LIMIT 1{lock}")).scalar()  # noqa: S608
        if found is None:
            return 0
        s.execute(text("DELETE FROM hopper WHERE contact_id = :id"), {"id": found})
        s.execute(text("UPDATE contact SET state = 'claimed' WHERE id = :id"), {"id": found})
        return int(found)
