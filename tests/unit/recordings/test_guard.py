"""No new recorded call without room for its recording."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from dialer.recordings import guard
from dialer.settings import Asterisk, Settings

GIB = 2**30


def disk(**changed: int) -> SimpleNamespace:
    values = {"f_bavail": 50 * GIB // 4096, "f_blocks": 100 * GIB // 4096, "f_frsize": 4096, "f_flag": 0}
    return SimpleNamespace(**{**values, "f_files": 1_000_000, "f_favail": 500_000, **changed})


@pytest.mark.parametrize(
    ("there", "lines", "reason"),
    [
        (disk(), 50, ""),
        (disk(f_bavail=4 * GIB // 4096), 1, "disk_low"),
        (disk(f_bavail=6 * GIB // 4096), 10, ""),
        (disk(f_bavail=6 * GIB // 4096), 200, "minutes_low"),
        (disk(f_favail=100), 50, "files_low"),
        (disk(f_files=0, f_favail=0), 50, ""),
        (disk(f_flag=os.ST_RDONLY), 1, "not_writable"),
    ],
)
def test_room_is_judged(
    there: SimpleNamespace, lines: int, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard.os, "statvfs", lambda _folder: there)
    room = guard.look(tmp_path, lines)
    assert (room.ok, room.reason) == (not reason, reason)


def test_both_the_pbx_s_folder_and_ours_count(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path, asterisk=Asterisk(recordings=tmp_path / "not-mounted"))
    room = guard.may_record(settings, 1)
    assert (room.ok, room.reason, room.folder) == (False, "no_folder", tmp_path / "not-mounted")


def test_a_folder_of_ours_that_cannot_be_made_is_a_reason_not_a_crash(tmp_path: Path) -> None:
    (tmp_path / "recordings").write_text("a file is in the way")
    assert guard.may_record(Settings(data=tmp_path), 1).reason == "not_writable"
