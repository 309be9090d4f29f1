"""Recordings go when the rules no longer let us keep them, and the ledger says so; all others stay."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from dialer import clock, settings
from dialer.cli.rules_ahead import kept
from dialer.recordings.retention import REASON, clear_due, look_ahead
from dialer.rules.words import RecordingState
from dialer.store import Database
from dialer.store.calls import Recording
from dialer.store.people import Audit
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
    with db.read() as s:
        ahead = {one.campaign: one for one in look_ahead(s, NOON)}
    assert (ahead["Spring calls"].recordings_d, ahead["Spring calls"].due) == (90, 1)
    assert (ahead["Home calls"].recordings_d, ahead["Home calls"].due) == (0, 0)
    assert "no profile named mars" in ahead["Broken calls"].problem and ahead["Broken calls"].due == 0
    assert len(list(tmp_path.glob("*.mp3"))) == 4  # looking deletes nothing
    assert clear_due(db, tmp_path, NOON) == 1
    assert clear_due(db, tmp_path, NOON) == 0
    assert {path.name for path in tmp_path.glob("*.mp3")} == {"kept.mp3", "home.mp3", "broken.mp3"}
    with db.read() as s:
        gone, there = s.get_one(Recording, old), s.get_one(Recording, kept)
        assert (gone.state, gone.reason, gone.path, gone.peaks) == (RecordingState.MISSING, REASON, "", None)
        assert there.state is RecordingState.OK
        lines = s.scalars(select(Audit).where(Audit.action == "recording.retention")).all()
        assert [(line.object, line.detail) for line in lines] == [
            (f"campaign:{europe.campaign_id}", {"by": "rules", "n": 1})
        ]


def test_the_command_tells_what_is_kept_and_what_would_go(
    lite: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = desk(lite, rules={"profiles": ["eu", "us_federal"], "prefixes": ["+7"]})
    desk(lite, "Broken", rules={"profiles": ["mars"]})
    recorded(here, tmp_path, "old.mp3", 91 * DAY)
    monkeypatch.setenv("DIALER_DATABASE_URL", str(lite.engine.url))
    monkeypatch.setattr(clock, "now", lambda: NOON)
    settings.load.cache_clear()
    told = CliRunner().invoke(kept, [], catch_exceptions=False).output.splitlines()
    assert told[0].startswith("Broken calls: nothing goes: there is no profile named mars")
    assert told[1] == (
        "Spring calls: call details at least 1826 d, consents at least 1826 d; "
        "recordings at most 90 d, 1 to be deleted now"
    )
    data = json.loads(CliRunner().invoke(kept, ["--json"], catch_exceptions=False).output)
    assert [one["due"] for one in data] == [0, 1]
