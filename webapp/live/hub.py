"""One reader thread per process, and a short queue for each open page.

Rule 1: no client holds a database connection, and a slow client holds nobody else up: its queue is bounded, and one
that runs over is told to ``resync`` (fetch everything again) instead of being sent what it missed.
Rule 2: a line goes only to clients whose ``audiences`` hold its audience; the stream keeps those up to date.
Rule 3: a database that goes away is asked again every second; the pages stay connected and are told to resync.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from dialer.store import Database
from dialer.store.messages import Outbox
from dialer.store.watch import Watch
from webapp.live.outbox_reader import BATCH, OutboxReader

MAX_QUEUE = 200
"""Lines a client may be behind; at 50 lines a second that is 4 s."""
LOOK_S = 0.5
"""How often the reader looks whether it is to end."""
RETRY_S = 1.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One outbox line as the clients get it."""

    id: int
    topic: str
    audience: str
    payload: dict[str, object]


class Client:
    """The queue of one open page; ``audiences`` are what it may hear."""

    def __init__(self, audiences: frozenset[str]) -> None:
        self.audiences = audiences
        self._lines: deque[Line] = deque()
        self._overflow = False
        self._bell = threading.Condition()

    def put(self, line: Line) -> None:
        """Queue a line; a full queue becomes one wish to resync."""
        with self._bell:
            if len(self._lines) >= MAX_QUEUE:
                self._lines.clear()
                self._overflow = True
            if not self._overflow:
                self._lines.append(line)
            self._bell.notify()

    def resync(self) -> None:
        """Tell the page that it may have missed something."""
        with self._bell:
            self._overflow = True
            self._bell.notify()

    def take(self, timeout_s: float) -> tuple[list[Line], bool]:
        """Wait for lines: (lines, whether the page must resync); both empty after ``timeout_s``."""
        with self._bell:
            if not self._lines and not self._overflow:
                self._bell.wait(timeout_s)
            lines, overflow = list(self._lines), self._overflow
            self._lines.clear()
            self._overflow = False
            return ([], True) if overflow else (lines, False)


class Hub:
    """All open pages of this process. ``alive`` is asked often; once it says no, reader and streams end."""

    def __init__(self, db: Database, alive: Callable[[], bool] = lambda: True) -> None:
        self.db = db
        self.alive = alive
        self._clients: set[Client] = set()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = threading.Event()

    @property
    def running(self) -> bool:
        """False once the process is going down."""
        return not self._stopped.is_set() and self.alive()

    def stop(self) -> None:
        """End the reader and all streams; returns when the reader has ended."""
        self._stopped.set()
        with self._lock:
            thread, clients = self._thread, list(self._clients)
        for client in clients:
            client.resync()
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def join(self, audiences: frozenset[str]) -> Client:
        """A new client; the first one starts the reader (after the server has forked)."""
        client = Client(audiences)
        with self._lock:
            self._clients.add(client)
            if self._thread is None or not self._thread.is_alive():
                ready = threading.Event()
                self._thread = threading.Thread(target=self._run, args=(ready,), name="live", daemon=True)
                self._thread.start()
            else:
                ready = None
        if ready is not None:
            ready.wait(RETRY_S)
        return client

    def leave(self, client: Client) -> None:
        """The page is gone."""
        with self._lock:
            self._clients.discard(client)

    def deliver(self, rows: list[Outbox]) -> None:
        """Give each line to the clients that may hear it."""
        with self._lock:
            clients = list(self._clients)
        for row in rows:
            line = Line(row.id, row.topic, row.audience, row.payload)
            for client in clients:
                if line.audience in client.audiences:
                    client.put(line)

    def _run(self, ready: threading.Event) -> None:
        while self.running:
            try:
                self._follow(ready)
            except (SQLAlchemyError, OSError, self.db.engine.dialect.loaded_dbapi.Error):
                log.warning("live: the database cannot be read; trying again", exc_info=True)
                self._stopped.wait(RETRY_S)
                with self._lock:
                    clients = list(self._clients)
                for client in clients:
                    client.resync()

    def _follow(self, ready: threading.Event) -> None:
        watch = Watch(self.db)
        try:
            reader = OutboxReader(self.db)
            ready.set()
            while self.running:
                rows = reader.read()
                self.deliver(rows)
                if len(rows) < BATCH:
                    watch.wait(LOOK_S)
        finally:
            watch.close()
