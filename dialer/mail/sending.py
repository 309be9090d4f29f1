"""Sending: what waits goes to the SMTP server, each letter by itself; what is refused is tried again, later and later.

Rule 1: a letter is claimed in the database before the server hears of it, so two processes never send one.
Rule 2: what broke off while the text was on its way, and what a process was at when it died, is *unsure*: people
decide, not the clock (as P1 does with calls). Rule 3: a server that is away costs no letter a try; one that refuses for
a while is asked later and later; one that refuses for good (5xx) ends the letter as failed, for people to see.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import structlog
from sqlalchemy import ColumnElement, select, update

from dialer.mail.transport import Post, Refused, Unreachable, Unsure, connect
from dialer.settings import Mail
from dialer.store import Database
from dialer.store.mail import Letter
from dialer.store.outbox import tell

log = structlog.get_logger("mail")
EVERY_S = 5
A_TURN = 50
PAUSES = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=8))
"""After the first, second, … refusal; then the letter is given up."""
AWAY = timedelta(minutes=1)
"""How long a server that is away is left alone."""
LOST_AFTER = timedelta(minutes=15)
"""No hand-over takes so long, each of its steps has a limit of its own: whoever began it has died."""
BROKEN_OFF = "broken_off"


def send_due(db: Database, settings: Mail, now: datetime) -> int:
    """Send what is due; returns how many letters the server took."""
    _give_up_lost(db, now)
    if not _anything(db, now):
        return 0
    try:
        with connect(settings) as post:
            return sum(_one(db, post, settings.sender, now) for _ in range(A_TURN) if _anything(db, now))
    except Unreachable as error:
        log.warning("mail_server_away", error=str(error))
        with db.write() as s:
            s.execute(update(Letter).where(due(now)).values(next_at=now + AWAY))
        return 0


def due(now: datetime) -> ColumnElement[bool]:
    """The letters that may be sent now."""
    ended = (Letter.sent_at, Letter.failed_at, Letter.stopped_at, Letter.unsure_at, Letter.claimed_at)
    which = Letter.next_at <= now
    for instant in ended:
        which &= instant.is_(None)
    return which


def _anything(db: Database, now: datetime) -> bool:
    with db.read() as s:
        return s.scalar(select(Letter.id).where(due(now)).limit(1)) is not None


def _give_up_lost(db: Database, now: datetime) -> None:
    lost = Letter.claimed_at <= now - LOST_AFTER
    with db.read() as s:
        if s.scalar(select(Letter.id).where(lost).limit(1)) is None:
            return
    with db.write() as s:
        s.execute(update(Letter).where(lost).values(claimed_at=None, unsure_at=now, problem=BROKEN_OFF))


def _one(db: Database, post: Post, sender: str, now: datetime) -> bool:
    letter = _claim(db, now)
    if letter is None:
        return False
    try:
        post.send(message(letter, sender), letter.to_address)
    except Unsure:
        _end(db, letter, now, unsure_at=now, problem=BROKEN_OFF)
    except Refused as refused:
        if refused.for_good or letter.tries > len(PAUSES):
            _end(db, letter, now, failed_at=now, problem=refused.why)
        else:
            _end(db, letter, now, next_at=now + PAUSES[letter.tries - 1], problem=refused.why)
    except Exception:
        # What cannot be put into a message will not be able to be put into one later.
        _end(db, letter, now, failed_at=now, problem="unwritable")
        log.exception("letter_unwritable", letter=letter.id)
    else:
        _end(db, letter, now, sent_at=now, problem="")
        return True
    return False


def _claim(db: Database, now: datetime) -> Letter | None:
    """The letter that is due first, ours from now on."""
    with db.write() as s:
        query = select(Letter).where(due(now)).order_by(Letter.next_at, Letter.id).limit(1)
        letter = s.scalar(query.with_for_update(skip_locked=True))
        if letter is not None:
            letter.claimed_at, letter.tries = now, letter.tries + 1
        return letter


def _end(db: Database, letter: Letter, now: datetime, **values: datetime | str) -> None:
    with db.write() as s:
        mine = (Letter.id == letter.id) & Letter.claimed_at.is_not(None)
        s.execute(update(Letter).where(mine).values(claimed_at=None, **values))
        tell(s, now, "mail", "all", letter=letter.id)
    log.info("mail", letter=letter.id, problem=values["problem"], sent="sent_at" in values)


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
