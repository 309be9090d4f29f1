"""Where recordings lie. Every name here is made from an id of ours that matches ``ID_PATTERN``, and from nothing else.

The PBX writes ``<id>-rx.wav`` (what the customer says) and ``<id>-tx.wav`` (what the customer hears) into one flat
folder; the settled file is ``<day>/<id>.mp3`` below our own folder, the day being the UTC day the recording began.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from dialer.providers.base import ID_PATTERN
from dialer.settings import Settings

CUSTOMER, OURS = "rx", "tx"
SIDES = (CUSTOMER, OURS)
"""Left and right of the settled file."""
_RAW = re.compile(rf"(?P<id>.+)-(?:{CUSTOMER}|{OURS})\.wav")
_SETTLED = re.compile(r"\d{4}-\d{2}-\d{2}/(?P<id>[^/]+)\.mp3")


def is_id(text: str) -> bool:
    """True if ``text`` is an id of ours, and so safe in a file name."""
    return ID_PATTERN.fullmatch(text) is not None


def raw_path(folder: Path, attempt_id: str, side: str) -> Path:
    """What the PBX wrote of one side. Raises ValueError for anything that is not an id or a side of ours."""
    if not is_id(attempt_id) or side not in SIDES:
        raise ValueError("not an id of ours")
    return folder / f"{attempt_id}-{side}.wav"


def settled_name(attempt_id: str, began_at: datetime) -> str:
    """The settled file, relative to :func:`settled_folder`. Raises ValueError for what is not an id of ours."""
    if not is_id(attempt_id):
        raise ValueError("not an id of ours")
    return f"{began_at.astimezone(UTC):%Y-%m-%d}/{attempt_id}.mp3"


def is_settled_name(name: str, attempt_id: str) -> bool:
    """True if ``name`` is what :func:`settled_name` makes of this id, on whatever day."""
    match = _SETTLED.fullmatch(name)
    return match is not None and is_id(attempt_id) and match["id"] == attempt_id


def id_of_raw(name: str) -> str | None:
    """The attempt a file in the PBX's folder belongs to; None if it is none of ours."""
    match = _RAW.fullmatch(name)
    return match["id"] if match and is_id(match["id"]) else None


def settled_folder(settings: Settings) -> Path:
    """Our own recordings folder."""
    return settings.data / "recordings"


def fetched_folder(settings: Settings) -> Path:
    """Where recordings that Twilio made lie once they are here, one file a side, as a PBX would leave them."""
    return settings.data / "twilio-recordings"


def scratch_folder(settled: Path) -> Path:
    """Where files grow before they are whole; what a killed process left there, ``sweep`` deletes."""
    return settled / ".parts"
