"""Tables: how far each contact is in its campaign's cadence, and the texts of its letters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from dialer.store.base import Base, Utc


class TouchPlace(Base):
    """Where a contact stands in its campaign's cadence. Open until ``stopped_at`` is set."""

    __tablename__ = "touch_place"
    __table_args__ = (
        Index(
            "ix_touch_due",
            "due_at",
            sqlite_where=text("stopped_at IS NULL AND due_at IS NOT NULL"),
            postgresql_where=text("stopped_at IS NULL AND due_at IS NOT NULL"),
        ),
    )

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    step: Mapped[int] = mapped_column(default=0)
    """Which step of the cadence is next, from 0."""
    due_at: Mapped[datetime | None] = mapped_column(Utc)
    """When it is; empty while its call is being made."""
    stopped_at: Mapped[datetime | None] = mapped_column(Utc)
    stop_reason: Mapped[str] = mapped_column(String(24), default="")
    """reply, refusal, goal, unsubscribed, done, no_address or changed."""


class MailTemplate(Base):
    """The text of a letter: subject and body in the limited Jinja of call scripts."""

    __tablename__ = "mail_template"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime] = mapped_column(Utc)
