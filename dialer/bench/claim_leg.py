"""One claimer of ``bench claim``, a process of its own: claims one contact after the other as the engine does.

A claim is one transaction: the zones with ready contacts, those of them that are open, the best contact, the gate;
what the gate refuses is held and the next one is taken. Run as ``python -m dialer.bench.claim_leg URL CAMPAIGN N``.
"""

from __future__ import annotations

import json
import sys
import time

from dialer import clock
from dialer.desk import next_step
from dialer.engine import claim, gate
from dialer.store import Database
from dialer.store.projects import Campaign

WARM = 20
"""Claims that are not counted: statements are compiled, pages read."""


def claim_one(db: Database, campaign_id: int) -> int:
    """The id of a contact that may be dialled and is now claimed; 0 if there is none."""
    now = clock.now()
    with db.write() as s:
        campaign = s.get_one(Campaign, campaign_id)
        while True:
            zones = gate.open_zone_sets(s, campaign, claim.zone_sets(s, campaign_id), now)
            found = claim.claim(s, campaign_id, zones, 1)
            if not found:
                return 0
            refused = gate.check(s, campaign, found, now)[found[0].id]
            if refused is None:
                return found[0].id
            next_step.hold(s, found[0], refused.rule, refused.until, now)


def main(url: str, campaign_id: int, count: int) -> None:
    """Claim ``count`` contacts; prints their ids and how long each took, in milliseconds, as JSON."""
    db = Database(url)
    ids = [claim_one(db, campaign_id) for _ in range(WARM)]
    took = []
    begin = time.monotonic()
    for _ in range(count):
        start = time.perf_counter()
        ids.append(claim_one(db, campaign_id))
        took.append((time.perf_counter() - start) * 1000)
        if not ids[-1]:
            break
    seconds = time.monotonic() - begin
    db.close()
    sys.stdout.write(json.dumps({"ids": [i for i in ids if i], "ms": took, "begin": begin, "seconds": seconds}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
