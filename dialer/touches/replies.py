"""Answers: somebody wrote back, or wants no more letters. Both end the cadence."""

from __future__ import annotations

import email
import hashlib
import hmac
from datetime import datetime
from email.message import EmailMessage
from email.policy import default

from sqlalchemy.orm import Session

from dialer.compliance import suppression
from dialer.mail import letters
from dialer.people import audit
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign
from dialer.touches import places

LENGTH = 32


def replied(s: Session, contact_id: int, now: datetime, by: int | None = None) -> bool:
    """The contact answered: the cadence stops if it says so; False if nothing was under way."""
    contact = s.get_one(Contact, contact_id)
    campaign = s.get_one(Campaign, contact.campaign_id)
    if "reply" not in places.of_campaign(campaign).stop:
        return False
    audit.write(s, now, by, "touches.reply", f"contact:{contact_id}")
    return places.stop(s, contact_id, "reply", now)


def receive(s: Session, raw: bytes, now: datetime) -> int | None:
    """A letter that came in, as the mail server hands it on: the contact whose letter it answers, or None.

    An answer by a machine (out of office, bounce: RFC 3834) is none of the contact's.
    """
    message = email.message_from_bytes(raw, policy=default)
    if not isinstance(message, EmailMessage) or _by_machine(message):
        return None
    told = f"{message.get('In-Reply-To', '')} {message.get('References', '')}".split()
    letter = letters.by_message_id(s, told) if told else None
    if letter is None or letter.contact_id is None:
        return None
    replied(s, letter.contact_id, now)
    return letter.contact_id


def _by_machine(message: EmailMessage) -> bool:
    automatic = str(message.get("Auto-Submitted", "no")).lower() not in ("", "no")
    return automatic or message.get_content_type() == "multipart/report"


def link(public_url: str, secret: str, contact_id: int) -> str:
    """The address of the way out for this contact; nobody can make one for another contact."""
    return f"{public_url.rstrip('/')}/unsubscribe/{contact_id}-{_seal(secret, contact_id)}"


def contact_of(secret: str, token: str) -> int | None:
    """The contact of a way out; None for one that we did not make."""
    number, _, seal = token.partition("-")
    if not number.isdecimal() or len(number) > 18:
        return None
    return int(number) if hmac.compare_digest(seal.encode(), _seal(secret, int(number)).encode()) else None


def _seal(secret: str, contact_id: int) -> str:
    return hmac.new(secret.encode(), f"unsubscribe:{contact_id}".encode(), hashlib.sha256).hexdigest()[:LENGTH]


def unsubscribe(s: Session, contact_id: int, now: datetime, *, calls_too: bool = False) -> None:
    """No more letters to this contact's address; with ``calls_too`` no calls to its numbers either."""
    contact = s.get_one(Contact, contact_id)
    if contact.email:
        letters.stop(s, contact.email, contact_id, now)
    places.stop(s, contact_id, "unsubscribed", now)
    audit.write(s, now, None, "touches.unsubscribe", f"contact:{contact_id}", calls_too=calls_too)
    if calls_too:
        project_id = s.get_one(Campaign, contact.campaign_id).project_id
        for number in contact.numbers:
            suppression.add(s, number.number, now, scope_id=project_id, source="request")
