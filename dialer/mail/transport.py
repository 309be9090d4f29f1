"""Handing one message to the server, and knowing afterwards whether it has it.

What is known: a refusal before the text was asked for (``Refused``, for a while or for good), and the server's word
that it has taken the message. What breaks off once the text is on its way is ``Unsure``: a second try might be a
second mail. A folder in place of a server takes messages as files (demo, tests). May import ``dialer.settings``.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol

from dialer.settings import Mail

TIMEOUT_S = 20.0
TAKEN = 250
FOR_GOOD = 500


class Refused(Exception):
    """The server does not have the message. ``for_good``: trying again is no use. ``why`` holds no address."""

    def __init__(self, why: str, *, for_good: bool) -> None:
        super().__init__(why)
        self.why = why
        self.for_good = for_good


class Unsure(Exception):
    """The connection broke while the message was being handed over: nobody knows whether the server has it."""


class Unreachable(Exception):
    """There is no server to talk to now; ``why`` is one word or two for people."""


class Post(Protocol):
    """Where messages go."""

    def send(self, message: EmailMessage, to: str) -> None:
        """Hand over one message. Raises Refused, Unsure."""

    def check(self) -> None:
        """Whether a message of ours would be listened to. Raises Refused."""


class Folder:
    """Messages as files, named after their id: the same one again changes nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def send(self, message: EmailMessage, to: str) -> None:
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        draft = self.path / f".{name}.part"
        draft.write_bytes(message.as_bytes(policy=SMTP))
        draft.replace(self.path / f"{name}.eml")

    def check(self) -> None:
        """A folder listens to everybody."""


class Server:
    """An SMTP server that we are connected to."""

    def __init__(self, connection: smtplib.SMTP, sender: str) -> None:
        self.connection = connection
        self.sender = sender

    def send(self, message: EmailMessage, to: str) -> None:
        try:
            self._ask(to)
        except smtplib.SMTPResponseException as err:
            raise _refused(err.smtp_code) from None
        except (smtplib.SMTPServerDisconnected, OSError):
            raise Refused("connection_lost", for_good=False) from None
        text = message.as_bytes(policy=SMTP)
        try:
            code, _ = self.connection.data(text)
        except smtplib.SMTPDataError as err:
            raise _refused(err.smtp_code) from None
        except (smtplib.SMTPException, OSError):
            raise Unsure from None
        if code != TAKEN:
            with suppress(smtplib.SMTPException, OSError):
                self.connection.rset()
            raise _refused(code)

    def check(self) -> None:
        try:
            code, _ = self.connection.mail(self.sender)
            self.connection.rset()
        except (smtplib.SMTPException, OSError):
            raise Refused("connection_lost", for_good=False) from None
        if code != TAKEN:
            raise _refused(code)

    def _ask(self, to: str) -> None:
        """Sender and reader, before any text."""
        code, said = self.connection.mail(self.sender)
        if code == TAKEN:
            code, said = self.connection.rcpt(to)
        if code not in (TAKEN, 251):
            with suppress(smtplib.SMTPException):
                self.connection.rset()
            raise smtplib.SMTPResponseException(code, said)


def _refused(code: int) -> Refused:
    return Refused(f"smtp_{code}", for_good=code >= FOR_GOOD)


@contextmanager
def connect(mail: Mail, timeout_s: float = TIMEOUT_S) -> Iterator[Post]:
    """Where messages go now. Raises Unreachable."""
    if mail.folder is not None:
        yield Folder(mail.folder)
    else:
        connection = _open(mail, timeout_s)
        try:
            yield Server(connection, mail.sender)
        finally:
            with suppress(smtplib.SMTPException, OSError):
                connection.quit()


def _open(mail: Mail, timeout_s: float) -> smtplib.SMTP:
    """A connection, secured and logged in as the settings say and never less. Raises Unreachable."""
    safe = ssl.create_default_context()
    try:
        if mail.security == "tls":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(mail.host, mail.port, timeout=timeout_s, context=safe)
        else:
            connection = smtplib.SMTP(mail.host, mail.port, timeout=timeout_s)
    except (OSError, smtplib.SMTPException) as err:
        raise Unreachable(type(err).__name__) from None
    try:
        if mail.security == "starttls":
            connection.starttls(context=safe)
        if mail.user:
            connection.login(mail.user, mail.password.get_secret_value())
        connection.ehlo_or_helo_if_needed()
    except (OSError, smtplib.SMTPException) as err:
        connection.close()
        raise Unreachable(type(err).__name__) from None
    return connection
