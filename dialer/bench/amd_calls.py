"""The calls of ``bench amd``: every voice of the lab is dialled, listened to by the PBX and spoken to at once.

The dialplan is the product's own. In place of the engine a FastAGI server notes what the detection said and answers
"play the message", so that the first sound the callee hears is the earliest that an operator's could be. The network
tells when a call was answered and when the first sound came from the PBX. Imports the lab and the standard library.
"""

from __future__ import annotations

import itertools
import socketserver
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dialer.lab import LabStatus
from dialer.lab.behaviours import named
from dialer.lab.wire import Ami, Message

COUNTRY = {"ru": "7916", "en": "1212"}
"""The numbers whose voices speak a language (the network's dialplan goes by the first digit)."""
GREETS = ("talk", "firm")
"""Behaviours of people who speak first; the network tells when they have."""
GIVE_UP_S = 20.0
"""A call in which nothing more happened for so long is ended and counted as it is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One call to make: to whom, with which parameters, and what the set of parameters is called."""

    language: str
    behaviour: str
    voice: int
    set_name: str
    parameters: tuple[int, ...]


@dataclass(slots=True)
class Call:
    """What came of it: ``said`` is the detection's word, "" if it gave none; moments are epoch seconds, 0 if never."""

    wanted: Wanted
    leg: str
    number: str
    placed_at: float
    answered_at: float = 0.0
    said: str = ""
    asked_at: float = 0.0
    spoke_at: float = 0.0
    sound_at: float = 0.0

    @property
    def after_answer_s(self) -> float | None:
        """From the answer to the first sound that the callee hears; None if there was none."""
        return self.sound_at - self.answered_at if self.sound_at and self.answered_at else None

    @property
    def after_greeting_s(self) -> float | None:
        """The silence itself: from the end of the callee's own greeting (from the answer, of who says nothing) to that
        sound; 0 of who is spoken to while still speaking."""
        waited_s = self.after_answer_s
        if waited_s is None or self.wanted.behaviour not in GREETS:
            return waited_s
        return self.sound_at - self.spoke_at if 0 < self.spoke_at < self.sound_at else 0.0


class _Asked(socketserver.StreamRequestHandler):
    """One question of the dialplan."""

    server: _Answers

    def handle(self) -> None:
        lines = iter(lambda: self.rfile.readline().decode().strip(), "")
        question = {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
        at, call = time.time(), self.server.calls.get(question.get("agi_uniqueid", ""))
        if call is None:
            return
        call.said, call.asked_at = question.get("agi_arg_1", ""), at
        for name, value in (("MESSAGE", f"sorry-{call.wanted.language}"), ("DO", "message")):
            self.wfile.write(f'SET VARIABLE WARMLINE_{name} "{value}"\n'.encode())
            self.rfile.readline()


class _Answers(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    calls: dict[str, Call]


@dataclass
class Caller:
    """Makes the calls, so many at once."""

    status: LabStatus
    at_once: int
    calls: dict[str, Call] = field(default_factory=dict)

    def make(self, wanted: Iterable[Wanted]) -> list[Call]:
        """Every call, once it is over. Raises AmiError if the lab does not answer."""
        host, _, port = self.status.fastagi.partition(":")
        with (
            _Answers((host, int(port)), _Asked) as answers,
            Ami(self.status.ami_port, self.status.ami_user, self.status.ami_secret) as pbx,
            Ami(self.status.network_ami_port, self.status.ami_user, self.status.network_ami_secret) as network,
        ):
            answers.calls = self.calls
            threading.Thread(target=answers.serve_forever, daemon=True).start()
            network.action("Setvar", Variable="SOUND_EVENTS", Value="1")
            try:
                self._all(wanted, pbx, network)
            finally:
                answers.shutdown()
        return list(self.calls.values())

    def _all(self, wanted: Iterable[Wanted], pbx: Ami, network: Ami) -> None:
        waiting, up = _numbered(wanted), dict[str, Call]()
        while True:
            for call in itertools.islice(waiting, self.at_once - len(up)):
                self.calls[call.leg] = up[call.number] = call
                _place(pbx, call, self.status.trunk)
            if not up:
                return
            network.pump(0.02)
            for event in _taken(network):
                if told := up.get(event.get("AccountCode", "")):
                    _note(told, event, pbx)
            pbx.pump(0.01)
            over = {event.get("Uniqueid") for event in _taken(pbx) if event["Event"] == "Hangup"}
            for call in list(up.values()):
                if call.leg in over or time.time() - call.placed_at > GIVE_UP_S:
                    pbx.action("Hangup", Channel=call.leg)
                    del up[call.number]


def _numbered(wanted: Iterable[Wanted]) -> Iterator[Call]:
    """Calls with a leg and a number of their own: country, a running number, the voice, the behaviour's suffix."""
    for n, one in enumerate(wanted):
        number = f"{COUNTRY[one.language]}{n:04d}{one.voice}{named(one.behaviour).first:02d}"
        yield Call(one, f"abenchamd{n:06d}", number, time.time())


def _place(pbx: Ami, call: Call, trunk: str) -> None:
    call.placed_at = time.time()
    pbx.action(
        "Originate",
        Channel=f"PJSIP/{call.number}@{trunk}",
        ChannelId=call.leg,
        Context="warmline-answered",
        Exten="s",
        Priority="1",
        Async="true",
        Timeout="20000",
        Variable=f"WARMLINE_AMD={'-'.join(map(str, call.wanted.parameters))}",
    )


def _note(call: Call, event: Message, pbx: Ami) -> None:
    """An event of the network's own side of a call. Once the callee hears something there is no more to learn."""
    at = float(event.get("Timestamp", "0"))
    if event["Event"] == "Newstate" and event.get("ChannelStateDesc") == "Up":
        call.answered_at = call.answered_at or at
    elif event["Event"] == "UserEvent" and event.get("UserEvent") == "Spoke":
        call.spoke_at = call.spoke_at or at
    elif event["Event"] == "ChannelTalkingStart" and not call.sound_at:
        call.sound_at = at
        pbx.action("Hangup", Channel=call.leg)


def _taken(ami: Ami) -> list[Message]:
    events, ami.events = ami.events, []
    return events
