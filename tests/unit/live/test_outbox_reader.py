"""The outbox reader: every committed line once, also those that commit out of the order of their ids."""

from __future__ import annotations

from sqlalchemy import func, select

from dialer.store import Database
from dialer.store.messages import Outbox
from dialer.store.outbox import tell
from tests.conftest import NOON
from webapp.live.outbox_reader import MAX_GAPS, OutboxReader


def put(db: Database, number: int, **payload: int) -> None:
    with db.write() as s:
        s.add(Outbox(id=number, at=NOON, topic="call", audience="all", payload=payload))


def test_each_line_is_read_once_in_order(db: Database) -> None:
    reader = OutboxReader(db)
    for number in range(3):
        with db.write() as s:
            tell(s, NOON, "call", "all", n=number)
    assert [line.payload["n"] for line in reader.read()] == [0, 1, 2]
    assert reader.read() == []


def test_lines_from_before_the_start_are_not_read(db: Database) -> None:
    put(db, 1)
    assert OutboxReader(db).read() == []


def test_a_line_that_commits_late_is_not_lost(db: Database) -> None:
    put(db, 1)
    reader = OutboxReader(db)
    put(db, 7)
    assert [line.id for line in reader.read()] == [7]
    put(db, 5)  # its transaction took longer
    assert [line.id for line in reader.read()] == [5]
    assert reader.read() == []


def test_a_line_under_way_when_the_reader_starts_is_not_lost(db: Database) -> None:
    put(db, 1)
    put(db, 4)
    reader = OutboxReader(db)
    put(db, 3)
    assert [line.id for line in reader.read()] == [3]


def test_a_huge_gap_is_not_remembered_for_ever(db: Database) -> None:
    reader = OutboxReader(db)
    put(db, 1_000_000)
    assert [line.id for line in reader.read()] == [1_000_000]
    assert len(reader._gaps) == MAX_GAPS
    put(db, 999_999)
    assert [line.id for line in reader.read()] == [999_999]


def test_real_transactions_that_overlap_are_all_seen(db: Database) -> None:
    """On PostgreSQL ids are taken before the commit; SQLite lets one writer in at a time and shows the same result."""
    reader = OutboxReader(db)
    if db.sqlite:
        with db.write() as s:
            tell(s, NOON, "call", "all", n=1)
            tell(s, NOON, "call", "all", n=2)
    else:
        with db.write() as slow:
            tell(slow, NOON, "call", "all", n=1)
            slow.flush()
            with db.write() as quick:
                tell(quick, NOON, "call", "all", n=2)
            assert [line.payload["n"] for line in reader.read()] == [2]
    seen = [line.payload["n"] for line in reader.read()]
    with db.read() as s:
        assert s.scalar(select(func.count()).select_from(Outbox)) == 2
    assert sorted(seen) == ([1, 2] if db.sqlite else [1])
