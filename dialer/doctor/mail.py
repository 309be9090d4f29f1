"""Does e-mail leave? The server is talked to as for a real mail, up to the point where one would be written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from dialer.doctor.finding import Finding, fail, ok, warn
from dialer.mail import stuck
from dialer.mail.transport import Refused, Unreachable, connect
from dialer.settings import Mail, Settings, SettingsError
from dialer.store import Database

CHECK = "mail"
QUICK_S = 5.0


def mail(settings: Settings) -> Iterator[Finding]:
    """Where mail goes, whether the server lets us in and takes our sender, and what did not leave."""
    folder = settings.mail.folder
    yield _server(settings.mail) if folder is None else _folder(folder)
    yield from _stuck(settings)


def _folder(folder: Path) -> Finding:
    there = folder if folder.exists() else folder.parent
    if not os.access(there, os.W_OK):
        return fail(CHECK, f"{folder} cannot be written to", "give the right, or unset DIALER_MAIL__FOLDER")
    return warn(CHECK, f"written as files into {folder}; nobody gets any", "unset DIALER_MAIL__FOLDER for real mail")


def _server(mail: Mail) -> Finding:
    where = f"{mail.host}:{mail.port}"
    try:
        with connect(mail, QUICK_S) as post:
            post.check()
    except Unreachable as err:
        return warn(
            CHECK, f"{where}: {err}; no e-mail leaves", "look at DIALER_MAIL__HOST, __PORT, __SECURITY and __USER"
        )
    except Refused as err:
        return fail(CHECK, f"{where} refuses {mail.sender}: {err}", "set DIALER_MAIL__SENDER to an address of yours")
    return ok(CHECK, f"{where}, {mail.security}, from {mail.sender}")


def _stuck(settings: Settings) -> Iterator[Finding]:
    """Mail that people must look at; nothing where there is no database yet."""
    try:
        db = Database(settings.database_url)
        try:
            with db.read() as s:
                found = stuck.count(s)
        finally:
            db.close()
    except (SQLAlchemyError, SettingsError, OSError):
        return
    if found:
        yield warn("mail that did not leave", f"{found} letters", "send them again on the page Appointments")
