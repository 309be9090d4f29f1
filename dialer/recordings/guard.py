"""May another recording begin? Asked by the engine before it places a NEW call of a campaign that records.

Calls that are up go on: what they lose on a full disk is found out when they are settled. A few system calls, no
writing, so the engine may ask every turn. May import the standard library and ``dialer.settings``.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from dialer.recordings import names
from dialer.settings import Settings

LEAST_SHARE = 0.05
"""Of a folder's disk that must be free."""
LEAST_S = 30 * 60
"""Seconds of sound that must fit, on every line at once."""
BYTES_PER_LINE_S = 2 * 8_000 * 2
"""What the PBX writes of one call: two sides, 8 kHz, 16 bits."""
FILES_PER_LINE = 30
"""Files that must fit a line: two or three a call, calls of a few minutes, for half an hour."""


@dataclass(frozen=True, slots=True)
class Room:
    """Whether there is room to record. ``reason`` is empty, or a fixed word: ``no_folder``, ``not_writable``,
    ``disk_low`` (share), ``minutes_low`` (30 min for every line would not fit), ``files_low`` (inodes)."""

    ok: bool
    reason: str = ""
    free_bytes: int = 0
    folder: Path | None = None


def may_record(settings: Settings, lines: int) -> Room:
    """Look at the PBX's folder and at ours; the first that has no room decides. ``lines``: calls at once, at most."""
    ours = names.settled_folder(settings)
    try:
        ours.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return Room(False, "not_writable", 0, ours)
    room = Room(True)
    for folder in (settings.asterisk.recordings, ours):
        if folder is not None:
            room = look(folder, lines)
            if not room.ok:
                return room
    return room


def look(folder: Path, lines: int) -> Room:
    """The room in one folder."""
    try:
        disk = os.statvfs(folder)
    except OSError:
        return Room(False, "no_folder", 0, folder)
    free = disk.f_bavail * disk.f_frsize
    if disk.f_flag & os.ST_RDONLY or not os.access(folder, os.W_OK | os.X_OK):
        reason = "not_writable"
    elif disk.f_bavail < disk.f_blocks * LEAST_SHARE:
        reason = "disk_low"
    elif free < lines * LEAST_S * BYTES_PER_LINE_S:
        reason = "minutes_low"
    elif disk.f_files and disk.f_favail < lines * FILES_PER_LINE:
        reason = "files_low"
    else:
        reason = ""
    return Room(not reason, reason, free, folder)
