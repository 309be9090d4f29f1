"""A real Asterisk pair for every test marked ``lab``: one pair a session, in a temporary home, on free ports."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from dialer import profiles
from dialer.lab import Lab, LabStatus, LabUnavailable
from dialer.lab.behaviours import named
from dialer.lab.wire import Ami, Message
from tests.support import afterwards

CALLER_ID = "+74951234567"
_skipped: dict[str, str] = {}
_legs = count(1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="session")
def _lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab | LabUnavailable]:
    made = Lab(tmp_path_factory.mktemp("lab"), fastagi=f"127.0.0.1:{_free_port()}", operators=6, closers=2)
    words = (sys.executable, "-m", "dialer", "lab", "down", "--home", str(made.home), "--wipe")
    ending = afterwards.clear_away("env", f"PYTHONPATH={Path(__file__).parents[2]}", *words)
    try:
        made.up()
    except LabUnavailable as err:
        yield err
        return
    yield made
    made.down(wipe=True)
    afterwards.now(ending)


@pytest.fixture
def lab(_lab: Lab | LabUnavailable, request: pytest.FixtureRequest) -> Lab:
    """The session's lab, with nothing listening at its FastAGI address. Skips aloud where none can be had."""
    if isinstance(_lab, LabUnavailable):
        _skipped[request.node.nodeid] = str(_lab)
        pytest.skip(str(_lab))
    return _lab


@pytest.fixture
def status(lab: Lab) -> LabStatus:
    return lab.status()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say in the last lines how many tests had no Asterisk to run against, and why."""
    if _skipped:
        terminalreporter.write_line(f"{len(_skipped)} lab tests skipped: {next(iter(_skipped.values()))}", yellow=True)


class Engine:
    """A stand-in for the engine's FastAGI: answers every question with ``says``, notes what it was asked."""

    def __init__(self, address: str) -> None:
        host, _, port = address.partition(":")
        self.says: dict[str, str] = {}
        self.silent = False
        self.asked: list[dict[str, str]] = []
        self._server = socket.create_server((host, int(port)))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        # Closing alone does not wake accept() on Linux.
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                peer, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(peer,), daemon=True).start()

    def _answer(self, peer: socket.socket) -> None:
        with peer, peer.makefile("rw", newline="\n") as wire:
            question: dict[str, str] = {}
            while line := wire.readline().strip():
                key, _, value = line.partition(": ")
                question[key] = value
            self.asked.append(question)
            if self.silent:
                wire.read()
                return
            for name, value in self.says.items():
                wire.write(f'SET VARIABLE {name} "{value}"\n')
                wire.flush()
                wire.readline()


@pytest.fixture
def engine(status: LabStatus) -> Iterator[Engine]:
    made = Engine(status.fastagi)
    yield made
    made.close()


@pytest.fixture
def ami(status: LabStatus) -> Iterator[Ami]:
    """The product's own AMI user on the PBX."""
    with Ami(status.ami_port, status.ami_user, status.ami_secret) as made:
        yield made


Call = Callable[..., str]


@pytest.fixture
def call(ami: Ami) -> Call:
    """Return ``call(behaviour, ring_s=20, amd=False) -> leg``: dial a number of the network as the product does."""

    def place(behaviour: str, ring_s: float = 20, amd: bool = False) -> str:
        leg = f"a{next(_legs):07d}"
        listens = "-".join(map(str, profiles.detection("ru")))
        fields: dict[str, str | list[str]] = {"Variable": f"WARMLINE_AMD={listens}"} if amd else {}
        answer = ami.action(
            "Originate",
            Channel=f"PJSIP/{named(behaviour).number().lstrip('+')}@trunk",
            ChannelId=leg,
            Context="warmline-answered",
            Exten="s",
            Priority="1",
            Async="true",
            Timeout=str(int(ring_s * 1000)),
            CallerID=f"<{CALLER_ID}>",
            **fields,
        )
        assert answer["Response"] == "Success"
        return leg

    return place


def told(ami: Ami, leg: str) -> list[Message]:
    """Every event about ``leg`` so far."""
    return [e for e in ami.events if leg in (e.get("Uniqueid"), e.get("DestUniqueid"))]
