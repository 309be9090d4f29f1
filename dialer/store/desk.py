"""Tables: operators at work, notes, callbacks, leads and handoffs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from dialer.rules.words import HandoffState, OperatorState
from dialer.store.base import Base, Json, Utc, Word


class OperatorSession(Base):
    """What one operator or closer is doing now. Each move is a compare-and-swap on ``version``."""

    __tablename__ = "operator_session"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"), index=True)
    line: Mapped[int] = mapped_column(default=1)
    """1 first line, 2 closers."""
    state: Mapped[OperatorState] = mapped_column(Word(OperatorState), default=OperatorState.OFFLINE)
    since_at: Mapped[datetime] = mapped_column(Utc)
    reason: Mapped[str] = mapped_column(String(60), default="")
    """Why paused or offline: a pause reason's code, or ``away``, ``phone_lost``, ``page_lost``, ``logout``."""
    pause_after: Mapped[str] = mapped_column(String(60), default="")
    """Set while in a call: pause with this reason once the wrap-up is saved."""
    leg: Mapped[str] = mapped_column(String(64), default="")
    """Their phone's leg; empty while no phone is up."""
    leg_up: Mapped[bool] = mapped_column(default=False)
    room: Mapped[str] = mapped_column(String(64), default="")
    attempt_id: Mapped[str | None] = mapped_column(ForeignKey("attempt.id", ondelete="SET NULL"))
    phone_lost_at: Mapped[datetime | None] = mapped_column(Utc)
    """Set while the phone is gone in mid-call; the contact hears music meanwhile."""
    wrap_until_at: Mapped[datetime | None] = mapped_column(Utc)
    """When the wrap-up ends by itself; typing moves it on."""
    muted: Mapped[bool] = mapped_column(default=False)
    seen_at: Mapped[datetime | None] = mapped_column(Utc)
    """Last sign of life of their page or program; empty while none has been given in this session."""
    version: Mapped[int] = mapped_column(default=0)


class Listening(Base):
    """A supervisor at a live call, from the moment their phone rings; the row goes with their leg."""

    __tablename__ = "listening"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), index=True)
    leg: Mapped[str] = mapped_column(String(64), unique=True)
    up: Mapped[bool] = mapped_column(default=False)
    voice: Mapped[str] = mapped_column(String(12), default="listen")
    """listen | whisper | barge."""
    since_at: Mapped[datetime] = mapped_column(Utc)


class OperatorMove(Base):
    """Journal: one accepted move of one operator; append only."""

    __tablename__ = "operator_move"
    __table_args__ = (Index(None, "user_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Utc)
    event: Mapped[str] = mapped_column(String(32))
    old: Mapped[OperatorState] = mapped_column(Word(OperatorState))
    new: Mapped[OperatorState] = mapped_column(Word(OperatorState))
    reason: Mapped[str] = mapped_column(String(60), default="")
    attempt_id: Mapped[str | None] = mapped_column(String(64))


class Note(Base):
    """What somebody wrote about a contact."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    attempt_id: Mapped[str | None] = mapped_column(ForeignKey("attempt.id", ondelete="SET NULL"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Utc)
    text: Mapped[str] = mapped_column(Text)


class DeskDraft(Base):
    """What one person has typed for the wrap-up of one call and not yet saved: note, outcome, callback (P3)."""

    __tablename__ = "desk_draft"

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    words: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    typed_at: Mapped[datetime] = mapped_column(Utc)


class Callback(Base):
    """A promised time. ``owner_id`` empty: anyone. Open until ``kept_at`` or ``cancelled_at`` is set."""

    __tablename__ = "callback"
    __table_args__ = (
        Index(
            "uq_callback_open",
            "contact_id",
            unique=True,
            sqlite_where=text("kept_at IS NULL AND cancelled_at IS NULL"),
            postgresql_where=text("kept_at IS NULL AND cancelled_at IS NULL"),
        ),
        Index(None, "owner_id", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    due_at: Mapped[datetime] = mapped_column(Utc)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(Utc)
    note: Mapped[str] = mapped_column(String(500), default="")
    kind: Mapped[str] = mapped_column(String(16), default="promise")
    """promise, or confirmation: the call before an appointment."""
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    """The team that keeps it, where it is neither one person's nor anyone's."""
    kept_at: Mapped[datetime | None] = mapped_column(Utc)
    kept_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    called_at: Mapped[datetime | None] = mapped_column(Utc)
    """When the call that kept it was placed: in time or not is measured by this."""
    escalated_at: Mapped[datetime | None] = mapped_column(Utc)
    """When it went from its owner to anyone, and the group lead was told."""
    cancelled_at: Mapped[datetime | None] = mapped_column(Utc)
    cancelled_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    """Why; ``replaced`` by a newer promise. A promise is never taken out of the table."""


class Lead(Base):
    """A contact that qualified. ``temperature`` is hot, warm or cold."""

    __tablename__ = "lead"

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), unique=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"))
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    temperature: Mapped[str] = mapped_column(String(8), default="warm")
    bant: Mapped[str] = mapped_column(String(60), default="")
    """Points per letter as ``B2 A3 N1 T-`` (``-`` is not known)."""
    created_at: Mapped[datetime] = mapped_column(Utc)


class Handoff(Base):
    """A lead offered to the second line, live or into the closers' list (``live`` false)."""

    __tablename__ = "handoff"
    __table_args__ = (Index(None, "closer_id", "state"), Index(None, "lead_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    lead_id: Mapped[int] = mapped_column(ForeignKey("lead.id", ondelete="CASCADE"))
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id"))
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    closer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    live: Mapped[bool] = mapped_column(default=False)
    state: Mapped[HandoffState] = mapped_column(Word(HandoffState))
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it was rejected (the closer's words) or failed (declined, no_answer, busy, lost, caller_gone)."""
    leg: Mapped[str] = mapped_column(String(64), default="")
    offered_at: Mapped[datetime] = mapped_column(Utc)
    answered_at: Mapped[datetime | None] = mapped_column(Utc)
    settled_at: Mapped[datetime | None] = mapped_column(Utc)
    seen_by_operator_at: Mapped[datetime | None] = mapped_column(Utc)
