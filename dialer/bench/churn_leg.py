"""One claimer of ``bench claim-churn``, a process of its own: claims and puts back until told to stop by the clock.

``ours`` claims as the engine does and makes the contact ready again at the list's end (as a retry that came due).
``plain`` takes the first row of a bare queue table and puts it back, with SKIP LOCKED and nothing else.
Run as ``python -m dialer.bench.churn_leg NAME URL CAMPAIGN SECONDS SLICES``; prints the claims of each slice as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, text

from dialer.bench.claim_leg import claim_one
from dialer.store import Database

PUT_BACK = text("UPDATE contact SET state = 'ready', band = 1, priority = 0, due_at = NULL WHERE id = :id")
TABLE = "CREATE TABLE plain_queue (id INTEGER PRIMARY KEY, place BIGINT NOT NULL, taken BOOLEAN NOT NULL)"
INDEX = "CREATE INDEX plain_queue_next ON plain_queue (place) WHERE NOT taken"
FILL = "INSERT INTO plain_queue SELECT id, id, false FROM contact"
_NEXT = "SELECT id FROM plain_queue WHERE NOT taken ORDER BY place LIMIT 1"
_MARK = text("UPDATE plain_queue SET taken = true WHERE id = :id")
_BACK = text("UPDATE plain_queue SET taken = false, place = :place WHERE id = :id").bindparams(bindparam("place"))


def ours(db: Database, campaign_id: int) -> None:
    """Claim, then give back as a retry."""
    found = claim_one(db, campaign_id)
    with db.write() as s:
        s.execute(PUT_BACK, {"id": found})


def plain(db: Database, campaign_id: int) -> None:
    """The same two transactions on the bare table."""
    lock = "" if db.sqlite else " FOR UPDATE SKIP LOCKED"
    with db.write() as s:
        found = s.execute(text(_NEXT + lock)).scalar()
        s.execute(_MARK, {"id": found})
    with db.write() as s:
        s.execute(_BACK, {"id": found, "place": time.time_ns()})


CLAIMERS: dict[str, Callable[[Database, int], None]] = {"ours": ours, "plain": plain}


def main(name: str, url: str, campaign_id: int, seconds: float, slices: int) -> list[int]:
    """Claims in each of ``slices`` equal parts of the time."""
    db, claim = Database(url), CLAIMERS[name]
    claim(db, campaign_id)
    done = [0] * slices
    begin = time.monotonic()
    while (now := time.monotonic() - begin) < seconds:
        claim(db, campaign_id)
        done[int(now / seconds * slices)] += 1
    db.close()
    return done


if __name__ == "__main__":
    words: list[Any] = sys.argv[1:]
    sys.stdout.write(json.dumps(main(words[0], words[1], int(words[2]), float(words[3]), int(words[4]))))
