"""Idempotency keys: a call that creates something and is sent again gets the answer it got, and creates nothing.

The key and its answer are written in the transaction of the call itself, so either both are there or neither.
May import ``dialer.store``.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from flask import Request
from sqlalchemy import delete
from sqlalchemy.orm import Session

from dialer.errors import BadInput, Refusal
from dialer.store.messages import KeptReply

KEPT = timedelta(hours=24)
"""How long a repeat is recognised, as common payment interfaces do."""
LONGEST = 80


def fingerprint(request: Request) -> str:
    """SHA-256 of what was asked."""
    asked = f"{request.method} {request.full_path}\n".encode() + request.get_data(cache=True)
    return hashlib.sha256(asked).hexdigest()


def find(s: Session, user_id: int, key: str, asked: str) -> KeptReply | None:
    """The kept answer. Raises BadInput for a key too long, Refusal ``key_reused`` if it was used for another call."""
    if len(key) > LONGEST:
        raise BadInput(f"An Idempotency-Key has at most {LONGEST} characters.")
    kept = s.get(KeptReply, (user_id, key))
    if kept is not None and kept.request != asked:
        raise Refusal("key_reused")
    return kept


def keep(s: Session, user_id: int, key: str, asked: str, status: int, body: Any, now: datetime) -> None:
    """Keep an answer, and forget those that are too old."""
    s.execute(delete(KeptReply).where(KeptReply.at < now - KEPT))
    s.add(KeptReply(user_id=user_id, key=key, request=asked, status=status, body=body, at=now))
    s.flush()
