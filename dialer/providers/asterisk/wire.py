"""Bytes of the manager interface -> messages, and actions -> bytes. Pure: no socket, no thread, no clock.

pyst2's own reader treats a caller named "status will follow" as the start of a listing, keeps the last of repeated
headers and drops bytes that are not UTF-8; this one does none of that. A line ends with LF, with or without CR;
an empty line ends a message. Every buffer is bounded. May import pyst2 and the standard library only.
"""

from __future__ import annotations

from asterisk.manager import ManagerMsg

MAX_LINE = 64 * 1024
"""Bytes kept of one line; the rest of a longer line is thrown away. Asterisk's own lines stay below 10 kB."""
MAX_HEADERS = 2_000
MAX_MESSAGE = 1024 * 1024
"""Headers and bytes of one message; a bigger one is thrown away and counted in :attr:`Splitter.lost`."""


class Message(ManagerMsg):
    """One message. ``headers`` keeps the first value of each name, ``multi`` all of them in order.

    ``items`` holds the events of a listing, in order, once the listing is complete. ``data`` holds the lines that
    are not headers.
    """

    def __init__(self, headers: dict[str, str], multi: dict[str, list[str]], data: str = "") -> None:
        self.response: list[str] = []
        self.headers = headers
        self.multi = multi
        self.data = data
        self.items: list[Message] = []

    @classmethod
    def parse_block(cls, block: bytes) -> Message:
        """Read the lines of one message; bytes that are not UTF-8 become U+FFFD."""
        headers: dict[str, str] = {}
        multi: dict[str, list[str]] = {}
        data: list[str] = []
        for line in block.decode("utf-8", "replace").split("\n"):
            name, colon, value = line.partition(":")
            if not colon or not name:
                data.append(line)
                continue
            name, value = name.strip(), value.strip(" \t\r")
            headers.setdefault(name, value)
            multi.setdefault(name, []).append(value)
        return cls(headers, multi, "\n".join(data))

    def get(self, name: str, default: str = "") -> str:
        """The first value of ``name``."""
        return self.headers.get(name, default)

    @property
    def is_event(self) -> bool:
        return "Event" in self.headers

    @property
    def is_response(self) -> bool:
        return "Response" in self.headers and "Event" not in self.headers

    @property
    def is_error(self) -> bool:
        return self.get("Response") == "Error"

    def __repr__(self) -> str:
        return f"<{self.get('Response') or self.get('Event') or 'message'} {self.get('ActionID')}>"


class Splitter:
    """Feed it what the socket gave, in pieces of any size; it gives whole messages back.

    ``lost`` counts messages thrown away because they were too big, ``cut`` counts lines that were shortened.
    """

    def __init__(self) -> None:
        self.lost = 0
        self.cut = 0
        self._rest = b""
        self._skipping = False  # inside the tail of an over-long line
        self._lines: list[bytes] = []
        self._size = 0

    def feed(self, chunk: bytes) -> list[Message]:
        """Return the messages that ``chunk`` completes."""
        *lines, rest = (self._rest + chunk).split(b"\n")
        messages = []
        for line in lines:
            if self._skipping:
                self._skipping = False
            elif line in (b"", b"\r"):
                messages += self._finish()
            else:
                self._keep(line)
        self._rest = rest
        self._bound_rest()
        return messages

    def _bound_rest(self) -> None:
        if self._skipping:
            self._rest = b""
        elif len(self._rest) > MAX_LINE:
            self._keep(self._rest)
            self._rest, self._skipping = b"", True

    def _keep(self, line: bytes) -> None:
        if len(line) > MAX_LINE:
            line = line[:MAX_LINE]
            self.cut += 1
        self._size += len(line)
        if len(self._lines) <= MAX_HEADERS and self._size <= MAX_MESSAGE:
            self._lines.append(line[:-1] if line.endswith(b"\r") else line)

    def _finish(self) -> list[Message]:
        lines, size = self._lines, self._size
        self._lines, self._size = [], 0
        if not lines:
            return []
        if len(lines) > MAX_HEADERS or size > MAX_MESSAGE:
            self.lost += 1
            return []
        return [Message.parse_block(b"\n".join(lines))]
