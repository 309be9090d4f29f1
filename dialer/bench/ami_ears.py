"""Who listens in ``bench ami-events``: the product's reader and the peers, one process each.

Each says how long it took until its callback had run for the last of COUNT events. Run as
``python -m dialer.bench.ami_ears NAME PORT COUNT``; prints JSON. Imports the Asterisk room; panoramisk if it is there.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from dialer import clock
from dialer.bench.figures import spread
from dialer.providers.asterisk.events import HEARD_BY, Hearer
from dialer.providers.asterisk.manager import SafeManager

Found = dict[str, Any]
PYST2 = """
import asterisk.manager, sys
from dialer.bench.ami_ears import Count, tell
counted = Count(int(sys.argv[2]))
manager = asterisk.manager.Manager()
manager.register_event("Newstate", lambda event, _: counted.one(event.get_header("Timestamp")))
manager.connect("127.0.0.1", int(sys.argv[1]))
manager.login("bench", "bench")
tell(counted.found())
"""
"""pyst2 0.5.1 as it comes."""


class Count:
    """Waits for the last event; ``lags`` are the milliseconds each was on its way, from its Timestamp."""

    def __init__(self, wanted: int) -> None:
        self.left, self.lags = wanted, list[float]()
        self.over = threading.Event()
        self.begin = 0.0

    def one(self, sent: str = "") -> None:
        self.begin = self.begin or time.monotonic()
        if sent:
            self.lags.append((time.monotonic() - float(sent)) * 1000)
        self.left -= 1
        if not self.left:
            self.over.set()

    def found(self) -> Found:
        if not self.over.wait(300):
            raise RuntimeError(f"{self.left} events never came")
        return {"seconds": time.monotonic() - self.begin, "lag_ms": spread(self.lags, 2)}


def ours(port: int, count: int) -> Found:
    """Reader, splitter, inbox, and the table that makes events of ours of what was said."""
    counted, hearer = Count(count), Hearer()

    def hear(event: Any, _: object) -> None:
        message = event.message
        hearer.hear(message, clock.now(), time.monotonic())
        counted.one(message.get("Timestamp"))

    manager = SafeManager(queue=count + 1000)
    for name in HEARD_BY:
        manager.register_event(name, hear)
    manager.connect("127.0.0.1", port)
    manager.login("bench", "bench")
    found = counted.found()
    manager.close()
    return found


def panoramisk(port: int, count: int) -> Found:
    """panoramisk, an AMI library on asyncio."""
    import asyncio

    from panoramisk import Manager

    async def listen() -> Found:
        counted = Count(count)
        manager = Manager(host="127.0.0.1", port=port, username="bench", secret="bench", ping_delay=0)  # noqa: S106
        manager.register_event("Newstate", lambda _, message: counted.one(message.Timestamp))
        connecting = asyncio.ensure_future(manager.connect())  # it would wait for an Asterisk that says FullyBooted
        while not counted.over.is_set():
            await asyncio.sleep(0.01)
        connecting.cancel()
        return counted.found()

    return asyncio.run(listen())


def split(port: int, count: int) -> Found:
    """The floor: bytes are cut at the blank lines and the names looked at, nothing else."""
    counted = Count(count)
    with socket.create_connection(("127.0.0.1", port)) as sock:
        sock.sendall(b"Action: Login\r\nActionID: 1\r\n\r\n")
        rest = b""
        while not counted.over.is_set():
            *blocks, rest = (rest + sock.recv(65536)).split(b"\r\n\r\n")
            for block in blocks:
                headers = dict(line.partition(b": ")[::2] for line in block.split(b"\r\n"))
                if headers.get(b"Event") == b"Newstate":
                    counted.one()
    return counted.found()


EARS: dict[str, Callable[[int, int], Found]] = {
    "ours": ours,
    "split": split,
    "panoramisk": panoramisk,
}


def tell(found: Found) -> None:
    """Print and be gone: some listeners leave threads behind that would keep the process."""
    sys.stdout.write(json.dumps(found))
    sys.stdout.flush()
    os._exit(0)


def command(name: str, port: str, count: int) -> list[str]:
    """How to start a listener."""
    program = ["-c", PYST2] if name == "pyst2" else ["-m", "dialer.bench.ami_ears", name]
    return [sys.executable, *program, port, str(count)]


if __name__ == "__main__":
    tell(EARS[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3])))
