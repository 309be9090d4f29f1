"""What the stand-in knows of a call and of a conference. Standard library only."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from dialer.lab.twilio.twiml import Step

FINAL = ("completed", "busy", "failed", "no-answer", "canceled")
Params = dict[str, list[str]]


def sid(kind: str) -> str:
    """A new SID: two letters and 32 hexadecimal digits."""
    return kind + secrets.token_hex(16)


@dataclass
class Call:
    """One call. ``steps`` is what is left of its TwiML; ``turn`` rises with each new document, so old timers stop."""

    sid: str
    to: str
    from_: str
    params: Params
    direction: str = "outbound-api"
    status: str = "queued"
    sip: int = 0
    created_s: float = field(default_factory=time.time)
    answered_s: float = 0.0
    ended_s: float = 0.0
    ended_by: str = ""
    seq: int = 0
    turn: int = 0
    steps: list[Step] = field(default_factory=list)
    room: Room | None = None
    parent: Call | None = None
    child: Call | None = None
    """The call that a ``Dial`` with a ``Sip`` made for it."""
    label: str = ""
    keys_to: str = ""
    """Whom a key that is pressed now is told."""
    hold: bool = False
    muted: bool = False
    coach: str = ""
    """The call that alone hears it."""
    rooms: list[str] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    """What was said and played to it."""
    tape: list[str] = field(default_factory=list)
    """What an answering machine has of that: what began after its beep, if it was heard to its end."""

    def one(self, name: str) -> str:
        """A parameter of the request that placed it."""
        return self.params.get(name, [""])[0]


@dataclass
class Room:
    """One conference; its webhook is the one its first participant's TwiML named."""

    sid: str
    name: str
    url: str
    events: frozenset[str]
    created_s: float = field(default_factory=time.time)
    status: str = "in-progress"
    seq: int = 0
    calls: list[Call] = field(default_factory=list)
