"""Recordings go when the rules no longer let us keep them, and the ledger says so; all others stay."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from dialer.recordings.retention import REASON, clear_due
from dialer.rules.words import RecordingState
from dialer.store import Database
from dialer.store.calls import Recording
from tests.conftest import NOON
from tests.support.small_campaign import Desk, desk

DAY = timedelta(days=1)


def recorded(here: Desk, folder: Path, name: str, age: timedelta) -> str:
    contact = here.contact(f"+7916{abs(hash(name)) % 10**7:07d}")
    attempt = here.attempt(contact, "+79160000000", NOON - age)
    (folder / name).write_bytes(b"sound")
    with here.db.write() as s:
        s.add(Recording(attempt_id=attempt, state=RecordingState.OK, path=name, expected_at=NOON - age, peaks=[1]))
    return attempt


def test_what_is_too_old_goes_and_nothing_else(db: Database, tmp_path: Path) -> None:
    europe = desk(db, rules={"profiles": ["eu"]})
    at_home = desk(db, "Home", rules={"profiles": ["none"]})
    broken = desk(db, "Broken", rules={"profiles": ["mars"]})
    old = recorded(europe, tmp_path, "old.mp3", 90 * DAY + timedelta(seconds=1))
    kept = recorded(europe, tmp_path, "kept.mp3", 90 * DAY)
    recorded(at_home, tmp_path, "home.mp3", 900 * DAY)
    recorded(broken, tmp_path, "broken.mp3", 900 * DAY)
    assert clear_due(db, tmp_path, NOON) == 1
    assert clear_due(db, tmp_path, NOON) == 0
    assert {path.name for path in tmp_path.glob("*.mp3")} == {"kept.mp3", "home.mp3", "broken.mp3"}
    with db.read() as s:
        gone, there = s.get_one(Recording, old), s.get_one(Recording, kept)
        assert (gone.state, gone.reason, gone.path, gone.peaks) == (RecordingState.MISSING, REASON, "", None)
        assert there.state is RecordingState.OK
