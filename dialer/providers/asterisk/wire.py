"""Bytes of the manager interface -> messages, and actions -> bytes. Pure: no socket, no thread, no clock.

pyst2's own reader treats a caller named "status will follow" as the start of a listing, keeps the last of repeated
headers and drops bytes that are not UTF-8; this one does none of that. A line ends with LF, with or without CR;
an empty line ends a message. Every buffer is bounded. May import pyst2 and the standard library only.
"""

from __future__ import annotations

from functools import cached_property

from asterisk.manager import ManagerMsg

END = b"\r\n\r\n"
"""How Asterisk ends a message."""
EVENT = b"Event: "
MAX_NAME = 100
MAX_LINE = 64 * 1024
"""Bytes kept of one line; the rest of a longer line is thrown away. Asterisk's own lines stay below 10 kB."""
MAX_HEADERS = 2_000
MAX_MESSAGE = 1024 * 1024
"""Headers and bytes of one message; a bigger one is thrown away and counted in :attr:`Splitter.lost`."""


class Message(ManagerMsg):
    """One message. ``headers`` keeps the first value of each name, ``multi`` all of them in order.

    ``items`` holds the events of a listing, in order, once the listing is complete. ``data`` holds the lines that
    are not headers. The lines are looked at when somebody asks for them: most events are nobody's.
    """

    def __init__(self, block: bytes) -> None:
        self._block = block
        self._text: str | None = None
        self.response: list[str] = []
        self.items: list[Message] = []

    @property
    def text(self) -> str:
        """All lines; bytes that are not UTF-8 become U+FFFD."""
        if self._text is None:
            self._text = self._block.decode("utf-8", "replace")
        return self._text

    @property
    def name(self) -> str:
        """The event's name; "" for a message that does not begin with one: see :meth:`get`."""
        if not self._block.startswith(EVENT):
            return ""
        return self._block[len(EVENT) : MAX_NAME].split(b"\n", 1)[0].strip().decode("utf-8", "replace")

    @cached_property
    def headers(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for line in self.text.split("\n"):
            name, colon, value = line.partition(":")
            if colon and name:
                found.setdefault(name.strip(), value.strip(" \t\r"))
        return found

    @cached_property
    def multi(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for line in self.text.split("\n"):
            name, colon, value = line.partition(":")
            if colon and name:
                found.setdefault(name.strip(), []).append(value.strip(" \t\r"))
        return found

    @cached_property
    def data(self) -> str:
        lines = (line.removesuffix("\r") for line in self.text.split("\n"))
        return "\n".join(line for line in lines if ":" not in line or line.startswith(":"))

    @property
    def action_id(self) -> str:
        """Of the action it answers, or of the one it tells about; "" for nearly all events."""
        return self.get("ActionID") if b"ActionID" in self._block else ""

    def get(self, name: str, default: str = "") -> str:
        """The first value of ``name``; found in the text itself, since of most messages few lines are wanted."""
        text = self.text
        start = 0 if text.startswith(f"{name}:") else text.find(f"\n{name}:") + 1
        if start == 0 and not text.startswith(f"{name}:"):
            return self.headers.get(name, default)
        start += len(name) + 1
        end = text.find("\n", start)
        return text[start : end if end >= 0 else None].strip(" \t\r")

    @property
    def is_event(self) -> bool:
        return bool(self.name) or "Event" in self.headers

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
        if self._skipping or self._lines:
            return self._feed_lines(chunk)
        messages = []
        *blocks, rest = (self._rest + chunk).split(END)
        self._rest = b""
        for block in blocks:
            if _plain(block):
                messages.append(Message(block))
            else:
                messages += self._feed_lines(block + END)
        if len(rest) < MAX_LINE and b"\n\n" not in rest and b"\n\r\n" not in rest:
            self._rest = rest
            return messages
        return messages + self._feed_lines(rest)

    def _feed_lines(self, chunk: bytes) -> list[Message]:
        """Line by line: where a message is cut, or too long, or ends in some other way than Asterisk's."""
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
        return [Message(b"\r\n".join(lines))]


def _plain(block: bytes) -> bool:
    """Whether a block is one message with nothing odd about it."""
    return (
        0 < len(block) <= MAX_LINE
        and not block.startswith((b"\r", b"\n"))
        and b"\n\n" not in block
        and b"\n\r\n" not in block
        and block.count(b"\n") < MAX_HEADERS
    )
