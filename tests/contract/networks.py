"""The three networks the contract is tested on, each with what a scenario needs of it, and the differences we state.

A scenario never asks which network it runs on. What a network cannot do as the others do stands in ``DIFFERENCES``,
and in docs/providers.md for people.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

from agi.server import HookServer
from dialer.engine.core import Engine
from dialer.engine.hooks import EngineHooks
from dialer.lab import Lab
from dialer.lab.wire import Ami
from dialer.providers import base
from dialer.providers.asterisk.link import Timing
from dialer.providers.asterisk.provider import AsteriskConfig, AsteriskProvider
from dialer.providers.pretend import PretendProvider
from dialer.store import Database
from tests.lab.sip_phone import SipPhone
from tests.support.twilio import rig

DIFFERENCES: dict[tuple[str, str], list[str]] = {
    # Detection is asynchronous, so that a human never waits for it: the machine may meet an operator for a moment.
    ("twilio", "machine"): ["placed", "sent", "answered", "connected", "ended"],
    ("twilio", "voicemail"): ["placed", "sent", "answered", "connected", "messaged", "ended"],
}
"""(network, scenario) -> the states its attempt goes through there instead."""


class Network(Protocol):
    """One network, up. ``endpoints`` are two operators' phones."""

    name: str
    provider: base.Provider
    endpoints: tuple[str, str]

    def serve(self, engine: Engine) -> None:
        """Let whatever asks the engine know where it is."""

    def pick_up(self, which: int) -> None:
        """A phone of ours that rings and does not answer by itself is picked up."""

    def dialled(self) -> list[str]:
        """Every number that was really rung or tried, by the network's own log."""

    def voice_of(self, leg: str) -> str:
        """Who hears a supervisor's leg, by the network itself: listen, whisper or barge; empty while it is neither."""

    def left_on(self, leg: str, number: str) -> bool:
        """Whether the answering machine at ``number`` was left a whole message after its beep, and was hung up on."""

    def down(self) -> None:
        """Cut us off; calls live on."""

    def up(self) -> None:
        """Let us in again."""


class Pretend:
    """In memory, in real time."""

    name = "pretend"
    endpoints = ("op-0", "op-1")

    def __init__(self) -> None:
        self.provider = PretendProvider()
        self.provider.message_s = 1.0

    def serve(self, engine: Engine) -> None:
        self._engine = engine
        self.provider.run_live()

    def pick_up(self, which: int) -> None:
        """It has done so."""

    def dialled(self) -> list[str]:
        return [str(entry["number"]) for entry in self.provider.log]

    def voice_of(self, leg: str) -> str:
        found = self.provider._legs.get(leg)
        return str(found.log.get("voice", "listen")) if found and found.room else ""

    def left_on(self, leg: str, number: str) -> bool:
        call = next(entry for entry in self.provider.log if entry["leg"] == leg)
        return call.get("after_beep") is True and bool(call["end"])

    def down(self) -> None:
        self.provider.break_link()

    def up(self) -> None:
        self._engine.start()


