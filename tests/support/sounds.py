"""WAV files for the tests: whole ones, and ones whose writer was killed."""

from __future__ import annotations

import os
import struct
from datetime import datetime
from pathlib import Path

import numpy as np


def wav_bytes(samples: bytes, rate: int = 8000, riff: int | None = None, data: int | None = None) -> bytes:
    """A mono 16-bit WAV file; ``riff`` and ``data`` replace the true sizes in the header."""
    riff = 36 + len(samples) if riff is None else riff
    data = len(samples) if data is None else data
    fmt = struct.pack("<HHIIHH", 1, 1, rate, rate * 2, 2, 16)
    return (
        b"RIFF"
        + struct.pack("<I", riff)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + fmt
        + b"data"
        + (struct.pack("<I", data) + samples)
    )


def tone(seconds: float, hertz: float = 440.0, rate: int = 8000) -> bytes:
    """A sine at a quarter of full scale."""
    t = np.arange(int(seconds * rate)) / rate
    return (np.sin(2 * np.pi * hertz * t) * 8192).astype("<i2").tobytes()


def silence(seconds: float, rate: int = 8000) -> bytes:
    return bytes(2 * int(seconds * rate))


def put(path: Path, content: bytes, at: datetime) -> Path:
    """Write a file last changed at ``at``."""
    path.write_bytes(content)
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path
