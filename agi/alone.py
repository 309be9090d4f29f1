"""The hook server with hooks that need no engine, for ``dialer bench fastagi``.

``python -m agi.alone`` prints its port and serves until killed. Every answered call is told to join the same room
at once.
"""

from __future__ import annotations

import sys
import threading

from agi.server import HookServer
from dialer.providers.base import Join, Plan
from dialer.rules.words import Amd

ROOM = "rbench-0001"


class AtOnce:
    """Only what an answered call asks."""

    def answered(self, leg: str, heard: Amd) -> Plan:
        return Join(ROOM)


if __name__ == "__main__":
    server = HookServer(("127.0.0.1", 0), AtOnce())  # type: ignore[arg-type]
    server.start()
    sys.stdout.write(f"{server.address[1]}\n")
    sys.stdout.flush()
    threading.Event().wait()
