"""Tables for ``bench claim``: many contacts, of which 30 % may not be dialled now.

20 % lie in time zones that are closed at this hour, 10 % have a number on the suppression list. Filled by plain SQL in
big steps; the indexes are those of the product.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from dialer import clock
from dialer.rules.words import CampaignState
from dialer.store import Base, Database
from dialer.store.contacts import ZoneSet
from dialer.store.projects import Campaign, Project

OPEN_ZONES = 8
CLOSED_OF_10 = 2
FIRST = 79_000_000_000
STEP = 50_000
_CONTACT = """
INSERT INTO contact (id, campaign_id, state, band, priority, zone_set_id, number_id, name, company, email, fields,
 tries, created_at)
SELECT n, :c, 'ready', 2, n % 5, CASE WHEN n % 10 < :closed THEN :far + n / 10 % 3 ELSE 1 + n / 10 % :near END, n,
 'Contact ' || n, '', '', '{}', 0, :now FROM series
"""
_NUMBER = """
INSERT INTO contact_number (id, contact_id, campaign_id, number, extension, position, bad)
SELECT n, n, :c, '+' || (:first + n), '', 0, false FROM series
"""
_SUPPRESSION = """
INSERT INTO suppression (number, scope_id, prefix, reason, source, added_at)
SELECT '+' || (:first + n), 0, false, 'bench', 'import', :now FROM series WHERE n % 10 = :closed
"""


def fill(db: Database, contacts: int) -> int:
    """Make the tables and a running campaign with ``contacts``; returns the campaign's id."""
    Base.metadata.create_all(db.engine)
    now = clock.now()
    with db.write() as s:
        project = Project(name="Bench", client="Bench", country="RU", created_at=now)
        s.add(project)
        s.flush()
        campaign = Campaign(
            project_id=project.id,
            name="Bench",
            state=CampaignState.RUNNING,
            created_at=now,
            rules={"hours": {"all": hours(now)}, "profiles": ["demo"]},
        )
        s.add(campaign)
        s.flush()
        campaign_id = campaign.id
        s.add_all([ZoneSet(id=n + 1, names=name) for n, name in enumerate((*_zones(True), *_zones(False)))])
    _rows(db, campaign_id, contacts, now)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return campaign_id


def hours(now: datetime) -> str:
    """Calling hours that are open for four hours around the present hour of UTC+3 and closed far from it."""
    here = now.astimezone(UTC) + timedelta(hours=3)
    first = here - timedelta(hours=2)
    last = here + timedelta(hours=2)
    if first.date() != last.date():
        return "00:00-04:00" if here.hour < 12 else "20:00-24:00"
    return f"{first:%H:%M}-{last:%H:%M}"


def _zones(open_now: bool) -> list[str]:
    """Names of zone sets: UTC+3 in several spellings, or the other side of the Earth."""
    near = ("Europe/Moscow", "Europe/Kirov", "Europe/Minsk", "Asia/Riyadh", "Africa/Nairobi", "Asia/Qatar")
    far = ("Pacific/Honolulu", "Pacific/Tahiti")
    names = near if open_now else far
    return [*names, "|".join(sorted(names[:2])), *(["|".join(sorted(names[2:4]))] if open_now else [])]


def _rows(db: Database, campaign_id: int, contacts: int, now: datetime) -> None:
    """A contact's last digit says what it is: 0 and 1 lie in closed zones, 2 is suppressed."""
    common = {"c": campaign_id, "now": _instant(db, now), "first": FIRST, "closed": CLOSED_OF_10}
    common |= {"near": OPEN_ZONES, "far": OPEN_ZONES + 1}
    for first in range(1, contacts + 1, STEP):
        last = min(first + STEP - 1, contacts)
        with db.write() as s:
            for statement in (_CONTACT, _NUMBER, _SUPPRESSION):
                wanted = {name: value for name, value in common.items() if f":{name}" in statement}
                s.execute(text(_series(db, statement)), {**wanted, "a": first, "b": last})


def _series(db: Database, sql: str) -> str:
    """``sql`` with the numbers :a to :b under the name ``series``."""
    if not db.sqlite:
        return sql.replace("FROM series", "FROM generate_series(CAST(:a AS int), CAST(:b AS int)) AS series(n)")
    head = "WITH RECURSIVE series(n) AS (SELECT :a UNION ALL SELECT n + 1 FROM series WHERE n < :b) SELECT "
    return sql.replace("SELECT ", head, 1)


def _instant(db: Database, now: datetime) -> Any:
    return now.replace(tzinfo=None).isoformat(" ") if db.sqlite else now
