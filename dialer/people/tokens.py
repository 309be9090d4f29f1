"""Keys for ``/api/v1``: shown once, kept as SHA-256 (160 random bits need no slow hash), revoked, never deleted."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from dialer.store.people import ApiToken, User

PREFIX = "wl_"
USED_EVERY = timedelta(minutes=1)
"""How exactly ``last_used_at`` is kept: a write for every request would cost more than it tells."""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make(s: Session, user_id: int, name: str, now: datetime) -> str:
    """A new token for a person, named after what uses it. The text is not kept and cannot be shown again."""
    token = PREFIX + secrets.token_urlsafe(30)
    s.add(ApiToken(user_id=user_id, name=name, token_hash=_hash(token), created_at=now))
    return token


def owner(s: Session, token: str, now: datetime) -> User | None:
    """The active person whose unrevoked token this is, with their holdings. ``s`` must be a writing session."""
    row = s.scalar(select(ApiToken).where(ApiToken.token_hash == _hash(token), ApiToken.revoked_at.is_(None)))
    if row is None:
        return None
    if row.last_used_at is None or now - row.last_used_at > USED_EVERY:
        row.last_used_at = now
    user = s.scalar(select(User).where(User.id == row.user_id).options(selectinload(User.holdings)))
    return user if user is not None and user.active else None


def revoke(s: Session, token_id: int, now: datetime) -> bool:
    """End a token; False if there is none of that id that still works."""
    row = s.get(ApiToken, token_id)
    if row is None or row.revoked_at is not None:
        return False
    row.revoked_at = now
    return True
