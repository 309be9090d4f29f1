"""What we know of each leg at Twilio, and of which call SID is whose. Not thread-safe: its owner locks."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from dialer.rules.words import Amd

REMEMBERED = 20_000
"""Ended legs kept in mind, so that late webhooks about them are known for what they are."""
RINGING, ANSWERED, OVER = 1, 2, 3


@dataclass(slots=True)
class Leg:
    """One leg. ``*_s`` are monotonic seconds. ``sid`` is empty until Twilio's id of the call is known."""

    id: str
    to: str = ""
    caller: str = ""
    sid: str = ""
    asked_s: float = 0.0  # 0: it waits in our own queue, Twilio was not asked
    asked_at: datetime | None = None
    news_s: float = 0.0
    unsure: bool = False  # the POST got no answer: whether Twilio took it cannot be known yet
    accepted: bool = False
    stage: int = 0
    rang: bool = False
    heard: Amd | None = None
    greeted: bool = False  # a machine whose greeting and beep are over
    asking: bool = False  # its webhook waits for a plan
    room: str = ""  # where it is
    wanted: str = ""  # where it was told to go
    held: bool = False
    child: str = ""  # the call that bridges it into a room at the PBX
    record: bool = False
    recording: bool = False
    cancelled: bool = False
    given_up: bool = False
    seen: dict[str, int] = field(default_factory=dict)  # conference SID -> highest SequenceNumber heard


class Legs:
    """The table, by our id and by Twilio's."""

    def __init__(self) -> None:
        self._legs: dict[str, Leg] = {}
        self._by_sid: dict[str, str] = {}
        self._ended: OrderedDict[str, str] = OrderedDict()
        self.rooms: dict[str, str] = {}
        """Room -> SID of the conference that is it now."""

    def __len__(self) -> int:
        return len(self._legs)

    def __iter__(self) -> Iterator[Leg]:
        return iter(list(self._legs.values()))

    def get(self, leg: str) -> Leg | None:
        return self._legs.get(leg)

    def by_sid(self, sid: str) -> Leg | None:
        return self._legs.get(self._by_sid.get(sid, ""))

    def add(self, leg: Leg) -> Leg:
        self._legs[leg.id] = leg
        if leg.sid:
            self._by_sid[leg.sid] = leg.id
        return leg

    def bind(self, leg: Leg, sid: str) -> bool:
        """Learn Twilio's id of ``leg``; False if it has another one, or the id is another leg's."""
        owner = self._by_sid.get(sid)
        if leg.sid not in ("", sid) or owner not in (None, leg.id):
            return False
        leg.sid = sid
        self._by_sid[sid] = leg.id
        return True

    def end(self, leg: Leg) -> None:
        """Forget it, but for its name."""
        self._legs.pop(leg.id, None)
        self._by_sid.pop(leg.sid, None)
        self._ended[leg.id] = leg.sid
        if len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)

    def ended_sid(self, leg: str) -> str | None:
        """The call of a leg that ended, "" if it ended without one, None if no such leg ended lately."""
        return self._ended.get(leg)
