"""Reading a WAV file that its writer may not have finished.

A PBX that is killed, or whose disk is full, leaves ``RIFF`` and ``data`` sizes of zero or of some earlier moment,
half a sample at the end, or nothing at all, while the sound is there. Rule 1: a size in the header is believed only if
it fits the file; otherwise the sound goes to the end of the file. Rule 2: nothing is written and nothing is deleted
here. May import the standard library only.

Format: RIFF/WAVE as in Microsoft's "Multimedia Programming Interface and Data Specifications 1.0" (1991).
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

SAMPLE_BYTES = 2
PCM = 1
LONGEST_HEADER = 64 * 1024
"""Chunks before the sound that we are ready to step over, in bytes."""
MOST_NOTES = 16
"""Chunks after the sound that we are ready to step over."""
RATES = range(4_000, 192_001)


class Unreadable(Exception):
    """The file holds no sound that can be understood."""


class Empty(Exception):
    """The file is there and no sound is in it."""


@dataclass(frozen=True, slots=True)
class Audio:
    """Where the sound of a mono 16-bit file is. ``repaired`` if the header was wrong about it."""

    path: Path
    offset: int  # bytes
    frames: int  # samples
    rate: int  # samples a second
    repaired: bool
    modified_s: float  # last write, seconds since the epoch

    @property
    def seconds(self) -> float:
        return self.frames / self.rate


def open_regular(path: Path) -> BinaryIO:
    """Open a plain file: no symbolic link, no pipe that would hang us. Raises OSError, Unreadable."""
    fd = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise Unreadable("not a plain file")
    return os.fdopen(fd, "rb")


def find_audio(path: Path) -> Audio:
    """Find the sound. Raises FileNotFoundError, other OSError, Empty, Unreadable."""
    with open_regular(path) as file:
        status = os.fstat(file.fileno())
        if status.st_size == 0:
            raise Empty
        head = file.read(LONGEST_HEADER)
        rate, offset, declared = _walk(head)
        there = status.st_size - offset
        length = _believable(file, offset, declared, there)
    frames = length // SAMPLE_BYTES
    if frames == 0:
        raise Empty
    return Audio(path, offset, frames, rate, length != declared, status.st_mtime)


def blocks(audio: Audio, frames: int) -> Iterator[bytes]:
    """The sound in blocks of at most ``frames`` samples; ends early if the file has become shorter. Raises OSError."""
    left = audio.frames * SAMPLE_BYTES
    with open_regular(audio.path) as file:
        file.seek(audio.offset)
        while left and (block := file.read(min(left, frames * SAMPLE_BYTES))):
            left -= len(block)
            yield block[: len(block) // SAMPLE_BYTES * SAMPLE_BYTES]


def _walk(head: bytes) -> tuple[int, int, int]:
    """Step over the chunks to the sound: (rate, offset, declared length in bytes). Raises Empty, Unreadable."""
    if head[:4] != b"RIFF"[: len(head)] or head[8:12] != b"WAVE"[: max(0, len(head) - 8)]:
        raise Unreadable("not a WAV file")
    rate, at = 0, 12
    while at + 8 <= len(head):
        name, size = head[at : at + 4], struct.unpack_from("<I", head, at + 4)[0]
        if name == b"data":
            if not rate:
                raise Unreadable("sound before its format")
            return rate, at + 8, size
        if name == b"fmt ":
            rate = _rate(head[at + 8 : at + 24])
        at += 8 + size + size % 2
    if at > LONGEST_HEADER:
        raise Unreadable("no sound near the beginning")
    raise Empty


def _rate(fmt: bytes) -> int:
    if len(fmt) < 16:
        raise Empty
    kind, channels, rate, _per_second, _align, bits = struct.unpack("<HHIIHH", fmt)
    if (kind, channels, bits) != (PCM, 1, 16) or rate not in RATES:
        raise Unreadable("not mono 16-bit PCM")
    return int(rate)


def _believable(file: BinaryIO, offset: int, declared: int, there: int) -> int:
    """How many bytes of sound there are: the declared number if the rest of the file agrees, else all the rest."""
    whole = 0 < declared < there and declared % SAMPLE_BYTES == 0  # half a sample was never declared by a writer
    if declared == there or (whole and _only_chunks(file, offset + declared, offset + there)):
        return declared
    return there


def _only_chunks(file: BinaryIO, at: int, end: int) -> bool:
    """True if the bytes from ``at`` are a few named chunks that end at ``end``: notes after the sound, not sound."""
    at += at % 2
    for _ in range(MOST_NOTES):
        if at >= end:
            return at <= end + 1
        file.seek(at)
        head = file.read(8)
        if len(head) < 8 or not head[:4].isascii() or not head[:4].decode().isprintable():
            return False
        size = struct.unpack("<I", head[4:])[0]
        at += 8 + size + size % 2
    return False
