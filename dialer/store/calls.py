"""Tables: attempts and their journal, recordings.

Rule 1: an attempt row is committed before the network is asked (P1).
Rule 2: each move of an attempt is one compare-and-swap on ``state`` with its journal row in the same transaction.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from dialer.rules.words import Amd, AttemptState, Mode, Outcome, RecordingState
from dialer.store.base import Base, Json, Utc, Word

OPEN = "state NOT IN ('closed')"
IS_OPEN = text(f"attempt.{OPEN}")
"""Put into every query for attempts of certain open states: SQLite uses a partial index only where its condition is
spelled out, and would otherwise walk over every attempt there ever was."""


class Attempt(Base):
    """One originate to one number. ``id`` is the leg's id on the network."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index(
            "uq_attempt_open_contact",
            "contact_id",
            unique=True,
            sqlite_where=text(OPEN),
            postgresql_where=text(OPEN),
        ),
        Index("ix_attempt_open", "campaign_id", "state", sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index("ix_attempt_number", "to_number", "placed_at"),
        Index("ix_attempt_contact", "contact_id", "placed_at"),
        Index("ix_attempt_campaign", "campaign_id", "placed_at"),
        Index("ix_attempt_operator", "operator_id", "placed_at"),
        Index("ix_attempt_caller", "caller_id", "placed_at"),
    )

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"))
    number_id: Mapped[int]
    to_number: Mapped[str] = mapped_column(String(20))
    caller_id: Mapped[str] = mapped_column(String(20), default="")
    provider: Mapped[str] = mapped_column(String(16))
    trunk: Mapped[str] = mapped_column(String(60), default="")
    provider_ref: Mapped[str] = mapped_column(String(80), default="")
    mode: Mapped[Mode] = mapped_column(Word(Mode))
    inbound: Mapped[bool] = mapped_column(default=False)
    state: Mapped[AttemptState] = mapped_column(Word(AttemptState))
    outcome: Mapped[Outcome | None] = mapped_column(Word(Outcome))
    """What the network said; set when the attempt ended."""
    disposition: Mapped[str | None] = mapped_column(String(40))
    disposed_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    closer_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    room: Mapped[str] = mapped_column(String(64), default="")
    on_hold: Mapped[bool] = mapped_column(default=False)
    script_version_id: Mapped[int | None] = mapped_column(ForeignKey("script_version.id"))
    amd: Mapped[Amd | None] = mapped_column(Word(Amd))
    heard_at: Mapped[datetime | None] = mapped_column(Utc)
    """When the network asked what the answered leg does: with detection on, the end of the greeting."""
    abandoned: Mapped[bool] = mapped_column(default=False)
    cause: Mapped[str] = mapped_column(String(24), default="")
    sip_code: Mapped[int] = mapped_column(default=0)
    fence: Mapped[int] = mapped_column(default=0)
    placed_at: Mapped[datetime] = mapped_column(Utc)
    sent_at: Mapped[datetime | None] = mapped_column(Utc)
    ringing_at: Mapped[datetime | None] = mapped_column(Utc)
    answered_at: Mapped[datetime | None] = mapped_column(Utc)
    connected_at: Mapped[datetime | None] = mapped_column(Utc)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)
    closed_at: Mapped[datetime | None] = mapped_column(Utc)


class AttemptMove(Base):
    """Journal: one accepted move of one attempt; append only."""

    __tablename__ = "attempt_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Utc)
    event: Mapped[str] = mapped_column(String(32))
    old: Mapped[AttemptState | None] = mapped_column(Word(AttemptState))
    new: Mapped[AttemptState] = mapped_column(Word(AttemptState))
    detail: Mapped[dict[str, Any] | None] = mapped_column(Json)


class Recording(Base):
    """The ledger of recordings (P5), by attempt id. ``path`` is below the recordings folder."""

    __tablename__ = "recording"

    attempt_id: Mapped[str] = mapped_column(ForeignKey("attempt.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[RecordingState] = mapped_column(Word(RecordingState))
    reason: Mapped[str] = mapped_column(String(120), default="")
    path: Mapped[str] = mapped_column(String(120), default="")
    seconds: Mapped[float] = mapped_column(default=0.0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    peaks: Mapped[list[int] | None] = mapped_column(Json)
    """Loudness 0..100 of left (customer) and right (operator) alternating, for drawing."""
    expected_at: Mapped[datetime] = mapped_column(Utc, index=True)
    settled_at: Mapped[datetime | None] = mapped_column(Utc)
