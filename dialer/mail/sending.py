"""Sending: what waits goes to the SMTP server, each letter by itself; what fails is tried again, later and later.

Rule 1: a letter is marked sent in a transaction after the server took it; a crash in between sends it again under the
same Message-ID, by which mail programs know it. Rule 2: what the server refuses for good (5xx) is not tried again.
"""

from __future__ import annotations

import smtplib
import ssl
from contextlib import ExitStack
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import structlog
from sqlalchemy import ColumnElement, select

from dialer.settings import Mail
from dialer.store import Database
from dialer.store.mail import Letter

log = structlog.get_logger("mail")
EVERY_S = 5
A_TURN = 50
TIMEOUT_S = 20
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
"""After the first, second, … failure; then the letter is given up."""


def send_due(db: Database, settings: Mail, now: datetime) -> int:
    """Send what is due; returns how many letters the server took."""
    with db.read() as s:
        due = list(s.scalars(select(Letter).where(_open(), Letter.next_at <= now).order_by(Letter.id).limit(A_TURN)))
    if not due:
        return 0
    with ExitStack() as stack:
        try:
            server = stack.enter_context(_connect(settings))
        except (OSError, smtplib.SMTPException) as error:
            log.warning("mail_server_away", error=type(error).__name__)
            for letter in due:
                _failed(db, letter.id, type(error).__name__, now, for_good=False)
            return 0
        return sum(_send(db, server, settings, letter, now) for letter in due)


def _connect(settings: Mail) -> smtplib.SMTP:
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            settings.host, settings.port, timeout=TIMEOUT_S, context=ssl.create_default_context()
        )
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=TIMEOUT_S)
    if settings.security == "starttls":
        server.starttls(context=ssl.create_default_context())
    if settings.user:
        server.login(settings.user, settings.password.get_secret_value())
    return server


def _send(db: Database, server: smtplib.SMTP, settings: Mail, letter: Letter, now: datetime) -> bool:
    try:
        server.send_message(message(letter, settings.sender))
    except smtplib.SMTPResponseException as error:
        _failed(db, letter.id, f"{error.smtp_code}", now, for_good=error.smtp_code >= 500)
        return False
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        _failed(db, letter.id, f"{codes[0]}", now, for_good=all(code >= 500 for code in codes))
        return False
    except (OSError, smtplib.SMTPException) as error:
        _failed(db, letter.id, type(error).__name__, now, for_good=False)
        return False
    with db.write() as s:
        s.get_one(Letter, letter.id).sent_at = now
    log.info("mail_sent", letter=letter.id)
    return True


def message(letter: Letter, sender: str) -> EmailMessage:
    """The letter as it goes over the wire; an invitation has its calendar as the second way to read it (RFC 6047)."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, letter.to_address, letter.subject
    made["Message-ID"] = f"<{letter.message_id}@{sender.rpartition('@')[2] or 'localhost'}>"
    made["Date"] = format_datetime(letter.made_at)
    if letter.unsubscribe:
        made["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(letter.body)
    if letter.calendar:
        made.add_alternative(
            letter.calendar.encode(), "text", "calendar", params={"method": letter.method, "charset": "utf-8"}
        )
    return made


def _failed(db: Database, letter_id: int, problem: str, now: datetime, *, for_good: bool) -> None:
    with db.write() as s:
        letter = s.get_one(Letter, letter_id)
        letter.problem = problem[:200]
        if for_good or letter.tries >= len(PAUSES):
            letter.failed_at = now
        else:
            letter.next_at = now + PAUSES[letter.tries]
        letter.tries += 1
    log.warning("mail_not_sent", letter=letter_id, problem=problem, for_good=for_good)


def _open() -> ColumnElement[bool]:
    return Letter.sent_at.is_(None) & Letter.failed_at.is_(None) & Letter.stopped_at.is_(None)
