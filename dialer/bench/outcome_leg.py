"""One writer of ``bench outcome``, a process of its own: saves the wrap-ups FIRST to LAST, one transaction each.

``ours`` is the desk's own function, with a disposition that the retry plan follows. ``plain`` writes the same rows as
bare SQL through the bare driver, with the look-ups by key that cannot be left out, and checks nothing. Each prints an
attempt's id once it is committed. Run as ``python -m dialer.bench.outcome_leg NAME URL FIRST LAST``.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from typing import Any

from dialer import clock, collecting
from dialer.desk import wrap_up
from dialer.store import Database

CODE = "refused_soft"
_LOOK = (
    "SELECT * FROM operator_session WHERE user_id = :n",
    "SELECT * FROM attempt WHERE id = :id",
    "SELECT * FROM contact WHERE id = :n",
)
_WRITE = (
    "UPDATE contact SET state = 'waiting', band = 1, due_at = :now, disposition = :code, disposed_at = :now,"
    " owner_id = :n WHERE id = :n",
    "UPDATE attempt SET state = 'closed', disposition = :code, disposed_by = :n, closed_at = :now WHERE id = :id",
    "UPDATE operator_session SET state = 'ready', since_at = :now, attempt_id = NULL, version = version + 1"
    " WHERE user_id = :n",
    "INSERT INTO attempt_move (attempt_id, at, event, old, new, detail) VALUES (:id, :now, 'disposed', 'ended',"
    " 'closed', :json)",
    "INSERT INTO operator_move (user_id, campaign_id, at, event, old, new, reason, attempt_id) VALUES (:n, 1, :now,"
    " 'freed_ready', 'wrap_up', 'ready', '', :id)",
    "INSERT INTO funnel_place (contact_id, project_id, campaign_id, stage, since_at, reason) VALUES (:n, 1, 1,"
    " 'contacted', :now, '')",
    "INSERT INTO funnel_move (contact_id, at, old, new, cause, reason) VALUES (:n, :now, 'new', 'contacted',"
    " :code, '')",
    *("INSERT INTO outbox (at, topic, audience, payload) VALUES (:now, 'call', 'user:1', :json)",) * 5,
)
JSON = '{"disposition": "refused_soft", "by": 1}'


def ours(db: Database, n: int) -> str:
    """As the desk's page does."""
    with db.write() as s:
        return wrap_up.save(s, f"aoutcome-{n:06d}", n, CODE, clock.now()).id


def plain(db: Database, n: int) -> str:
    """The same rows, and nothing else."""
    name = f"aoutcome-{n:06d}"
    values = {"n": n, "id": name, "code": CODE, "json": JSON, "now": _now(db)}
    raw = db.engine.raw_connection()
    try:
        run = raw.driver_connection.execute  # type: ignore[union-attr]
        run("BEGIN IMMEDIATE" if db.sqlite else "BEGIN")
        for statement in _LOOK:
            run(_spelled(db, statement), values).fetchone()
        for statement in _WRITE:
            run(_spelled(db, statement), values)
        run("COMMIT")
    finally:
        raw.close()
    return name


def _now(db: Database) -> Any:
    now = clock.now()
    return now.replace(tzinfo=None).isoformat(" ") if db.sqlite else now


def _spelled(db: Database, statement: str) -> str:
    return statement if db.sqlite else re.sub(r":([a-z]+)", r"%(\1)s", statement)


def main(save: Callable[[Database, int], str], url: str, first: int, last: int) -> None:
    """Save them, telling each."""
    db = Database(url)
    collecting.seldom()  # as the pages' process does
    begin = time.monotonic()
    for n in range(first, last + 1):
        sys.stdout.write(save(db, n) + "\n")
        sys.stdout.flush()
        if n == first:
            begin = time.monotonic()  # the first one puts the statements together
    sys.stdout.write(f"took {time.monotonic() - begin}\n")
    db.close()


if __name__ == "__main__":
    main({"ours": ours, "plain": plain}[sys.argv[1]], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
