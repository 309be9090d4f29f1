"""Opening one recording: by the exact id of its attempt, or not at all. Who may is decided before (P8)."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from dialer import settings
from dialer.errors import Refusal
from dialer.recordings import names
from dialer.store.calls import Recording


def open_recording(s: Session, attempt_id: str, folder: Path | None = None) -> Path:
    """The settled file (MP3) of this attempt, below ``folder`` (ours, if not given).

    Raises Refusal ``no_recording``: no such id, nothing settled, or the file is not there any more.
    """
    row = s.get(Recording, attempt_id) if names.is_id(attempt_id) else None
    if row is None or not names.is_settled_name(row.path, attempt_id):
        raise Refusal("no_recording")
    path = (folder or names.settled_folder(settings.load())) / row.path
    if path.is_symlink() or not path.is_file():
        raise Refusal("no_recording")
    return path
