"""What lies in the PBX's folder against the ledger, and disks without room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dialer.recordings import names
from dialer.recordings.sweep import Swept, orphans, sweep
from dialer.store import Database
from tests.store.test_recordings import ENDED, LATER, Place, a_place
from tests.support import sounds


@pytest.fixture
def place(db: Database, tmp_path: Path) -> Place:
    return a_place(db, tmp_path)


@pytest.fixture
def light(lite: Database, tmp_path: Path) -> Place:
    return a_place(lite, tmp_path)


def swept(place: Place) -> Swept:
    return sweep(place.db, place.raw, place.out, LATER)


def test_a_recording_the_engine_forgot_gets_a_line_in_the_ledger(place: Place) -> None:
    place.call("attempt-1", ledger=False)
    place.pair("attempt-1")
    assert swept(place) == Swept(adopted=["attempt-1"])
    place.settle()
    assert place.says("attempt-1") == ("ok", "")


def test_a_call_that_is_up_is_not_adopted(light: Place) -> None:
    light.call("attempt-1", ended=False, ledger=False)
    light.pair("attempt-1")
    assert swept(light) == Swept()


def test_files_of_nobody_are_reported_and_left_alone(place: Place) -> None:
    strangers = ["attempt-9-rx.wav", "holiday.wav", "attempt-1-rx.wav.bak", "Attempt-1-rx.wav"]
    for name in strangers:
        sounds.put(place.raw / name, b"x", ENDED)
    assert swept(place).orphans == sorted(strangers, key=lambda n: (names.id_of_raw(n) is not None, n))
    assert orphans(place.db, place.raw) == sorted(strangers)
    assert len(list(place.raw.iterdir())) == 4


def test_what_came_late_is_no_longer_missing(place: Place) -> None:
    place.call("attempt-1")
    place.settle()
    assert place.says("attempt-1") == ("missing", "no_file")
    place.pair("attempt-1")
    assert swept(place) == Swept(retried=["attempt-1"])
    assert place.says("attempt-1") == ("ok", "")
    assert list(place.raw.iterdir()) == []


def test_what_a_crash_left_behind_after_settling_is_cleared(light: Place) -> None:
    light.call("attempt-1")
    light.pair("attempt-1")
    light.settle()
    light.pair("attempt-1")
    assert swept(light) == Swept(cleared=["attempt-1"])
    assert list(light.raw.iterdir()) == []


def test_a_side_that_could_not_be_read_is_not_cleared(light: Place) -> None:
    light.call("attempt-1")
    light.wrote("attempt-1", "rx", sounds.wav_bytes(sounds.tone(4)))
    light.wrote("attempt-1", "tx", b"no sound" * 10)
    light.settle()
    assert swept(light) == Swept()
    assert [p.name for p in light.raw.iterdir()] == ["attempt-1-tx.wav"]


def test_sound_written_after_settling_is_not_cleared(light: Place) -> None:
    light.call("attempt-1")
    light.pair("attempt-1")
    light.settle()
    light.wrote("attempt-1", "rx", sounds.wav_bytes(sounds.tone(9)), at=LATER + timedelta(seconds=1))
    assert swept(light) == Swept()


def test_nothing_is_cleared_while_the_settled_file_is_not_there(light: Place) -> None:
    light.call("attempt-1")
    light.pair("attempt-1")
    light.settle()
    (light.out / "2026-03-04" / "attempt-1.mp3").unlink()
    light.pair("attempt-1")
    assert swept(light) == Swept() and len(list(light.raw.iterdir())) == 2


def test_half_made_files_of_a_dead_process_go_and_those_of_a_living_one_stay(light: Place) -> None:
    scratch = names.scratch_folder(light.out)
    scratch.mkdir(parents=True)
    sounds.put(scratch / "old", b"x", LATER - timedelta(hours=2))
    sounds.put(scratch / "new", b"x", LATER - timedelta(minutes=2))
    swept(light)
    assert [p.name for p in scratch.iterdir()] == ["new"]


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Path]:
    """A folder with a disk of 256 kB of its own."""
    if os.geteuid() != 0:
        pytest.skip("a disk of limited size needs root")
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=False)
    if done.returncode:
        pytest.skip("tmpfs cannot be mounted here")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_full_disk_of_ours_is_the_reason_and_nothing_is_lost(light: Place, small: Path) -> None:
    light.out = small
    light.call("attempt-1")
    light.pair("attempt-1")
    (small / "ballast").write_bytes(bytes(240 * 1024))
    light.settle()
    assert light.says("attempt-1") == ("missing", "disk_full")
    assert len(list(light.raw.iterdir())) == 2 and list(names.scratch_folder(small).iterdir()) == []
    (small / "ballast").unlink()
    assert swept(light).retried == ["attempt-1"]
    assert light.says("attempt-1") == ("ok", "")


def test_a_full_disk_of_the_pbx_is_the_reason_of_a_short_or_absent_recording(light: Place, small: Path) -> None:
    light.raw = small
    light.call("attempt-1")
    light.call("attempt-2")
    for side in ("rx", "tx"):
        light.wrote("attempt-1", side, sounds.wav_bytes(sounds.tone(2), data=0))
        light.wrote("attempt-2", side, b"")
    with (small / "ballast").open("wb", buffering=0) as ballast, pytest.raises(OSError, match="No space"):
        while True:
            ballast.write(bytes(4096))
    light.settle()
    assert light.says("attempt-1") == ("partial", "disk_full")
    assert light.says("attempt-2") == ("missing", "disk_full")


def test_a_read_only_disk_of_ours_is_the_reason(light: Place, small: Path) -> None:
    light.out = small
    light.call("attempt-1")
    light.pair("attempt-1")
    subprocess.run(["mount", "-o", "remount,ro", small], check=True)
    light.settle()
    assert light.says("attempt-1") == ("missing", "not_writable")
    assert len(list(light.raw.iterdir())) == 2
