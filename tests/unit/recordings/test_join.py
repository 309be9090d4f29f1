"""Two sides become one file."""

from __future__ import annotations

import hashlib
import stat
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import soundfile

from dialer.recordings import wav
from dialer.recordings.join import BLOCK, POINTS, RatesDiffer, join
from tests.support import sounds


def side(folder: Path, name: str, content: bytes, rate: int = 8000) -> wav.Audio:
    (folder / name).write_bytes(sounds.wav_bytes(content, rate=rate))
    return wav.find_audio(folder / name)


def loudness(samples: np.ndarray) -> float:
    return float(np.sqrt((samples**2).mean()))


def test_left_is_the_customer_and_the_sides_do_not_leak_into_each_other(tmp_path: Path) -> None:
    left = side(tmp_path, "rx.wav", sounds.tone(2, 400) + sounds.silence(2))
    right = side(tmp_path, "tx.wav", sounds.silence(2) + sounds.tone(2, 900))
    joined = join(left, right, tmp_path / "out" / "x.mp3", tmp_path / "parts")
    sound, rate = soundfile.read(tmp_path / "out" / "x.mp3")
    assert rate == 8000 and joined.seconds == 4.0
    first, second = sound[2000:14000], sound[18000:30000]
    assert loudness(first[:, 0]) > 0.1 and loudness(first[:, 1]) < 0.001
    assert loudness(second[:, 1]) > 0.1 and loudness(second[:, 0]) < 0.001


def test_the_file_is_ours_alone_and_its_checksum_is_right(tmp_path: Path) -> None:
    target = tmp_path / "x.mp3"
    joined = join(side(tmp_path, "rx.wav", sounds.tone(1)), None, target, tmp_path / "parts")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert hashlib.sha256(target.read_bytes()).hexdigest() == joined.sha256
    assert list((tmp_path / "parts").iterdir()) == []


def test_a_shorter_side_ends_in_silence(tmp_path: Path) -> None:
    left, right = side(tmp_path, "rx.wav", sounds.tone(1)), side(tmp_path, "tx.wav", sounds.tone(3))
    joined = join(left, right, tmp_path / "x.mp3", tmp_path / "parts")
    sound, _rate = soundfile.read(tmp_path / "x.mp3")
    assert joined.seconds == 3.0
    assert loudness(sound[12000:, 0]) < 0.001 < loudness(sound[12000:, 1])


def test_peaks_show_who_spoke_when(tmp_path: Path) -> None:
    left = side(tmp_path, "rx.wav", sounds.tone(10) + sounds.silence(10))
    right = side(tmp_path, "tx.wav", sounds.silence(10) + sounds.tone(10))
    peaks = join(left, right, tmp_path / "x.mp3", tmp_path / "parts").peaks
    assert len(peaks) == 2 * POINTS and set(peaks) <= set(range(101))
    assert min(peaks[0:POINTS:2]) >= 24 and max(peaks[1:POINTS:2]) == 0
    assert max(peaks[POINTS::2]) == 0 and min(peaks[POINTS + 1 :: 2]) >= 24


@pytest.mark.parametrize("frames", [1, 2, POINTS - 1, POINTS + 1, BLOCK, BLOCK + 1])
def test_odd_lengths_are_kept_to_the_sample(tmp_path: Path, frames: int) -> None:
    joined = join(side(tmp_path, "rx.wav", b"\x80\x80" * frames), None, tmp_path / "x.mp3", tmp_path / "parts")
    assert joined.seconds == frames / 8000
    assert 0 < len(joined.peaks) <= 2 * POINTS
    assert min(joined.peaks[0::2]) == 99  # |-32640| of 32768, and no slice left empty


def test_the_loudest_sample_there_is_is_100(tmp_path: Path) -> None:
    joined = join(side(tmp_path, "rx.wav", b"\x00\x80" * 100), None, tmp_path / "x.mp3", tmp_path / "parts")
    assert max(joined.peaks) == 100


def test_sides_of_two_rates_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RatesDiffer):
        join(
            side(tmp_path, "rx.wav", sounds.tone(1)),
            side(tmp_path, "tx.wav", sounds.tone(1), rate=16000),
            tmp_path / "x.mp3",
            tmp_path / "parts",
        )


def test_an_hour_costs_no_more_memory_than_a_minute(tmp_path: Path) -> None:
    used = []
    for minutes in (1, 10):
        left = side(tmp_path, "rx.wav", bytes(2 * 8000 * 60 * minutes))
        tracemalloc.start()
        join(left, left, tmp_path / "x.mp3", tmp_path / "parts")
        used.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert used[1] < used[0] * 1.5
