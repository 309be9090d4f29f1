"""What the lab's telephone network wrote down of the calls it got: the judge of what was really dialled.

The network's dialplan appends one line when a call arrives, one when it answers, one when it ends; see
``network/extensions.conf.j2``. May import ``dialer.lab.behaviours`` and the standard library.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TypedDict

from dialer.lab.behaviours import behaviour_of


class NetworkCall(TypedDict):
    """One call as the network saw it. ``ended_by`` is "pbx", "network", or "" while it lives (or was lost)."""

    number: str  # E.164 with +
    caller: str
    call_id: str  # SIP Call-ID
    behaviour: str
    at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    talk_s: float
    ended_by: str
    cause: int  # Q.850, 0 while it lives


def read(path: Path) -> list[NetworkCall]:
    """Return every call in the log, oldest first. A line cut off by a crash is left out."""
    calls: dict[str, NetworkCall] = {}
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    for line in text.split("\n")[:-1]:
        kind, at, key, *rest = line.split("|")
        when = datetime.fromisoformat(at).replace(tzinfo=UTC)
        if kind == "call":
            calls[key] = _arrived(when, *rest)
        elif kind == "up" and key in calls:
            calls[key]["answered_at"] = when
        elif kind == "end" and key in calls:
            _ended(calls[key], when, *rest)
    return list(calls.values())


def _arrived(at: datetime, number: str, caller: str, call_id: str) -> NetworkCall:
    return NetworkCall(
        number=f"+{number}",
        caller=caller,
        call_id=call_id,
        behaviour=behaviour_of(number).name,
        at=at,
        answered_at=None,
        ended_at=None,
        talk_s=0.0,
        ended_by="",
        cause=0,
    )


def _ended(call: NetworkCall, at: datetime, cause: str, by: str) -> None:
    call["ended_at"] = at
    call["ended_by"] = by
    call["cause"] = int(cause or 0)
    if call["answered_at"]:
        call["talk_s"] = (at - call["answered_at"]).total_seconds()
