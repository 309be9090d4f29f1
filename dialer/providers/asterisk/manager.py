"""pyst2's manager, made safe to live with: one object per Asterisk server, used from any thread.

Kept from pyst2: the action methods (``ping``, ``redirect`` ...), event registration, ``Event`` and the exceptions.
Replaced: everything that touches the wire, because pyst2's own hangs, mixes up replies, lets CR LF through and cannot
connect twice. ``request`` waits for its reply; ``send`` does not. May import pyst2 and the standard library only.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import secrets
import socket
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from functools import partial

import asterisk.manager
from asterisk.manager import Event, ManagerAuthException

from dialer.providers.asterisk.connection import Connection
from dialer.providers.asterisk.encode import encode
from dialer.providers.asterisk.errors import LinkLost, NoReply, NotConnected
from dialer.providers.asterisk.inbox import safely
from dialer.providers.asterisk.pending import Answer, Waiter
from dialer.providers.asterisk.wire import Message

log = logging.getLogger(__name__)

LOOPBACK = ("127.", "::1", "localhost")


class Heard(Event):
    """pyst2's Event over a message whose lines are only looked at when somebody asks for them."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.name = message.name or message.get("Event")

    @property
    def headers(self) -> dict[str, str]:
        return self.message.headers

    @property
    def data(self) -> str:
        return self.message.data


