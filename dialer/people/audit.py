"""The written record of who looked at or did what; denied acts too (P8). Never names, numbers or answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from dialer.store.people import Audit


def write(
    s: Session,
    at: datetime,
    user_id: int | None,
    action: str,
    obj: str,
    *,
    allowed: bool = True,
    **detail: Any,
) -> None:
    """Add one line, in the transaction of the act itself. ``obj`` is kind and id: ``contact:17``."""
    s.add(Audit(at=at, user_id=user_id, action=action, object=obj, allowed=allowed, detail=detail or None))
