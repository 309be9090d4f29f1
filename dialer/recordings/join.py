"""Two mono sides become one stereo MP3, with its peaks and checksum.

In blocks, so that a call of hours costs no more memory. Left is the customer, right is our side. MP3 with a constant
bit rate: every browser plays it, and a jump to any second is plain arithmetic. Samples are handed over as floats: with
16-bit integers libsndfile 1.2.2 mixes the two sides of an MP3 (measured: the silent side is 3 to 23 dB below the
loud one instead of 60 dB).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import soundfile

from dialer.recordings import wav

BLOCK = 65_536
"""Samples worked on at a time."""
POINTS = 800
"""Peaks a side, for drawing: about one a pixel."""
FULL_SCALE = 32_768
QUALITY = {"compression_level": 0.5, "bitrate_mode": "CONSTANT"}
"""32 kbit/s for two sides of 8 kHz."""


class RatesDiffer(Exception):
    """The two sides were not recorded at one rate, so they cannot be laid side by side."""


@dataclass(frozen=True, slots=True)
class Joined:
    """The file made. ``peaks`` are 0..100, left and right alternating."""

    seconds: float
    sha256: str
    peaks: list[int]


class _Sink:
    """A file for libsndfile that remembers why it could not be written: the library itself would not tell."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.error: OSError | None = None

    def write(self, data: bytes) -> int:
        done = 0
        try:
            while done < len(data):  # an unbuffered file may take less than it is given
                done += self._file.write(data[done:])
        except OSError as err:
            self.error = self.error or err
        return done

    def check(self) -> None:
        """Raises the OSError of an earlier write."""
        if self.error:
            raise self.error

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


class _Peaks:
    """The loudest sample of each of :data:`POINTS` slices, for both sides."""

    def __init__(self, frames: int) -> None:
        self._slice = max(1, -(-frames // POINTS))
        self._loudest = np.zeros((-(-frames // self._slice), 2), dtype=np.int32)
        self._at = 0

    def add(self, block: np.ndarray) -> None:
        where = (np.arange(len(block)) + self._at) // self._slice
        np.maximum.at(self._loudest, where, np.abs(block.astype(np.int32)))
        self._at += len(block)

    def scaled(self) -> list[int]:
        return [int(v) for v in (self._loudest * 100 // FULL_SCALE).ravel()]


def join(left: wav.Audio | None, right: wav.Audio | None, target: Path, scratch: Path) -> Joined:
    """Write ``target`` (mode 0600) from the sides there are; a missing side is silence, a shorter one ends in it.

    The file grows in ``scratch`` (same file system) and appears whole or not at all.
    Raises OSError (a full disk too), RatesDiffer; ValueError without any side.
    """
    there = [side for side in (left, right) if side]
    if len({side.rate for side in there}) != 1:
        raise RatesDiffer if there else ValueError("no side to join")
    rate, frames = there[0].rate, max(side.frames for side in there)
    for folder in (target.parent, scratch):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fd, name = tempfile.mkstemp(dir=scratch)
    try:
        with os.fdopen(fd, "w+b", buffering=0) as file:
            peaks = _encode(file, _stereo(left, right, frames), rate, frames)
            os.fsync(file.fileno())
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)
    return Joined(frames / rate, digest, peaks)


def _encode(file: IO[bytes], sound: Iterator[np.ndarray], rate: int, frames: int) -> list[int]:
    sink, peaks = _Sink(file), _Peaks(frames)
    try:
        with soundfile.SoundFile(sink, "w", rate, 2, format="MP3", subtype="MPEG_LAYER_III", **QUALITY) as out:
            for block in sound:
                out.write(block.astype(np.float32) / FULL_SCALE)
                peaks.add(block)
                sink.check()
    except soundfile.LibsndfileError as err:
        sink.check()
        raise OSError(f"the encoder failed: {err}") from err
    sink.check()
    return peaks.scaled()


def _stereo(left: wav.Audio | None, right: wav.Audio | None, frames: int) -> Iterator[np.ndarray]:
    """Blocks of shape (n, 2), 16-bit, ``frames`` samples in all."""
    sides = [wav.blocks(side, BLOCK) if side else iter(()) for side in (left, right)]
    for start in range(0, frames, BLOCK):
        block = np.zeros((min(BLOCK, frames - start), 2), dtype=np.int16)
        for column, side in enumerate(sides):
            samples = np.frombuffer(next(side, b""), dtype="<i2")
            block[: len(samples), column] = samples
        yield block


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut."""
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
