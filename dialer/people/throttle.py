"""Slowing down the guessing of passwords: failures are counted in the database, so every process sees them.

Rule 1: ten failures for one login name, or fifty from one address, in 15 minutes close the door until they have passed.
Rule 2: what is kept is a hash; the table holds no personal data.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from dialer.store.people import LoginFailure

WINDOW = timedelta(minutes=15)
PER_LOGIN = 10
PER_ADDRESS = 50


def _key(kind: str, text: str) -> str:
    return hashlib.sha256(f"{kind}:{text.strip().lower()}".encode()).hexdigest()


def _count(s: Session, key: str, now: datetime) -> int:
    found = (
        select(func.count()).select_from(LoginFailure).where(LoginFailure.key == key, LoginFailure.at > now - WINDOW)
    )
    return s.scalar(found) or 0


def blocked(s: Session, login: str, address: str, now: datetime) -> bool:
    """Whether no password is to be looked at now for this name or from this address."""
    return _count(s, _key("login", login), now) >= PER_LOGIN or _count(s, _key("from", address), now) >= PER_ADDRESS


def failed(s: Session, login: str, address: str, now: datetime) -> None:
    """Count one refused login; forget those that no longer matter."""
    s.execute(delete(LoginFailure).where(LoginFailure.at <= now - WINDOW))
    s.add_all([LoginFailure(key=_key("login", login), at=now), LoginFailure(key=_key("from", address), at=now)])


def succeeded(s: Session, login: str) -> None:
    """Forget the failures of this login name; those of the address stay."""
    s.execute(delete(LoginFailure).where(LoginFailure.key == _key("login", login)))
