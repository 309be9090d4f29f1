"""One TCP connection to a manager interface, from its banner to its end; a new one is made for every attempt.

Two threads: the reader cuts the bytes into messages and settles replies, the inbox runs callbacks. A slow callback
therefore never delays a reply. Bytes are written under a lock, whole. May import the standard library only.
"""

from __future__ import annotations

import logging
import re
import select
import socket
import threading
import time
from collections.abc import Callable
from functools import partial

from dialer.providers.asterisk.errors import LinkLost, NotAsterisk, NotConnected
from dialer.providers.asterisk.inbox import Inbox
from dialer.providers.asterisk.pending import Pending, Waiter
from dialer.providers.asterisk.wire import Message, Splitter

log = logging.getLogger(__name__)

BANNER = re.compile(rb"Asterisk Call Manager/([0-9.]{1,20})\r?\n")
BANNER_MAX = 256
TICK_S = 0.1
"""How often deadlines are looked at."""
SEND_S = 5.0
"""A peer that takes no bytes for so long is dead."""


class Connection:
    """``wants(name)``: whether anybody listens to such an event; it runs in the reader's thread.

    ``on_event(message)`` and ``on_end(connection)`` run in the inbox's thread; ``on_end`` runs once, last."""

    def __init__(
        self,
        sock: socket.socket,
        on_event: Callable[[Message], None],
        wants: Callable[[str], bool],
        on_gap: Callable[[int], None],
        on_end: Callable[[Connection], None],
        queue: int,
    ) -> None:
        self.reason = ""
        self.version = ""
        self.strays = 0  # messages that were nobody's
        self.pending = Pending()
        self._sock = sock
        self._on_event = on_event
        self._wants = wants
        self._splitter = Splitter()
        self._write_lock = threading.Lock()
        self._open = True
        self.inbox = Inbox(queue, on_gap, lambda: on_end(self), "ami-inbox")
        self._reader = threading.Thread(target=self._read, name="ami-reader", daemon=True)

    def greet(self, timeout_s: float) -> None:
        """Wait for the banner, then start. Raises :class:`NotAsterisk`, or OSError."""
        line, rest = _read_banner(self._sock, timeout_s)
        match = BANNER.fullmatch(line)
        if match is None:
            raise NotAsterisk("what answered is not an Asterisk manager interface")
        self.version = match[1].decode()
        self._sock.settimeout(SEND_S)
        self.inbox.start()
        self._hear(rest)
        self._reader.start()

    @property
    def open(self) -> bool:
        return self._open

    @property
    def lost(self) -> int:
        """Messages thrown away because they were too big or there were too many."""
        return self._splitter.lost + self.inbox.dropped

    def write(self, action_id: str, data: bytes, waiter: Waiter) -> None:
        """Send one action. Raises :class:`NotConnected` (nothing sent) or :class:`LinkLost` (nobody knows)."""
        if not self._open:
            raise NotConnected("the connection to Asterisk is closed")
        self.pending.add(action_id, waiter)
        try:
            with self._write_lock:
                self._sock.sendall(data)
        except OSError as error:
            self.shut(f"sending failed: {type(error).__name__}")
            if self.pending.forget(action_id):
                raise LinkLost("the connection broke while sending") from error

    def shut(self, reason: str) -> None:
        """End the connection; the reader notices and tells everybody. Returns at once."""
        if self._open:
            self._open, self.reason = False, reason
            try:
                self._sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                log.debug("the socket was gone already")

    def close(self) -> None:
        """End the connection, drop what waits, and wait for both threads (unless called from one of them)."""
        self.shut("closed by us")
        self.inbox.end(now=True)
        for thread in (self._reader, self.inbox.thread):
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join(5.0)
        self._sock.close()

    def _read(self) -> None:
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        try:
            while self._open:
                if poll.poll(TICK_S * 1000) and not self._receive():
                    break
                self.pending.expire(time.monotonic())
        finally:
            self.shut("closed by Asterisk")
            self.pending.fail_all()
            self.inbox.end()

    def _receive(self) -> bool:
        try:
            chunk = self._sock.recv(65536)
        except OSError as error:
            self.shut(f"reading failed: {type(error).__name__}")
            return False
        self._hear(chunk)
        return bool(chunk)

    def _hear(self, chunk: bytes) -> None:
        lost = self._splitter.lost
        for message in self._splitter.feed(chunk):
            if self.pending.take(message):
                continue
            if message.is_event:
                if not self._wants(message.name):
                    continue
                self.inbox.put(partial(self._on_event, message), droppable=True)
            else:
                self.strays += 1
        if self._splitter.lost > lost:
            self.inbox.note_gap(self._splitter.lost - lost)


def _read_banner(sock: socket.socket, timeout_s: float) -> tuple[bytes, bytes]:
    due = time.monotonic() + timeout_s
    data = b""
    while b"\n" not in data and len(data) < BANNER_MAX:
        sock.settimeout(max(0.01, due - time.monotonic()))
        if time.monotonic() > due or not (chunk := sock.recv(4096)):
            break
        data += chunk
    line, newline, rest = data.partition(b"\n")
    return line + newline, rest
