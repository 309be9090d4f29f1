"""Telling: pages hear through the outbox, the engine through commands; both in the caller's own transaction."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from dialer.store.messages import Command, Outbox
from dialer.store.transaction import append
from dialer.store.watch import nudge

KEPT = timedelta(hours=1)


def tell(session: Session, at: datetime, topic: str, audience: str, **payload: Any) -> None:
    """Put one line for the pages: ``topic`` is what changed, ``payload`` ids only; said once a transaction."""
    said: set[str] = session.info.setdefault("told", set())
    line = f"{topic} {audience} {sorted(payload.items())}"
    if line not in said:
        said.add(line)
        append(session, Outbox, at=at, topic=topic, audience=audience, payload=payload)
    nudge(session)


def forget(session: Session, now: datetime) -> None:
    """Drop the lines that every page has heard long ago."""
    session.execute(delete(Outbox).where(Outbox.at < now - KEPT))


def ask_engine(session: Session, at: datetime, kind: str, user_id: int | None = None, **args: Any) -> Command:
    """Put one command for the engine; its ``id`` is known after a flush."""
    command = Command(at=at, kind=kind, user_id=user_id, args=args)
    session.add(command)
    nudge(session)
    return command
