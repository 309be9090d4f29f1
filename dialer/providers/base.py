"""The protocol every telephone network is spoken to through, and the few things it may tell us.

A *leg* is one party on the network, named by an id of ours: a customer leg's id is its attempt's id (``a…``),
an operator's or closer's leg has an id of its own (``o…``). A *room* (``r…``) is where legs hear each other.
Ids match :data:`ID_PATTERN`; nothing else of ours ever travels to the network but ids and the numbers to dial (P7).

No call here waits for the far side: it raises before the network was asked, or returns once the request is on
its way; what came of it arrives as an event. May import ``dialer.rules.words`` and the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from dialer.rules.words import Amd, Outcome

ID_PATTERN = re.compile(r"[a-z0-9-]{8,64}\Z")
"""What an id of ours looks like, everywhere."""


class ProviderError(Exception):
    """The network was NOT asked. ``permanent`` means that the same request can never succeed."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.permanent = permanent


class Unknown(Exception):
    """The request may or may not have reached the network; it must not be repeated (P1)."""


@dataclass(frozen=True, slots=True)
class CustomerCall:
    """One originate to one number."""

    leg: str
    to: str  # E.164 with the leading +
    caller_id: str  # E.164, or "" for the network's own
    ring_s: int  # give up ringing after so many seconds
    amd: str = ""  # tell machines from people who speak this language ("ru", "en"); "" does not listen
    trunk: str = ""  # route name of the provider's own configuration; "" is its default
    network: str = ""  # which one, where there are several (``switchboard``); "" is the first
    after_beep: bool = False  # a machine would be left a message: detection must tell when its greeting is over


@dataclass(frozen=True, slots=True)
class DeskCall:
    """Ring a person of ours (operator or closer) and put them into ``room`` when they answer."""

    leg: str
    endpoint: str  # the provider's name for the phone: ``op-7`` for PJSIP/op-7, ``client:7`` for Twilio
    room: str
    ring_s: int = 30
    auto_answer: bool = True  # an operator's own phone picks up by itself; a closer's rings
    listener: bool = False  # a supervisor: hears the room and is not heard


class Voice(StrEnum):
    """Who hears a supervisor in a room: nobody, the operator alone, everybody."""

    LISTEN = "listen"
    WHISPER = "whisper"
    BARGE = "barge"


# What an answered customer leg does now. The engine decides it; see ``dialer.engine.answers``.
@dataclass(frozen=True, slots=True)
class Join:
    """Join ``room``; record if ``record``."""

    room: str
    record: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """Hear the announcement ``name`` (one of the PBX's configured sounds), then hang up.

    ``after_beep``: the leg is an answering machine; wait until its greeting and beep are over, then speak.
    """

    name: str
    after_beep: bool = False


@dataclass(frozen=True, slots=True)
class Reject:
    """Hang up at once."""


Plan = Join | Message | Reject


# Events. ``at`` is aware UTC, our clock. ``ref`` is the network's own id, for the journal only.
@dataclass(frozen=True, slots=True)
class Accepted:
    """The network took the request."""

    leg: str
    at: datetime
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Ringing:
    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """Picked up. For a customer leg the answer plan is asked for separately (FastAGI, webhook, call)."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MachineDetected:
    leg: str
    at: datetime
    heard: Amd


@dataclass(frozen=True, slots=True)
class Joined:
    leg: str
    at: datetime
    room: str


@dataclass(frozen=True, slots=True)
class Left:
    leg: str
    at: datetime
    room: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """Recording of this leg's call began (``began``) or ended; ``where`` is relative to the recordings folder."""

    leg: str
    at: datetime
    where: str
    began: bool = False


@dataclass(frozen=True, slots=True)
class HungUp:
    """The leg is gone. ``cause`` is the network's word (Q.850 number or Twilio status), ``sip_code`` 0 if none."""

    leg: str
    at: datetime
    outcome: Outcome
    cause: str = ""
    sip_code: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """The request was refused by the network's front door: nothing rang."""

    leg: str
    at: datetime
    reason: str
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class Doubtful:
    """It cannot be known whether the request was carried out (time-out after sending)."""

    leg: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Down:
    """The link to the network is gone; calls may live on. Nothing may be originated until :class:`Up`."""

    at: datetime
    reason: str
    network: str = ""  # "": the only one


@dataclass(frozen=True, slots=True)
class LiveLeg:
    """One leg that is up there now, as the network tells it."""

    leg: str
    answered: bool
    room: str = ""


@dataclass(frozen=True, slots=True)
class Up:
    """The link is (again) there; ``live`` is the whole truth of what is up. ``restarted`` if the PBX itself is new."""

    at: datetime
    live: Sequence[LiveLeg] = field(default_factory=tuple)
    restarted: bool = False
    network: str = ""  # "": the only one


Event = (
    Accepted | Ringing | Answered | MachineDetected | Joined | Left | Recorded | HungUp | Failed | Doubtful | Down | Up
)
Sink = Callable[[Event], None]
Reply = Callable[[Plan], None]
AnswerHook = Callable[[str, Amd, Reply], None]
"""Asked when a customer leg was answered: (leg, what AMD heard, reply). ``reply`` is called once, soon, perhaps from
another thread. Asked once more where AMD listens beside the call and found a machine only later. Asterisk asks the
same engine by FastAGI, so its driver never calls this."""


class Provider(Protocol):
    """A telephone network. All methods may be called from the engine's thread only, but for ``start``/``stop``.

    Every method that asks the network raises :class:`ProviderError` if it was not asked and :class:`Unknown` if
    that cannot be told.
    """

    name: str

    def start(self, sink: Sink, answer: AnswerHook) -> None:
        """Connect in the background; tell ``sink`` (from any thread) what happens, beginning with Up or Down."""

    def stop(self) -> None:
        """Disconnect; leave the calls alone."""

    def resync(self) -> None:
        """Learn and tell the whole truth once more: an Up follows. Harmless while out of touch: it follows anyway."""

    @property
    def ready(self) -> bool:
        """In sync with the network: calls may be placed."""

    def originate(self, call: CustomerCall) -> None:
        """Dial a contact, at most once."""

    def call_desk(self, call: DeskCall) -> None:
        """Ring an operator's or closer's phone into a room."""

    def move(self, leg: str, room: str) -> None:
        """Put a leg that is up into ``room`` (out of hold, or from one room to another)."""

    def hold(self, leg: str) -> None:
        """Take a leg out of its room and let it hear music; :meth:`move` brings it back."""

    def mute(self, leg: str, room: str, muted: bool) -> None:
        """Stop or resume what ``leg`` says being heard in ``room``."""

    def voice(self, leg: str, room: str, operator: str, who: Voice) -> None:
        """Let a supervisor's ``leg`` in ``room`` be heard by nobody, by the leg ``operator`` alone, or by all."""

    def send_keys(self, leg: str, keys: str) -> None:
        """Play DTMF ``keys`` (0-9 * #) to the leg."""

    def record(self, leg: str, on: bool) -> None:
        """Pause (``on=False``) or resume the recording of a customer leg."""

    def hang_up(self, leg: str) -> None:
        """End a leg. A leg that is not there is not an error."""
