"""One process of ``dialer bench import``: the bare loop, or the import. Prints its figures as JSON.

Run as ``python -m dialer.bench.import_leg bare|import FILE DATABASE_URL``.
"""

from __future__ import annotations

import csv
import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

NUMBER_COLUMNS = (1, 2)


def bare(path: Path, _url: str) -> Callable[[], dict[str, int]]:
    """Read the file with csv; parse, check and format every number. Nothing else."""
    import phonenumbers as pn

    def work() -> dict[str, int]:
        rows = good = 0
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, delimiter=";")
            next(reader)
            for row in reader:
                rows += 1
                for column in NUMBER_COLUMNS:
                    if not (cell := row[column]):
                        continue
                    try:
                        number = pn.parse(cell, "RU")
                    except pn.NumberParseException:
                        continue
                    if pn.is_valid_number(number):
                        good += bool(pn.format_number(number, pn.PhoneNumberFormat.E164))
        return {"rows": rows, "good": good}

    return work


def imported(path: Path, url: str) -> Callable[[], dict[str, int]]:
    """Import the file into a campaign of its own."""
    from dialer.lists.importing import import_file
    from dialer.store import Base, Database
    from dialer.store.projects import Campaign, Project

    db = Database(url)
    Base.metadata.create_all(db.engine)
    now = datetime.now(UTC)
    with db.write() as s:
        project = Project(name=f"bench {now.isoformat()}", client="bench", created_at=now)
        campaign = Campaign(project=project, name="bench", created_at=now)
        s.add(campaign)
        s.flush()
        campaign_id = campaign.id

    def work() -> dict[str, int]:
        with tempfile.TemporaryDirectory() as data:
            result = import_file(db, path, campaign_id, data=Path(data))
        db.close()
        return {"rows": result.rows, "accepted": result.accepted, "merged": result.merged, "rejected": result.rejected}

    return work


def main(what: str, path: str, url: str) -> None:
    """Time the work alone: starting Python, importing modules and making empty tables count for neither leg."""
    work = {"bare": bare, "import": imported}[what](Path(path), url)
    start = time.perf_counter()
    counts = work()
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures = {"seconds": round(seconds, 2), "rows_per_s": round(counts["rows"] / seconds), "peak_mb": round(peak, 1)}
    sys.stdout.write(json.dumps({**figures, "counts": counts}))


if __name__ == "__main__":
    main(*sys.argv[1:4])
