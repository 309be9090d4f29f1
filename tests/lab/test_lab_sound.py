"""Sound flows, and each side of a recording holds one side of the talk."""

from __future__ import annotations

import time
import wave
from pathlib import Path

import numpy as np
import pytest

from dialer.lab import Lab
from dialer.lab.wire import Ami
from tests.lab.conftest import Call, Engine

pytestmark = pytest.mark.lab
SPEECH, SILENCE = 400, 60
"""Root mean square of 16-bit samples: speech at telephone level is above the one, line noise below the other."""


def loudness(path: Path) -> float:
    with wave.open(str(path)) as sound:
        assert (sound.getframerate(), sound.getnchannels()) == (8000, 1)
        samples = np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(float)
    return float(np.sqrt((samples**2).mean())) if len(samples) else 0.0


def recorded(lab: Lab, ami: Ami, leg: str) -> tuple[Path, Path]:
    """Hang up, wait until Asterisk has closed the files, return (rx, tx)."""
    ami.action("Hangup", Channel=leg)
    ami.wait_for("Hangup", Uniqueid=leg)
    rx, tx = (lab.status().recordings / f"{leg}-{side}.wav" for side in ("rx", "tx"))
    deadline = time.monotonic() + 5
    # The header gets its length when the file is closed.
    while any(p.read_bytes()[40:44] == bytes(4) for p in (rx, tx)):
        assert time.monotonic() < deadline, "Asterisk did not close the recording"
        time.sleep(0.02)
    return rx, tx


def grown(path: Path, seconds: float) -> None:
    """Wait until the file holds so many seconds of sound."""
    deadline = time.monotonic() + seconds + 10
    while not path.exists() or path.stat().st_size < seconds * 16000:
        assert time.monotonic() < deadline, f"{path.name} does not grow"
        time.sleep(0.05)


def test_a_voice_is_heard_on_its_own_side_only(lab: Lab, ami: Ami, call: Call, engine: Engine) -> None:
    engine.says = {"WARMLINE_ROOM": "r-sound", "WARMLINE_RECORD": "1", "WARMLINE_DO": "join"}
    leg = call("talk")
    ami.wait_for("MixMonitorStart", Uniqueid=leg)
    grown(lab.status().recordings / f"{leg}-rx.wav", 2)
    rx, tx = recorded(lab, ami, leg)
    assert loudness(rx) > SPEECH
    assert loudness(tx) < SILENCE


def test_two_in_a_room_hear_each_other(lab: Lab, ami: Ami, call: Call, engine: Engine) -> None:
    engine.says = {"WARMLINE_ROOM": "r-two-talk", "WARMLINE_RECORD": "1", "WARMLINE_DO": "join"}
    quiet, talker = call("deadair"), call("talk")
    ami.wait_for("ConfbridgeJoin", Uniqueid=talker)
    grown(lab.status().recordings / f"{quiet}-tx.wav", 3)
    rx, tx = recorded(lab, ami, quiet)
    recorded(lab, ami, talker)
    assert loudness(tx) > SPEECH, "the talker does not reach the other"
    assert loudness(rx) < SILENCE


def test_the_recording_goes_on_through_hold_and_the_sides_stay_in_step(
    lab: Lab, ami: Ami, call: Call, engine: Engine
) -> None:
    engine.says = {"WARMLINE_ROOM": "r-held", "WARMLINE_RECORD": "1", "WARMLINE_DO": "join"}
    leg = call("talk")
    ami.wait_for("ConfbridgeJoin", Uniqueid=leg, Conference="r-held")
    path = lab.status().recordings / f"{leg}-rx.wav"
    grown(path, 1)
    ami.action("Redirect", Channel=leg, Context="warmline-hold", Exten="s", Priority="1")
    ami.wait_for("MusicOnHoldStart", Uniqueid=leg)
    before = path.stat().st_size / 16000
    grown(path, before + 2)
    ami.action("Redirect", Channel=leg, Context="warmline-room", Exten="r-held", Priority="1")
    grown(path, before + 3)
    rx, tx = recorded(lab, ami, leg)
    assert rx.stat().st_size == tx.stat().st_size
    assert loudness(tx) > SILENCE, "the music on hold is not on the customer's side"


def test_no_recording_is_made_unless_asked_for(lab: Lab, ami: Ami, call: Call, engine: Engine) -> None:
    engine.says = {"WARMLINE_ROOM": "r-private", "WARMLINE_RECORD": "0", "WARMLINE_DO": "join"}
    leg = call("talk")
    ami.wait_for("ConfbridgeJoin", Uniqueid=leg)
    ami.action("Hangup", Channel=leg)
    ami.wait_for("Hangup", Uniqueid=leg)
    assert not list(lab.status().recordings.glob(f"{leg}*"))
