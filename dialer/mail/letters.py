"""Letters: written down once for each cause, and never to an address that wants none.

May import ``dialer.store``.
"""

from __future__ import annotations

from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dialer import ids
from dialer.errors import BadInput, Refusal
from dialer.store.mail import Letter, MailStop

LONGEST_SUBJECT = 300


def address(text: str) -> str:
    """An address that can be written to, in small letters. Raises BadInput."""
    text = text.strip().lower()
    try:
        parsed = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError):  # the library raises each of them, for no particular reason
        raise BadInput("This is not an e-mail address.") from None
    if "." not in parsed.domain or any(c.isspace() for c in text) or len(text) > 254:
        raise BadInput("This is not an e-mail address.")
    return text


def write(
    s: Session, key: str, to: str, subject: str, body: str, now: datetime, *, contact_id: int | None = None,
    method: str = "", calendar: str = "", unsubscribe: str = "",
) -> Letter:  # fmt: skip
    """Write a letter down, to be sent soon. ``key`` names its cause: the same cause writes one letter only.

    Raises BadInput for an address that is none; Refusal ``mail_unwanted`` where an unasked letter goes to an address
    that unsubscribed.
    """
    there = s.scalars(select(Letter).where(Letter.key == key)).one_or_none()
    if there is not None:
        return there
    to = address(to)
    if unsubscribe and unwanted(s, to):
        raise Refusal("mail_unwanted")
    subject = " ".join(subject.split())[:LONGEST_SUBJECT]
    letter = Letter(
        key=key, message_id=ids.new("m"), contact_id=contact_id, to_address=to, subject=subject, body=body,
        method=method, calendar=calendar, unsubscribe=unsubscribe, made_at=now, next_at=now,
    )  # fmt: skip
    s.add(letter)
    s.flush()
    return letter


def unwanted(s: Session, to: str) -> bool:
    """Whether this address unsubscribed."""
    return s.get(MailStop, to.strip().lower()) is not None


def stop(s: Session, to: str, contact_id: int | None, now: datetime) -> None:
    """The address wants no more: nothing unasked is written to it, and what waits is not sent."""
    to = to.strip().lower()
    if s.get(MailStop, to) is None:
        s.add(MailStop(address=to, at=now, contact_id=contact_id))
    waiting = (Letter.to_address == to) & Letter.sent_at.is_(None) & (Letter.unsubscribe != "")
    s.execute(update(Letter).where(waiting, Letter.stopped_at.is_(None)).values(stopped_at=now))
    s.flush()


def by_message_id(s: Session, message_ids: list[str]) -> Letter | None:
    """The letter that one of these Message-IDs (as in In-Reply-To and References) belongs to."""
    bare = [one.strip("<> \t").partition("@")[0] for one in message_ids]
    return s.scalars(select(Letter).where(Letter.message_id.in_(bare))).first()
