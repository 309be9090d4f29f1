"""The parts of the dial bench that need no Asterisk: its robots, and the loop's eye for hang-ups."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from dialer import clock
from dialer.bench import bare_dial, floor
from dialer.bench.bare_dial import HANGUP
from dialer.engine.core import Engine
from dialer.lab.behaviours import named
from dialer.providers.pretend import PretendProvider
from dialer.rules.words import AttemptState, OperatorState
from dialer.store import Database
from dialer.store.calls import Attempt


def test_robots_save_what_their_calls_came_to(lite: Database) -> None:
    now = [clock.now()]
    provider = PretendProvider(lambda: now[0])
    talks = provider.callee(named("talk").number())
    provider.callee = lambda _: talks  # type: ignore[method-assign]
    made = floor.make(lite, contacts=3, operators=1, calls_per_second=5.0, record=False)
    engine = Engine(lite, provider, name="bench", clock=lambda: now[0], steady=lambda: now[0].timestamp())
    engine.start()
    made.sit_down()
    for _ in range(20):
        now[0] += timedelta(seconds=0.1)
        provider.advance()
        engine.turn()
    with lite.read() as s:
        [attempt] = s.query(Attempt).all()
    assert attempt.state is AttemptState.CONNECTED and made.save_wrap_ups() == 0
    provider.hang_up(attempt.id)
    for _ in range(3):
        now[0] += timedelta(seconds=0.1)
        provider.advance()
        engine.turn()
    assert made.in_state(OperatorState.WRAP_UP) == 1
    assert made.save_wrap_ups() == 1
    with lite.read() as s:
        assert s.get_one(Attempt, attempt.id).disposition == floor.DISPOSITION


def test_the_bare_loop_counts_its_own_hang_ups_only() -> None:
    def hang_up(name: str) -> bytes:
        return f"Event: Hangup\r\nPrivilege: call,all\r\nUniqueid: {name}\r\nCause: 16\r\n\r\n".encode()

    heard = hang_up("abare7x") + hang_up("obench1") + b"Event: Newchannel\r\nUniqueid: abare8x\r\n\r\n"
    assert HANGUP.findall(heard + hang_up("abare9x")) == [b"7", b"9"]


def exchange(server: socket.socket, heard: list[str]) -> None:
    """An exchange at which every call ends at once; ``heard`` gets where its answered leg was to go."""
    sock, _ = server.accept()
    with sock, suppress(ConnectionError):  # the loop goes when its time is over, whatever is still being said to it
        text = ""
        while more := sock.recv(65_536):
            *whole, text = (text + more.decode()).split("\r\n\r\n")
            for action in (one for one in whole if "Originate" in one):
                heard.append(" ".join(re.findall(r"(?:Application|Context|Exten): (\S+)", action)))
                leg = re.findall(r"ChannelId: (\S+)", action)[0]
                sock.sendall(f"Event: Hangup\r\nUniqueid: {leg}\r\n\r\n".encode())


def loop(rooms: tuple[str, ...]) -> tuple[set[str], dict[str, float]]:
    heard: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=exchange, args=(server, heard))
        thread.start()
        where = {"ami_host": "127.0.0.1", "ami_port": server.getsockname()[1]}
        status: Any = SimpleNamespace(**where, ami_user="u", ami_secret="s", trunk="trunk")
        found = bare_dial.run(status, 1, 4, 0.2, rooms)
        thread.join()
    return set(heard), found


def test_the_bare_loop_lets_its_calls_wait_or_puts_them_into_the_rooms_in_turn() -> None:
    went, found = loop(())
    assert went == {"Wait"} and found["calls"] >= 4
    went, _ = loop(("rone", "rtwo"))
    assert went == {"warmline-room rone", "warmline-room rtwo"}
