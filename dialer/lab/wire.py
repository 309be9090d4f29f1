"""A small AMI client for the lab's own needs: is the instance ready, ring in, look at something.

The product speaks AMI through ``dialer/providers/asterisk``; this one exists so that the lab depends on no provider
and tests have a second pair of eyes. Blocking, one thread, every wait has a deadline. Standard library only.
"""

from __future__ import annotations

import itertools
import socket
import time
from types import TracebackType

Message = dict[str, str]


class AmiError(Exception):
    """The instance did not answer in time, closed the line, or refused."""


class Ami:
    """One AMI connection. Events that arrive meanwhile are kept in ``events``, oldest first."""

    def __init__(self, port: int, user: str, secret: str, host: str = "127.0.0.1", timeout_s: float = 5.0) -> None:
        self.events: list[Message] = []
        self._ids = itertools.count(1)
        self._buffer = b""
        try:
            self._sock = socket.create_connection((host, port), timeout=timeout_s)
        except OSError as err:
            raise AmiError(f"nothing answers on AMI port {port}") from err
        try:
            self._banner(time.monotonic() + timeout_s)
            answer = self.action("Login", Username=user, Secret=secret, timeout_s=timeout_s)
            if answer.get("Response") != "Success":
                raise AmiError(f"AMI login refused: {answer.get('Message', '')}")
        except BaseException:
            self._sock.close()
            raise

    def _banner(self, deadline: float) -> None:
        try:
            self._line(deadline)
        except TimeoutError as err:
            raise AmiError("AMI says nothing") from err

    def __enter__(self) -> Ami:
        return self

    def __exit__(self, kind: type[BaseException] | None, err: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Hang up the connection."""
        self._sock.close()

    def action(self, name: str, *, timeout_s: float = 5.0, **fields: str | list[str]) -> Message:
        """Send one action and return its response; events on the way are kept. Raises AmiError."""
        wanted = f"lab-{next(self._ids)}"
        lines = [f"Action: {name}", f"ActionID: {wanted}"]
        for key, value in fields.items():
            lines += [f"{key}: {v}" for v in ([value] if isinstance(value, str) else value)]
        if any("\r" in line or "\n" in line for line in lines):
            raise AmiError("a line break inside an AMI value")
        deadline = time.monotonic() + timeout_s
        try:
            self._sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
            return self._reply(wanted, deadline)
        except TimeoutError as err:
            raise AmiError(f"no reply to {name} within {timeout_s} s") from err
        except ConnectionError as err:
            raise AmiError("AMI closed the line") from err

    def _reply(self, wanted: str, deadline: float) -> Message:
        while True:
            message = self._message(deadline)
            if message.get("ActionID") == wanted and "Response" in message:
                return message
            if "Event" in message:
                self.events.append(message)

    def pump(self, seconds: float) -> None:
        """Collect events for ``seconds``."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                message = self._message(deadline)
            except TimeoutError:
                return
            if "Event" in message:
                self.events.append(message)

    def wait_for(self, event: str, timeout_s: float = 10.0, **fields: str) -> Message:
        """Return the first event (kept or to come) with this name and these fields. Raises AmiError when none comes."""
        deadline = time.monotonic() + timeout_s
        seen = 0
        while True:
            for message in self.events[seen:]:
                if message["Event"] == event and all(message.get(k) == v for k, v in fields.items()):
                    return message
            seen = len(self.events)
            try:
                message = self._message(deadline)
            except TimeoutError as err:
                raise AmiError(f"no {event} {fields} within {timeout_s} s") from err
            if "Event" in message:
                self.events.append(message)

    def _message(self, deadline: float) -> Message:
        """Read one message; a repeated header keeps all its values, joined by line breaks. Raises TimeoutError."""
        message: Message = {}
        while line := self._line(deadline):
            key, _, value = line.partition(":")
            value = value.strip()
            message[key] = f"{message[key]}\n{value}" if key in message else value
        return message

    def _line(self, deadline: float) -> str:
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("AMI is silent")
            self._sock.settimeout(left)
            try:
                chunk = self._sock.recv(65536)
            except ConnectionError as err:
                raise AmiError("AMI closed the line") from err
            if not chunk:
                raise AmiError("AMI closed the line")
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.decode("utf-8", "replace").rstrip("\r")
