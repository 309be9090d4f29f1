"""What a real Asterisk wrote becomes a file to hear, also when Asterisk was killed in the call."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import soundfile

from dialer import clock
from dialer.lab import Lab, LabUnavailable
from dialer.lab.behaviours import named
from dialer.lab.wire import Ami
from dialer.recordings.access import open_recording
from dialer.recordings.settle import settle
from dialer.store import Database
from dialer.store.calls import Attempt, Recording
from tests.lab.conftest import CALLER_ID, Engine
from tests.store.test_recordings import Place, a_place
from tests.support.postgres import free_port

pytestmark = pytest.mark.lab


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Lab]:
    """A lab of this test's own, to be killed."""
    made = Lab(tmp_path / "lab", fastagi=f"127.0.0.1:{free_port()}", operators=1, closers=1)
    try:
        made.up()
    except LabUnavailable as err:
        pytest.skip(str(err))
    yield made
    made.down(wipe=True)


@pytest.fixture
def place(lite: Database, tmp_path: Path, own: Lab) -> Place:
    made = a_place(lite, tmp_path)
    made.raw = own.status().recordings
    return made


def talk(own: Lab, ami: Ami, engine: Engine, leg: str, seconds: float) -> None:
    """A recorded call that is up, with so many seconds on file."""
    engine.says = {"WARMLINE_ROOM": "r-recorded", "WARMLINE_RECORD": "1", "WARMLINE_DO": "join"}
    ami.action(
        "Originate",
        Channel=f"PJSIP/{named('talk').number().lstrip('+')}@trunk",
        ChannelId=leg,
        Context="warmline-answered",
        Exten="s",
        Priority="1",
        Async="true",
        CallerID=f"<{CALLER_ID}>",
    )
    ami.wait_for("MixMonitorStart", Uniqueid=leg)
    path, deadline = own.status().recordings / f"{leg}-rx.wav", time.monotonic() + 20
    while not path.exists() or path.stat().st_size < seconds * 16000:
        assert time.monotonic() < deadline, "the recording does not grow"
        time.sleep(0.05)


def ended(place: Place, leg: str, seconds: float) -> None:
    """The books of a call that has just ended after so many seconds."""
    place.call(leg)
    with place.db.write() as s:
        now = clock.now()
        s.get_one(Attempt, leg).ended_at = now
        s.get_one(Recording, leg).expected_at = now - timedelta(seconds=seconds)


def settled(place: Place, leg: str, after_s: float) -> tuple[str, str]:
    """Settle as if ``after_s`` had passed, until the PBX has closed its files."""
    deadline = time.monotonic() + 10
    while settle(place.db, place.raw, place.out, clock.now() + timedelta(seconds=after_s)).waiting:
        assert time.monotonic() < deadline, "the recording is never finished"
        time.sleep(0.05)
    return place.says(leg)


def test_a_call_through_asterisk_is_recorded_whole(place: Place, own: Lab) -> None:
    status, leg = own.status(), "a0whole1"
    engine = Engine(status.fastagi)
    with Ami(status.ami_port, status.ami_user, status.ami_secret) as ami:
        talk(own, ami, engine, leg, 3)
        ami.action("Hangup", Channel=leg)
        ami.wait_for("Hangup", Uniqueid=leg)
    engine.close()
    ended(place, leg, 3.2)
    assert settled(place, leg, 0) == ("ok", "")
    with place.db.read() as s:
        sound, rate = soundfile.read(open_recording(s, leg, place.out))
    assert rate == 8000 and abs(sound[:, 0]).max() > 0.05 > 0.01 > abs(sound[:, 1]).max()
    assert not list(place.raw.glob(f"{leg}*"))


def test_a_call_cut_off_by_the_death_of_asterisk_can_still_be_heard(place: Place, own: Lab) -> None:
    status, leg = own.status(), "a0killed"
    engine = Engine(status.fastagi)
    with Ami(status.ami_port, status.ami_user, status.ami_secret) as ami:
        talk(own, ami, engine, leg, 3)
        own.kill("pbx")
    engine.close()
    header = (place.raw / f"{leg}-rx.wav").read_bytes()[:44]
    assert header[40:44] == bytes(4), "Asterisk wrote a length after all: this test shows nothing"
    ended(place, leg, 3.2)
    assert settled(place, leg, 60) == ("ok", "repaired")
    assert place.line(leg).seconds > 2.5


@pytest.fixture
def nearly_full(own: Lab) -> Iterator[Path]:
    """The PBX's recordings lie on a disk of their own with room for two seconds of a call."""
    if os.geteuid() != 0:
        pytest.skip("a disk of limited size needs root")
    folder = own.status().recordings
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=False)
    if done.returncode:
        pytest.skip("tmpfs cannot be mounted here")
    (folder / "ballast").write_bytes(bytes(180 * 1024))
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


def test_a_disk_that_fills_up_under_a_call_costs_the_recording_and_not_the_call(
    own: Lab, place: Place, nearly_full: Path
) -> None:
    status, leg = own.status(), "a0filled"
    engine = Engine(status.fastagi)
    with Ami(status.ami_port, status.ami_user, status.ami_secret) as ami:
        talk(own, ami, engine, leg, 1.5)
        ami.pump(5)
        assert os.statvfs(nearly_full).f_bavail == 0, "the disk never filled up: this test shows nothing"
        assert own.network_calls()[-1]["ended_at"] is None, "the call was lost"
        ami.action("Hangup", Channel=leg)
        ami.wait_for("Hangup", Uniqueid=leg)
    engine.close()
    ended(place, leg, 6.5)
    assert settled(place, leg, 60) == ("partial", "disk_full")
    with place.db.read() as s:
        assert 1 < soundfile.info(open_recording(s, leg, place.out)).duration < 4
