"""Tables: letters on their way out, and addresses that want none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from dialer.store.base import Base, Utc


class Letter(Base):
    """One letter. Written in the transaction of its cause and sent by the jobs process; open until one of the
    instants ``sent_at``, ``failed_at``, ``unsure_at`` or ``stopped_at`` is set. ``key`` makes a letter of one cause
    exist once; ``claimed_at`` is set before the server hears of it, so that two processes never send one."""

    __tablename__ = "letter"
    __table_args__ = (
        Index(
            "ix_letter_open",
            "next_at",
            sqlite_where=text("sent_at IS NULL AND failed_at IS NULL AND stopped_at IS NULL"),
            postgresql_where=text("sent_at IS NULL AND failed_at IS NULL AND stopped_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    method: Mapped[str] = mapped_column(String(12), default="")
    """Of the calendar part (RFC 5546): REQUEST or CANCEL; empty for a letter without one."""
    calendar: Mapped[str] = mapped_column(Text, default="")
    unsubscribe: Mapped[str] = mapped_column(String(400), default="")
    """The address of the one-click way out (RFC 8058); empty for letters that were asked for."""
    made_at: Mapped[datetime] = mapped_column(Utc)
    next_at: Mapped[datetime] = mapped_column(Utc)
    tries: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(200), default="")
    claimed_at: Mapped[datetime | None] = mapped_column(Utc)
    unsure_at: Mapped[datetime | None] = mapped_column(Utc)
    """Nobody can say whether it left: it is not sent again by itself."""
    sent_at: Mapped[datetime | None] = mapped_column(Utc)
    failed_at: Mapped[datetime | None] = mapped_column(Utc)
    stopped_at: Mapped[datetime | None] = mapped_column(Utc)


class MailStop(Base):
    """An address that wants no more letters that it did not ask for."""

    __tablename__ = "mail_stop"

    address: Mapped[str] = mapped_column(String(254), primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
