"""What we know of each leg that is up there, and when its end is certain.

An originate that fails is told twice, by Hangup and by OriginateResponse, in either order, and sometimes by one of
them only. A leg that was answered ends with its Hangup; any other waits a moment for the second half of the story.
May import ``dialer.providers.base``, ``dialer.rules.words`` and this room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dialer.providers.asterisk.outcomes import outcome_of
from dialer.providers.base import Failed, HungUp
from dialer.rules.words import Amd, Outcome

SETTLE_S = 0.5
"""How long the second half of a failure is waited for; both come within milliseconds."""
LOST_AFTER_S = 30.0
"""An originate of which nothing was heard so long after its ring time is doubtful."""


@dataclass(slots=True)
class Leg:
    """One leg. ``channel`` is "" until Asterisk made one. ``due`` and ``settle_at`` are monotonic seconds."""

    id: str
    uniqueid: str
    channel: str = ""
    room: str = ""
    doubtful: bool = False  # whether Asterisk took the originate cannot be known
    asked: bool = False  # we originated it: an OriginateResponse will come
    ringing: bool = False
    answered: bool = False
    cancelled: bool = False
    recording: bool = False
    heard: Amd | None = None
    due: float = 0.0
    settle_at: float | None = None
    cause: int | None = None  # of the Hangup event; None: none came
    sip: int = 0
    reason: int | None = None  # of a failed OriginateResponse; None: none came

    @property
    def over(self) -> bool:
        """Everything that can be said about the end has been said."""
        if self.cause is None:
            return False
        return self.answered or self.reason is not None or not self.asked

    def end(self, at: datetime) -> HungUp | Failed:
        """How it ended, by what is known now. Without a channel nothing ever rang: :class:`Failed`."""
        if not self.channel and self.cause is None and not self.cancelled:
            return Failed(self.id, at, f"Asterisk could not place the call (reason {self.reason or 0})")
        if not (self.asked or self.answered or self.cancelled):  # a caller who gave up before we answered
            return HungUp(self.id, at, Outcome.NO_ANSWER, str(self.cause or ""), self.sip)
        outcome = outcome_of(
            answered=self.answered,
            heard=self.heard,
            rang=self.ringing,
            sip=self.sip,
            cancelled=self.cancelled,
            reason=self.reason,
            cause=self.cause or 0,
        )
        return HungUp(self.id, at, outcome, str(self.cause or ""), self.sip)


class Legs:
    """The table, by leg id and by the channel's Uniqueid. Not thread-safe: its owner locks."""

    def __init__(self) -> None:
        self._legs: dict[str, Leg] = {}
        self._by_uniqueid: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._legs)

    def __iter__(self) -> Iterator[Leg]:
        return iter(list(self._legs.values()))

    def get(self, leg: str) -> Leg | None:
        return self._legs.get(leg)

    def by_uniqueid(self, uniqueid: str) -> Leg | None:
        return self._legs.get(self._by_uniqueid.get(uniqueid, ""))

    def add(self, leg: Leg) -> Leg:
        self._legs[leg.id] = leg
        self._by_uniqueid[leg.uniqueid] = leg.id
        return leg

    def drop(self, leg: Leg) -> None:
        """Forget it; harmless if it is forgotten already."""
        self._legs.pop(leg.id, None)
        self._by_uniqueid.pop(leg.uniqueid, None)
