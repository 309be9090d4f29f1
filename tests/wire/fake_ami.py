"""A manager interface that does what the test says: the far end of the wire, on loopback."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from collections.abc import Callable

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
Handler = Callable[["Session", dict[str, str]], None]


def until(condition: Callable[[], object], timeout_s: float = 10.0) -> object:
    """Wait for ``condition`` to become true and return what it gave; fail after ``timeout_s``."""
    due = time.monotonic() + timeout_s
    while not (value := condition()):
        assert time.monotonic() < due, "it did not happen in time"
        time.sleep(0.005)
    return value


def block(*lines: str, end: str = "\r\n") -> bytes:
    return (end.join(lines) + end + end).encode()


class Session:
    """One connection to the fake: what was sent to it, and a way to say something."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.raw = b""
        self.actions: list[dict[str, str]] = []

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def answer(self, action: dict[str, str], *lines: str, response: str = "Success") -> None:
        self.say(block(f"Response: {response}", f"ActionID: {action['ActionID']}", *lines))

    def hang_up(self) -> None:
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.sock.close()


class FakeAmi:
    """``handlers[action name]`` answers; what has no handler gets ``Success``, a None handler gets silence."""

    def __init__(self, banner: bytes = BANNER, secret: str = "s3cret") -> None:
        self.banner, self.secret = banner, secret
        self.handlers: dict[str, Handler | None] = {"Challenge": _challenge, "Login": self._login}
        self.sessions: list[Session] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._threads: list[threading.Thread] = []
        self._spawn(self._accept)

    def __enter__(self) -> FakeAmi:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        for session in self.sessions:
            session.hang_up()
        for thread in self._threads:
            thread.join(5)

    @property
    def session(self) -> Session:
        """The newest connection."""
        until(lambda: self.sessions)
        return self.sessions[-1]

    def seen(self, name: str) -> list[dict[str, str]]:
        return [action for session in self.sessions for action in session.actions if action.get("Action") == name]

    def _spawn(self, target: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=target, args=args, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            self._spawn(self._serve, sock)

    def _serve(self, sock: socket.socket) -> None:
        session = Session(sock)
        try:
            sock.sendall(self.banner)
            self.sessions.append(session)
            rest = b""
            while chunk := sock.recv(65536):
                session.raw += chunk
                *blocks, rest = (rest + chunk).split(b"\r\n\r\n")
                for raw in blocks:
                    self._act(session, raw)
        except OSError:
            pass
        finally:
            sock.close()

    def _act(self, session: Session, raw: bytes) -> None:
        action = dict(line.split(": ", 1) for line in raw.decode().split("\r\n"))
        session.actions.append(action)
        handler = self.handlers.get(action["Action"], _success)
        if handler is not None:
            handler(session, action)

    def _login(self, session: Session, action: dict[str, str]) -> None:
        key = hashlib.md5(("12345" + self.secret).encode()).hexdigest()
        good = action.get("Key") == key or action.get("Secret") == self.secret
        session.answer(action, "Message: login", response="Success" if good else "Error")


def _challenge(session: Session, action: dict[str, str]) -> None:
    session.answer(action, "Challenge: 12345")


def _success(session: Session, action: dict[str, str]) -> None:
    session.answer(action)
