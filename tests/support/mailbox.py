"""A real SMTP server on loopback that keeps what it is given, and refuses whom it is told to refuse."""

from __future__ import annotations

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from typing import Any

import vobject
from aiosmtpd.controller import Controller
from icalendar import Calendar


@dataclass
class Mailbox:
    """The letters that arrived; ``refuses`` are addresses -> the server's answer for them;
    ``at_data`` is what it says to the text itself, ``hangs_up`` that it goes away in the middle of it."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    at_data: str = "250 OK"
    hangs_up: bool = False

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.hangs_up:
            server.transport.abort()
        if self.hangs_up or not self.at_data.startswith("250"):
            return self.at_data
        self.letters.append(email.message_from_bytes(envelope.content, policy=default))  # type: ignore[arg-type]
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """The server runs in a thread of its own, on a free port."""
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        box.port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


def calendar_of(letter: EmailMessage) -> tuple[Calendar, Any]:
    """The letter's calendar: as icalendar reads it, and its event. Checked by another library: raises if invalid."""
    [part] = [p for p in letter.walk() if p.get_content_type() == "text/calendar"]
    text = part.get_payload(decode=True).decode()
    read = Calendar.from_ical(text)
    assert part.get_param("method") == str(read["METHOD"])
    other = vobject.readOne(text)
    assert other.validate(raiseException=True)
    [event] = read.walk("VEVENT")
    assert not event.errors and not read.errors
    return read, event
