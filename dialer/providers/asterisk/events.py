"""What Asterisk says -> what we tell the engine. One small function per kind of message, found in :data:`HEARD_BY`.

Channels that are none of ours are passed over in silence: a PBX has other calls too. Whatever combination of
messages tells of an end, one HungUp (or Failed) leaves for it. May import ``dialer.providers.base`` and this room.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime

from dialer.providers.asterisk.legs import SETTLE_S, Leg, Legs
from dialer.providers.asterisk.names import is_ours, leg_of
from dialer.providers.asterisk.outcomes import sip_code
from dialer.providers.asterisk.wire import Message
from dialer.providers.base import (
    ID_PATTERN,
    Answered,
    Doubtful,
    Event,
    Joined,
    Left,
    LiveLeg,
    Recorded,
    Ringing,
)

REMEMBERED = 20_000
"""Legs whose end was told and that must not come to life again by a late message."""
RINGING, UP = "5", "6"
"""ChannelState numbers, include/asterisk/channelstate.h."""


class Hearer:
    """Not thread-safe: its owner locks. ``doomed``: channels to hang up, because we gave up before they existed."""

    def __init__(self) -> None:
        self.legs = Legs()
        self.doomed: list[str] = []
        self._ended: deque[str] = deque(maxlen=REMEMBERED)
        self._ended_set: set[str] = set()

    def hear(self, message: Message, at: datetime, mono: float) -> list[Event]:
        """Take one AMI event in; return what follows from it."""
        handler = HEARD_BY.get(message.get("Event"))
        return handler(self, message, at, mono) if handler else []

    def tick(self, at: datetime, mono: float) -> list[Event]:
        """Settle what has waited long enough."""
        events: list[Event] = []
        for leg in self.legs:
            if leg.settle_at is not None and leg.settle_at <= mono:
                events += self._end(leg, at)
            elif not leg.channel and leg.settle_at is None and leg.due <= mono:
                self.legs.drop(leg)
                events.append(Doubtful(leg.id, at))
        return events

    def adopt(self, items: Iterable[Message], mono: float) -> list[LiveLeg]:
        """Make a CoreShowChannels listing the truth; return our legs in it.

        A leg whose end was heard is not believed to live, wherever in the stream the listing stood. An originate
        that has no channel yet is kept, unless it is doubtful: it is on its way.
        """
        found = {leg.id for item in items if (leg := self._from_listing(item, mono))}
        for leg in self.legs:
            if leg.id not in found and leg.settle_at is None and (leg.channel or leg.doubtful):
                self.legs.drop(leg)
        return [LiveLeg(leg.id, leg.answered, leg.room) for leg in self.legs if leg.settle_at is None]

    def _from_listing(self, item: Message, mono: float) -> Leg | None:
        leg = self._known(item, mono)
        if leg is not None:
            leg.channel = item.get("Channel")
            leg.answered = leg.answered or item.get("ChannelState") == UP
            leg.ringing = leg.ringing or item.get("ChannelState") == RINGING
            in_room = item.get("Application") == "ConfBridge"
            leg.room = item.get("ApplicationData").split(",")[0] if in_room else ""
        return leg

    def _known(self, message: Message, mono: float) -> Leg | None:
        """The leg a message is about, entered into the table at first sight; None if it is not ours or is over."""
        uniqueid = message.get("Uniqueid")
        if leg := self.legs.by_uniqueid(uniqueid):
            return leg
        name = leg_of(uniqueid, message.get("Context"))
        if not name or name in self._ended_set:
            return None
        if leg := self.legs.get(name):
            return leg
        up = message.get("ChannelState") == UP and message.get("Event") not in ("Newchannel", "Newstate")
        leg = Leg(name, uniqueid, channel=message.get("Channel"), asked=is_ours(uniqueid), answered=up, due=mono)
        return self.legs.add(leg)

    def knows(self, leg: str) -> bool:
        """Whether the leg is up, on its way, or over since a short while: it must not be dialled again."""
        return self.legs.get(leg) is not None or leg in self._ended_set

    def _end(self, leg: Leg, at: datetime) -> list[Event]:
        """Asterisk does not tell that a recording ended with its call, so we do."""
        self.forget(leg)
        stopped = [Recorded(leg.id, at, recording_of(leg.id))] if leg.recording else []
        return [*stopped, leg.end(at)]

    def forget(self, leg: Leg) -> None:
        """It is over; nothing that comes later brings it back."""
        self.legs.drop(leg)
        if len(self._ended) == REMEMBERED:
            self._ended_set.discard(self._ended[0])
        self._ended.append(leg.id)
        self._ended_set.add(leg.id)

    def _end_if_over(self, leg: Leg, at: datetime, mono: float) -> list[Event]:
        if leg.over:
            return self._end(leg, at)
        if leg.settle_at is None:
            leg.settle_at = mono + SETTLE_S
        return []

    def newchannel(self, message: Message, at: datetime, mono: float) -> list[Event]:
        leg = self._known(message, mono)
        if leg is None:
            return []
        leg.channel = message.get("Channel")
        if leg.cancelled:
            self.doomed.append(leg.channel)
        return self.newstate(message, at, mono)

    def newstate(self, message: Message, at: datetime, mono: float) -> list[Event]:
        leg, state = self._known(message, mono), message.get("ChannelState")
        if leg is None or leg.answered:
            return []
        if state == UP:
            leg.answered = True
            return [Answered(leg.id, at)]
        if state == RINGING and not leg.ringing:
            leg.ringing = True
            return [Ringing(leg.id, at)]
        return []

    def dialstate(self, message: Message, at: datetime, mono: float) -> list[Event]:
        """183 with early media is all that some carriers send while a phone rings."""
        leg = self.legs.by_uniqueid(message.get("DestUniqueid"))
        if leg is None or leg.ringing or leg.answered or message.get("DialStatus") not in ("RINGING", "PROGRESS"):
            return []
        leg.ringing = True
        return [Ringing(leg.id, at)]

    def rename(self, message: Message, at: datetime, mono: float) -> list[Event]:
        leg = self.legs.by_uniqueid(message.get("Uniqueid"))
        if leg is not None:
            leg.channel = message.get("Newname")
        return []

    def join(self, message: Message, at: datetime, mono: float) -> list[Event]:
        leg, room = self._known(message, mono), message.get("Conference")
        if leg is None or not ID_PATTERN.match(room):
            return []
        leg.room = room
        return [Joined(leg.id, at, room)]

    def leave(self, message: Message, at: datetime, mono: float) -> list[Event]:
        leg, room = self._known(message, mono), message.get("Conference")
        if leg is None or not ID_PATTERN.match(room):
            return []
        if leg.room == room:
            leg.room = ""
        return [Left(leg.id, at, room)]

    def recording(self, message: Message, at: datetime, mono: float) -> list[Event]:
        leg, began = self._known(message, mono), message.get("Event") == "MixMonitorStart"
        if leg is None or leg.recording == began:
            return []
        leg.recording = began
        return [Recorded(leg.id, at, recording_of(leg.id), began)]

    def hangup(self, message: Message, at: datetime, mono: float) -> list[Event]:
        leg = self._known(message, mono)
        if leg is None or leg.cause is not None:
            return []
        leg.answered = leg.answered or message.get("ChannelState") == UP
        leg.cause = number(message.get("Cause"))
        leg.sip = sip_code(message.get("TechCause"))
        return self._end_if_over(leg, at, mono)

    def originated(self, message: Message, at: datetime, mono: float) -> list[Event]:
        """The verdict on an originate. Its ActionID is the leg: a failure without a channel has no other id.

        A channel that failed has a Hangup of its own; without one it lives on, and the failure is that of a second
        originate with the same id.
        """
        leg = self.legs.get(message.get("ActionID"))
        if leg is None or leg.answered or message.get("Response") != "Failure":
            return []
        leg.reason = number(message.get("Reason"))
        return [] if leg.channel and leg.cause is None else self._end_if_over(leg, at, mono)


def number(text: str) -> int:
    """A small whole number, 0 for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0


def recording_of(leg: str) -> str:
    """The file with what the customer says; what they hear lies beside it, ``-tx`` in place of ``-rx``."""
    return f"{leg}-rx.wav"


HEARD_BY: dict[str, Callable[[Hearer, Message, datetime, float], list[Event]]] = {
    "Newchannel": Hearer.newchannel,
    "Newstate": Hearer.newstate,
    "DialState": Hearer.dialstate,
    "Rename": Hearer.rename,
    "ConfbridgeJoin": Hearer.join,
    "ConfbridgeLeave": Hearer.leave,
    "MixMonitorStart": Hearer.recording,
    "MixMonitorStop": Hearer.recording,
    "Hangup": Hearer.hangup,
    "OriginateResponse": Hearer.originated,
}
