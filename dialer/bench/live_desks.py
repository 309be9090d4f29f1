"""The desks of ``bench live``: many open streams read by one thread, and the desks that ask once a second instead.

Both note when each event arrived, by the mark in its payload. May import the core and the standard library.
"""

from __future__ import annotations

import random
import re
import selectors
import socket
import threading
import time

from sqlalchemy import func, select

from dialer.store import Database
from dialer.store.messages import Outbox

MARK = re.compile(rb'"bench":"([0-9a-f]{12})"')
POLL_S = 1.0
Committed = dict[str, tuple[float, int]]
"""An event's mark -> when its commit returned (monotonic seconds), and how many desks must hear it."""


class _Arrivals:
    """What arrived: pairs of mark and instant."""

    def __init__(self) -> None:
        self._seen: list[tuple[str, float]] = []
        self._stop = threading.Event()

    def latencies_ms(self, committed: Committed) -> list[float]:
        """Milliseconds from commit to arrival of every arrival of these events; a reader may be ahead of the writer."""
        return [max(0.0, at - committed[mark][0]) * 1000 for mark, at in list(self._seen) if mark in committed]


class Desks(_Arrivals):
    """One open ``GET /live`` a person. Raises RuntimeError if one is refused."""

    def __init__(self, port: int, cookies: dict[int, str]) -> None:
        super().__init__()
        self._selector = selectors.DefaultSelector()
        self._rest: dict[socket.socket, bytes] = {}
        for cookie in cookies.values():
            self._open(port, cookie)
        self._thread = threading.Thread(target=self._run, name="desks", daemon=True)

    def _open(self, port: int, cookie: str) -> None:
        sock = socket.create_connection(("127.0.0.1", port), timeout=20)
        sock.sendall(f"GET /live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookie}\r\n\r\n".encode())
        head = sock.recv(65_536)
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise RuntimeError(f"a live stream was refused: {head[:60]!r}")
        self._selector.register(sock, selectors.EVENT_READ)
        self._rest[sock] = b""

    def __enter__(self) -> Desks:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        for sock in self._rest:
            sock.close()
        self._selector.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            for key, _ in self._selector.select(0.2):
                sock = key.fileobj
                assert isinstance(sock, socket.socket)
                self._take(sock)

    def _take(self, sock: socket.socket) -> None:
        chunk = sock.recv(65_536)
        now = time.monotonic()
        if not chunk:
            self._selector.unregister(sock)
            return
        whole, mark, rest = (self._rest[sock] + chunk).rpartition(b"\n\n")
        self._rest[sock] = rest
        self._seen += [(found.decode(), now) for found in MARK.findall(whole)] if mark else []


class Polling(_Arrivals):
    """Desks that ask the outbox once a second, each at its own moment of the second."""

    def __init__(self, db: Database, users: list[int], campaign_id: int) -> None:
        super().__init__()
        self._db = db
        with db.read() as s:
            last = s.scalar(select(func.max(Outbox.id))) or 0
        now = time.monotonic()
        self._due = sorted((now + random.random() * POLL_S, user_id, last) for user_id in users)
        self._campaign = f"campaign:{campaign_id}"
        self._thread = threading.Thread(target=self._run, name="polling", daemon=True)

    def __enter__(self) -> Polling:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.is_set():
            due, user_id, last = self._due.pop(0)
            time.sleep(max(0.0, due - time.monotonic()))
            last = self._ask(user_id, last)
            self._due.append((due + POLL_S, user_id, last))

    def _ask(self, user_id: int, last: int) -> int:
        heard = ("all", f"user:{user_id}", self._campaign)
        with self._db.read() as s:
            query = select(Outbox.id, Outbox.payload).where(Outbox.id > last, Outbox.audience.in_(heard))
            rows = s.execute(query.order_by(Outbox.id)).all()
        now = time.monotonic()
        self._seen += [(row.payload["bench"], now) for row in rows if "bench" in row.payload]
        return rows[-1].id if rows else last
