"""Tables: what goes between the processes. Commands down to the engine, the outbox up to the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from dialer.store.base import Base, Json, Utc


class Command(Base):
    """Something a person asked of the engine. Done when ``done_at`` is set; ``error`` is one sentence's code."""

    __tablename__ = "command"
    __table_args__ = (
        Index(
            "ix_command_open",
            "id",
            sqlite_where=text("done_at IS NULL"),
            postgresql_where=text("done_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(32))
    args: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    done_at: Mapped[datetime | None] = mapped_column(Utc)
    error: Mapped[str] = mapped_column(String(200), default="")


class Outbox(Base):
    """Something happened that pages want to know. Ids and kinds only, never personal data.

    ``audience`` is ``user:7``, ``campaign:3`` or ``all``.
    """

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    topic: Mapped[str] = mapped_column(String(32))
    audience: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class KeptReply(Base):
    """The answer to an API call that creates something, by the caller's ``Idempotency-Key``: a repeat gets it again."""

    __tablename__ = "kept_reply"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    request: Mapped[str] = mapped_column(String(64))
    """SHA-256 of method, path and body: the same key for another request is a mistake."""
    status: Mapped[int] = mapped_column(default=0)
    body: Mapped[Any] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Utc, index=True)
