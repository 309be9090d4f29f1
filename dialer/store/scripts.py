"""Tables: call scripts, what was said along them and what was answered, comments on drafts, quotas of surveys.

Rule 1: a published version is never changed and never deleted, whatever becomes of its script's draft;
the database refuses it (``unchanged``), as it refuses to change the step log.
Rule 2: a draft is saved with the revision it was made from; a stale one is refused, never merged.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from dialer.store.base import Base, Json, Utc
from dialer.store.unchanged import guard


class CallScript(Base):
    """A script under one name; ``draft`` is what its writers edit."""

    __tablename__ = "script"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    draft: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=0)
    """Rises with each save of the draft: two people cannot write over each other."""
    edited_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    published_id: Mapped[int | None] = mapped_column()
    updated_at: Mapped[datetime] = mapped_column(Utc)


class ScriptVersion(Base):
    """A published script: never changed, never deleted (US TSR: scripts are kept 5 years)."""

    __tablename__ = "script_version"
    __table_args__ = (UniqueConstraint("script_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    script_id: Mapped[int] = mapped_column(ForeignKey("script.id"))
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
    note: Mapped[str] = mapped_column(String(300), default="")
    restores: Mapped[int | None] = mapped_column()
    """The number of the older version whose text this one publishes again."""
    published_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    published_at: Mapped[datetime] = mapped_column(Utc)


class ScriptComment(Base):
    """What a supervisor says about a line of the draft. ``quote`` is that line as it read then: it may move or go."""

    __tablename__ = "script_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    script_id: Mapped[int] = mapped_column(ForeignKey("script.id", ondelete="CASCADE"), index=True)
    node: Mapped[str] = mapped_column(String(60), default="")
    """The step it is about; empty for the script as a whole."""
    quote: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(String(1000))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Utc)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    settled_at: Mapped[datetime | None] = mapped_column(Utc)


class ScriptRun(Base):
    """Where one attempt stands in its script. ``revision`` rises with each move: a stale page cannot overwrite it."""

    __tablename__ = "script_run"

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("script_version.id"))
    language: Mapped[str] = mapped_column(String(5))
    position: Mapped[dict[str, Any]] = mapped_column(Json)
    revision: Mapped[int] = mapped_column(default=0)
    draft: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Typed words not yet saved as answers, and the note being written."""


class ScriptStep(Base):
    """Append-only log of moves along a script."""

    __tablename__ = "script_step"
    __table_args__ = (Index("ix_script_step_attempt", "attempt_id", "seq", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(ForeignKey("script_version.id"), index=True)
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Utc)
    entry: Mapped[dict[str, Any]] = mapped_column(Json)
    """As the runner gives it: node, variant, via, code, field, value, revised."""


class Answer(Base):
    """The latest answer to one field by one contact; the log keeps the earlier ones."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("contact_id", "field"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    field: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(Json)
    attempt_id: Mapped[str | None] = mapped_column(ForeignKey("attempt.id", ondelete="SET NULL"))
    version_id: Mapped[int | None] = mapped_column(ForeignKey("script_version.id"))
    node: Mapped[str] = mapped_column(String(60), default="")
    at: Mapped[datetime] = mapped_column(Utc)


class SurveyQuota(Base):
    """A cell of a campaign's quotas: so many completed interviews for which ``expression`` holds.

    ``action``: "end" ends a call that falls into the full cell with ``quota_full``; "watch" only counts.
    """

    __tablename__ = "survey_quota"
    __table_args__ = (UniqueConstraint("campaign_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    expression: Mapped[str] = mapped_column(String(500))
    target: Mapped[int]
    action: Mapped[str] = mapped_column(String(8), default="end")


assert isinstance(ScriptVersion.__table__, Table) and isinstance(ScriptStep.__table__, Table)
guard(ScriptVersion.__table__, ScriptStep.__table__)
