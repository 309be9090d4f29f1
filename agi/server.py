"""The FastAGI server: lets known PBXs in, finds the command by ``agi_network_script``, holds the deadlines.

A thread per conversation, at most ``limit`` of them; one more is turned away at once, and its dialplan goes on as if
the engine were down. Threads stay for the next conversation: to start one takes as long as the conversation itself. A
command that fails costs its own conversation only. May import ``dialer`` and this room.
"""

from __future__ import annotations

import ipaddress
import logging
import queue
import socket
import socketserver
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from agi import answered, inbound, lookup, operator, opt_out, outcome, suppressed
from agi.channel import AGIError, AGIHangup, SafeAGI
from agi.hooks import Hooks
from agi.lines import LineReader

log = logging.getLogger(__name__)

Command = Callable[[SafeAGI, Hooks], None]
COMMANDS: dict[str, Command] = {
    "answered": answered.run,
    "operator": operator.run,
    "inbound": inbound.run,
    "lookup": lookup.run,
    "suppressed": suppressed.run,
    "opt_out": opt_out.run,
    "outcome": outcome.run,
}
LOOPBACK = ("127.0.0.1", "::1")


class HookServer(socketserver.TCPServer):
    """``HookServer(("127.0.0.1", 4573), hooks)``, then :meth:`start`. Port 0 takes a free one: see ``address``.

    ``allow``: addresses or networks of the PBXs. ``greet_s``: the environment must be complete by then;
    ``session_s``: the whole conversation. Raises OSError if the port is taken, ValueError for a bad address.
    """

    allow_reuse_address = True
    request_queue_size = 512

    def __init__(
        self,
        address: tuple[str, int],
        hooks: Hooks,
        *,
        allow: Iterable[str] = LOOPBACK,
        limit: int = 400,
        greet_s: float = 5.0,
        session_s: float = 30.0,
        commands: Mapping[str, Command] = COMMANDS,
    ) -> None:
        self.hooks, self.commands = hooks, commands
        self.greet_s, self.session_s = greet_s, session_s
        self.refused = 0  # turned away: a stranger, or one too many
        self._allow = [ipaddress.ip_network(text, strict=False) for text in allow]
        self._places = threading.BoundedSemaphore(limit)
        self._waiting: queue.SimpleQueue[tuple[Any, Any] | None] = queue.SimpleQueue()
        self._workers, self._idle = 0, threading.Semaphore(0)
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self.serve_forever, args=(0.1,), name="agi-accept", daemon=True)
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, _Conversation)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port it listens on."""
        return self.server_address[0], self.server_address[1]  # type: ignore[return-value]

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more conversations and end those that run."""
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        self.server_close()
        for sock in list(self._open):
            self.shutdown_request(sock)
        for _ in range(self._workers):
            self._waiting.put(None)

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """A known PBX, and a place left for it."""
        peer = ipaddress.ip_address(client_address[0])
        known = any(peer in network for network in self._allow)
        if known and self._places.acquire(timeout=0.2):
            return True
        self.refused += 1
        log.warning("a FastAGI connection was refused: %s", "too many at once" if known else "not a PBX of ours")
        return False

    def process_request(self, request: Any, client_address: Any) -> None:
        """To a thread that has nothing to do, else to a new one: never more threads than places."""
        self._open.add(request)
        if not self._idle.acquire(blocking=False):
            try:
                threading.Thread(target=self._converse, name=f"agi-{self._workers}", daemon=True).start()
            except BaseException:
                self._leave(request)
                raise
            self._workers += 1
        self._waiting.put((request, client_address))

    def _converse(self) -> None:
        """One conversation after the other, until the server stops."""
        while (asked := self._waiting.get()) is not None:
            try:
                super().process_request(*asked)  # what a server without threads does: converse, then close
            except Exception:  # noqa: BLE001 - of one conversation; the thread goes on with the next
                self.handle_error(*asked)
                self.shutdown_request(asked[0])
            finally:
                self._idle.release()  # before the place: who gets that finds this thread, not a need for one more
                self._leave(asked[0])

    def _leave(self, request: socket.socket) -> None:
        self._open.discard(request)
        self._places.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """What a conversation did not catch itself; socketserver would print it."""
        log.error("a FastAGI conversation failed\n%s", traceback.format_exc(limit=4))


class _Conversation(socketserver.BaseRequestHandler):
    """One connection: environment, command, goodbye."""

    server: HookServer

    def handle(self) -> None:
        began = time.monotonic()
        lines = LineReader(self.request, began + self.server.greet_s)
        try:
            agi = SafeAGI(lines)
        except (AGIError, OSError, ValueError) as error:
            log.warning("a FastAGI conversation did not begin: %s", type(error).__name__)
            return
        lines.due = began + self.server.session_s
        self._run(agi)

    def _run(self, agi: SafeAGI) -> None:
        script = agi.env.get("agi_network_script", "").partition("?")[0].strip("/")
        command = self.server.commands.get(script)
        if command is None:
            log.warning("FastAGI: there is no such command")
            return
        try:
            command(agi, self.server.hooks)
        except AGIHangup:
            log.info("the caller hung up during %s", script)
        except (AGIError, OSError) as error:
            log.warning("FastAGI %s broke off: %s", script, type(error).__name__)
        except Exception as error:  # noqa: BLE001 - the engine's failure: the dialplan knows what to do without us
            frame = traceback.extract_tb(error.__traceback__)[-1]
            log.error("FastAGI %s failed: %s at %s:%s", script, type(error).__name__, frame.name, frame.lineno)