class Asterisk:
    """The lab's pair, with plain SIP phones for the operators."""

    name = "asterisk"
    endpoints = ("sip-op-1", "sip-op-2")

    def __init__(self, lab: Lab, stack: ExitStack) -> None:
        found = self._status = lab.status()
        self._lab, self._stack, self._before = lab, stack, len(lab.network_calls())
        timing = Timing(connect_s=2, reply_s=2, ping_s=1, least_s=0.1, most_s=0.5)
        self.provider = AsteriskProvider(
            AsteriskConfig(found.ami_host, found.ami_port, found.ami_user, found.ami_secret, timing=timing)
        )
        self._phones = [
            stack.enter_context(SipPhone(name, found.phone(name).password, found.sip_port)) for name in self.endpoints
        ]

    def serve(self, engine: Engine) -> None:
        host, _, port = self._status.fastagi.partition(":")
        server = HookServer((host, int(port)), EngineHooks(engine))
        server.start()
        self._stack.callback(server.stop)

    def pick_up(self, which: int) -> None:
        phone = self._phones[which]
        until(lambda: phone.ringing or phone.in_call, what="the phone does not ring")
        if not phone.in_call:  # some calls ask it to pick up by itself
            phone.answer()

    def dialled(self) -> list[str]:
        return [call["number"] for call in self._lab.network_calls()[self._before :]]

    def voice_of(self, leg: str) -> str:
        found = self._status
        with Ami(found.ami_port, found.ami_user, found.ami_secret) as ami:
            ami.action("CoreShowChannels")
            ami.wait_for("CoreShowChannelsComplete")
            channel = next((e for e in ami.events if e.get("Uniqueid") == leg), {})
            if channel.get("Application") == "ChanSpy":
                return "whisper"
            ami.events.clear()
            ami.action("ConfbridgeListRooms")
            ami.wait_for("ConfbridgeListRoomsComplete")
            for room in [e["Conference"] for e in ami.events if e["Event"] == "ConfbridgeListRooms"]:
                ami.action("ConfbridgeList", Conference=room)
            ami.pump(0.3)
            seat = next((e for e in ami.events if e["Event"] == "ConfbridgeList" and e.get("Uniqueid") == leg), {})
        return {"Yes": "listen", "No": "barge"}.get(seat.get("Muted", ""), "")

    def left_on(self, leg: str, number: str) -> bool:
        call = next(call for call in self._lab.network_calls()[self._before :] if call["number"] == number)
        # Greeting 8 s, beep half a second, the PBX hears that they are over 1.5 s later, the message takes over 4 s.
        return call["ended_by"] == "pbx" and call["talk_s"] > 8 + 0.5 + 1.5 + 4

    def down(self) -> None:
        os.kill(self._status.pids["pbx"], signal.SIGSTOP)
        self._stack.callback(self.up)

    def up(self) -> None:
        os.kill(self._status.pids["pbx"], signal.SIGCONT)


class Twilio:
    """The stand-in, and our webhooks over real HTTP."""

    name = "twilio"
    endpoints = ("op-0", "op-1")

    def __init__(self, db: Database, home: Path, stack: ExitStack) -> None:
        self._rig = stack.enter_context(rig(db, home))
        self.provider = self._rig.provider()

    def serve(self, engine: Engine) -> None:
        self.provider.on_inbound = engine.inbound

    def pick_up(self, which: int) -> None:
        """It has done so."""

    def dialled(self) -> list[str]:
        return [call["to"] for call in self._rig.stand_in.log() if call["to"].startswith("+")]

    def voice_of(self, leg: str) -> str:
        calls = self._rig.stand_in.log()
        mine = next((c for c in calls if c["leg"] == leg and c["in_room"]), None)
        if mine is None:
            return ""
        operator = next((c["sid"] for c in calls if c["to"] == "client:op-0"), "nobody")
        if mine["coach"]:
            return "whisper" if mine["coach"] == operator and not mine["muted"] else "wrong"
        return "listen" if mine["muted"] else "barge"

    def left_on(self, leg: str, number: str) -> bool:
        call = next(call for call in self._rig.stand_in.log() if call["leg"] == leg)
        return len(call["tape"]) == 1 == len(call["heard"]) and call["ended_by"] == "us"

    def down(self) -> None:
        self._rig.stand_in.faults.down = True

    def up(self) -> None:
        self._rig.stand_in.faults.down = False


@contextmanager
def network(name: str, db: Database, home: Path, lab: Callable[[], Lab]) -> Iterator[Network]:
    """The network called ``name``."""
    with ExitStack() as stack:
        made: Any
        if name == "pretend":
            made = Pretend()
        elif name == "asterisk":
            made = Asterisk(lab(), stack)
        else:
            made = Twilio(db, home, stack)
        yield made


@contextmanager
def running(engine: Engine) -> Iterator[threading.Thread]:
    """The engine's loop in a thread."""
    engine.start()
    thread = threading.Thread(target=engine.run, name="engine", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        engine.stop()
        thread.join(10)
        engine.close()


def until(true: Callable[[], Any], timeout_s: float = 60.0, what: str = "it did not happen in time") -> Any:
    """Poll until ``true()``; returns it."""
    end = time.monotonic() + timeout_s
    while not (found := true()):
        assert time.monotonic() < end, what
        time.sleep(0.03)
    return found