class SafeManager(asterisk.manager.Manager):
    """``on_gap(n)``: n events were lost, ask again. ``on_lost(reason)``: the connection is gone, all events told.

    Callbacks run in one thread per connection, in the order of the wire, replies of :meth:`send` included.
    ``generation`` counts the connections made; nothing of an older one is ever delivered.
    """

    def __init__(
        self,
        *,
        reply_s: float = 5.0,
        queue: int = 50_000,
        on_gap: Callable[[int], None] | None = None,
        on_lost: Callable[[str], None] | None = None,
    ) -> None:
        # pyst2's own __init__ starts a machinery that is not used here.
        self.hostname = "warmline"
        self.title = self.version = ""
        self.generation = 0
        self._event_callbacks: dict[str, list[Callable[..., object]]] = {}
        self._reply_s = reply_s
        self._queue = queue
        self._on_gap = on_gap
        self._on_lost = on_lost
        self._connection: Connection | None = None
        self._ids = itertools.count(1)
        self._run = secrets.token_hex(4)

    def __del__(self) -> None:
        """Nothing: pyst2 talks to the network here, inside the garbage collector."""

    # connection

    def connect(self, host: str, port: int = 5038, timeout_s: float = 5.0) -> str:
        """Connect and read the banner; return its version. May be called again after the connection was lost.

        Raises OSError, ``NotAsterisk``, or ``ManagerException`` if connected already.
        """
        if self.connected():
            raise asterisk.manager.ManagerException("already connected")
        self.close()
        sock = socket.create_connection((host, int(port)), timeout=timeout_s)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        connection = Connection(sock, self._hear, self._wants, self._gap, self._ended, self._queue)
        self.generation += 1
        self._connection = connection
        self._host = host
        try:
            connection.greet(timeout_s)
        except BaseException:
            self._connection = None
            sock.close()
            raise
        self.title, self.version = "Asterisk Call Manager", connection.version
        return connection.version

    def connected(self) -> bool:
        connection = self._connection
        return connection is not None and connection.open

    def close(self) -> None:
        """Drop the connection at once; calls live on. Harmless if there is none, and from within a callback."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def drop(self, reason: str) -> None:
        """Give the connection up; ``on_lost`` follows when everything heard before was told."""
        if (connection := self._connection) is not None:
            connection.shut(reason)

    def login(self, username: str, secret: str, events: str = "call,user,cdr,reporting") -> Message:
        """Log in by challenge, so that the secret does not travel; in clear only to this machine itself.

        Raises ``ManagerAuthException`` (refused), ``NoReply``, ``LinkLost``.
        """
        challenge = self.request({"Action": "Challenge", "AuthType": "MD5"}, login=True)
        action = {"Action": "Login", "Username": username, "Events": events}
        if challenge.get("Challenge"):
            key = hashlib.md5((challenge.get("Challenge") + secret).encode()).hexdigest()  # noqa: S324 - their choice
            action |= {"AuthType": "MD5", "Key": key}
        elif self._host.startswith(LOOPBACK):
            action["Secret"] = secret
        else:
            raise ManagerAuthException("Asterisk offers no challenge, and the secret is not sent in clear")
        reply = self.request(action, login=True)
        if reply.is_error:
            raise ManagerAuthException(reply.get("Message") or "the login was refused")
        return reply

    # asking

    def send(
        self,
        action: Mapping[str, object],
        on_reply: Answer | None = None,
        *,
        timeout_s: float | None = None,
        listing: bool = False,
    ) -> str:
        """Send without waiting; return the ActionID (the action's own, if it names one).

        ``on_reply`` gets the reply, or None if there will be none.

        Raises ``BadValue`` or ``NotConnected`` (nothing was sent), ``LinkLost`` (nobody knows; no ``on_reply``).
        """
        connection = self._live()
        answer = on_reply or _ignore

        def later(reply: Message | None) -> None:
            connection.inbox.put(lambda: answer(reply), droppable=False)

        return self._write(connection, action, later, timeout_s, listing=listing)

    def request(
        self,
        action: Mapping[str, object],
        timeout_s: float | None = None,
        *,
        listing: bool = False,
        login: bool = False,
    ) -> Message:
        """Send and wait. An Error is returned as a message like any other; see ``Message.is_error``.

        Raises as :meth:`send` does, and ``NoReply`` at the deadline, ``LinkLost`` if the connection went meanwhile.
        """
        connection = self._live()
        future: Future[Message | None] = Future()
        self._write(connection, action, future.set_result, timeout_s, listing=listing, login=login)
        reply = future.result()
        if reply is not None:
            return reply
        if connection.open:
            raise NoReply(f"no reply to {action.get('Action')} in time")
        raise LinkLost(f"the connection went while {action.get('Action')} was under way")

    def send_action(self, cdict: Mapping[str, object] | None = None, **kwargs: object) -> Message:
        """pyst2's way of asking, used by its action methods: :meth:`request`, with headers as keywords if liked."""
        return self.request({**(cdict or {}), **kwargs})

    def _live(self) -> Connection:
        connection = self._connection
        if connection is None or not connection.open:
            raise NotConnected("not connected to Asterisk")
        return connection

    def _write(
        self,
        connection: Connection,
        action: Mapping[str, object],
        answer: Answer,
        timeout_s: float | None,
        *,
        listing: bool = False,
        login: bool = False,
    ) -> str:
        action_id = str(action.get("ActionID") or f"{self._run}-{next(self._ids)}")
        due = time.monotonic() + (self._reply_s if timeout_s is None else timeout_s)
        data = encode({**action, "ActionID": action_id})
        connection.write(action_id, data, Waiter(answer, due, listing=listing, login=login))
        return action_id

    # hearing

    def _wants(self, name: str) -> bool:
        """An event that does not begin with its name is odd, and looked at."""
        return not name or name in self._event_callbacks or "*" in self._event_callbacks

    def _hear(self, message: Message) -> None:
        event = Heard(message)
        for name in (event.name, "*"):
            for callback in list(self._event_callbacks.get(name, ())):
                safely(partial(callback, event, self), f"a callback for {event.name!r:.40}")

    def _gap(self, count: int) -> None:
        if self._on_gap is not None:
            self._on_gap(count)

    def _ended(self, connection: Connection) -> None:
        if connection is self._connection and self._on_lost is not None:
            self._on_lost(connection.reason)


def _ignore(reply: Message | None) -> None:
    """For those who do not care what came of it."""
