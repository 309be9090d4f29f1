"""Somebody presses 9 while a message is said: nobody calls their number from then on. FastAGI and webhooks ask here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from dialer.compliance import suppression
from dialer.store.calls import Attempt


def callee(s: Session, leg: str) -> str:
    """The number of a call. Raises LookupError if the leg is no call of ours."""
    attempt = s.get(Attempt, leg)
    if attempt is None or not attempt.to_number.startswith("+"):
        raise LookupError("the leg is no call of ours")
    return attempt.to_number


def note(s: Session, number: str, now: datetime) -> None:
    """Suppress ``number`` everywhere, from this moment."""
    suppression.add(s, number, now, reason="asked on the phone", source="request")
