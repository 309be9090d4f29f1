"""Tables: what a handoff carries and by when, the gate, the funnel, the later pool, and what the client says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dialer.rules.words import Stage
from dialer.store.base import Base, Json, Utc, Word


class HandoffPacket(Base):
    """What goes over with a handoff, and the clock it runs against. ``contents``: see ``dialer.leads.packet``."""

    __tablename__ = "handoff_packet"

    handoff_id: Mapped[int] = mapped_column(ForeignKey("handoff.id", ondelete="CASCADE"), primary_key=True)
    temperature: Mapped[str] = mapped_column(String(8))
    contents: Mapped[dict[str, Any]] = mapped_column(Json)
    made_at: Mapped[datetime] = mapped_column(Utc)
    due_at: Mapped[datetime | None] = mapped_column(Utc, index=True)
    """When it must be taken, and once taken, judged; empty when it is settled."""
    escalated_at: Mapped[datetime | None] = mapped_column(Utc)
    """When the group lead was told that it is late."""
    passed_on: Mapped[int] = mapped_column(default=0)
    """How often it was taken away from a closer who let it lie."""
    reason_code: Mapped[str] = mapped_column(String(24), default="")
    """Why it was sent back, as one of the fixed words."""


class GateAsk(Base):
    """An operator asks that a lead below the gate goes over all the same; a group lead decides with a reason."""

    __tablename__ = "gate_ask"

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    lacks: Mapped[str] = mapped_column(String(40), default="")
    """Letters that are short of their gate, as ``B- T1``."""
    hot: Mapped[bool] = mapped_column(default=False)
    asked_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime] = mapped_column(Utc)
    let: Mapped[bool | None] = mapped_column()
    reason: Mapped[str] = mapped_column(String(300), default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None] = mapped_column(Utc)


class FunnelPlace(Base):
    """Where a contact stands in its project's funnel. A contact without a row is ``new``."""

    __tablename__ = "funnel_place"
    __table_args__ = (Index(None, "project_id", "stage", "since_at"),)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    stage: Mapped[Stage] = mapped_column(Word(Stage))
    since_at: Mapped[datetime] = mapped_column(Utc)
    amount: Mapped[int | None] = mapped_column()
    """What was won, in whole units of the project's money."""
    reason: Mapped[str] = mapped_column(String(300), default="")


class FunnelMove(Base):
    """Journal of the funnel: one move; append only. ``cause`` is what happened, or ``hand`` for a person's move."""

    __tablename__ = "funnel_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Utc)
    old: Mapped[Stage] = mapped_column(Word(Stage))
    new: Mapped[Stage] = mapped_column(Word(Stage))
    cause: Mapped[str] = mapped_column(String(40))
    by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    amount: Mapped[int | None] = mapped_column()
    reason: Mapped[str] = mapped_column(String(300), default="")


class LaterPlace(Base):
    """A contact that is not ready yet: why, and from when it is worth another campaign."""

    __tablename__ = "later_place"
    __table_args__ = (Index(None, "project_id", "ready_at"),)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    reason: Mapped[str] = mapped_column(String(40))
    note: Mapped[str] = mapped_column(String(300), default="")
    ready_at: Mapped[datetime] = mapped_column(Utc)
    put_at: Mapped[datetime] = mapped_column(Utc)
    put_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    drawn_at: Mapped[datetime | None] = mapped_column(Utc)
    drawn_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"))
    """The contact it became in a later campaign."""


class RecordingShare(Base):
    """The client may hear this recording until a date; nothing is shared without such a row."""

    __tablename__ = "recording_share"

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    shared_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    shared_at: Mapped[datetime] = mapped_column(Utc)
    until_at: Mapped[datetime] = mapped_column(Utc)


class LeadDispute(Base):
    """The client does not agree that this was a lead; the project manager answers. One open dispute a contact."""

    __tablename__ = "lead_dispute"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    raised_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    raised_at: Mapped[datetime] = mapped_column(Utc)
    reason: Mapped[str] = mapped_column(String(300))
    upheld: Mapped[bool | None] = mapped_column()
    """True: the client is right and the lead does not count."""
    answer: Mapped[str] = mapped_column(String(300), default="")
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    settled_at: Mapped[datetime | None] = mapped_column(Utc)
