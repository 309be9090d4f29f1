"""Tables: what proves that the rules were kept. Refusals, consents, the ages of lists, persons who were erased.

Rule 1: a refusal is written in the transaction that made it. Rule 2: what proves something outlives the contact it is
about: these rows name numbers or ids, and have no foreign key to contacts.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dialer.store.base import Base, Json, Utc


class Refusal(Base):
    """The gate said no: which rule, the values it looked at, and the versions of the profiles in force."""

    __tablename__ = "refusal"
    __table_args__ = (Index("ix_refusal_campaign", "campaign_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(index=True)
    attempt_id: Mapped[str | None] = mapped_column(String(64))
    """The attempt that was refused just before sending; None: refused at the claim."""
    rule: Mapped[str] = mapped_column(String(60))
    until_at: Mapped[datetime | None] = mapped_column(Utc)
    value: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    profile: Mapped[str] = mapped_column(String(300), default="")
    """``us_federal@2+us_fl@2``."""


class Client(Base):
    """Who pays, by the name its projects give; only clients with a suppression list of their own have a row."""

    __tablename__ = "client"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)


class ListImport(Base):
    """A named do-not-call list (``us_dnc``, ``tps_ctps``) was imported whole, as it stood on a day."""

    __tablename__ = "list_import"
    __table_args__ = (Index("ix_list_import_name", "name", "scope_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    scope_id: Mapped[int] = mapped_column(default=0)
    as_of: Mapped[date] = mapped_column(Date)
    rows: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(String(64), default="")
    imported_at: Mapped[datetime] = mapped_column(Utc)


class Consent(Base):
    """A person agreed to be called, and the proof of it. ``number`` is E.164, or ``#hash`` once erased.

    ``project_id`` None: given to whoever calls from here.
    """

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(65), index=True)
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    given_on: Mapped[date] = mapped_column(Date)
    purpose: Mapped[str] = mapped_column(String(200), default="")
    proof: Mapped[str] = mapped_column(String(500))
    """Where the proof is: a document's number, a recording's id, the address of a form with its time."""
    sha256: Mapped[str] = mapped_column(String(64), default="")
    """Of the document, where it is a file."""
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime] = mapped_column(Utc)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Utc)


class Forgotten(Base):
    """A number that must not be dialled, of a person whose data was erased: only its keyed hash is left."""

    __tablename__ = "forgotten"
    __table_args__ = (Index("uq_forgotten", "hash", "scope_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(String(64))
    scope_id: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(200), default="")
    added_at: Mapped[datetime] = mapped_column(Utc)


class KeyMark(Base):
    """The fingerprint of the key under which erased numbers are hashed, so that a changed key is noticed."""

    __tablename__ = "key_mark"

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))


class PacingWord(Base):
    """What pacing decided for a campaign and why, with the figures it went by; kept for an hour."""

    __tablename__ = "pacing_word"
    __table_args__ = (Index("ix_pacing_word_campaign", "campaign_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    placed: Mapped[int] = mapped_column(default=0)
    why: Mapped[str] = mapped_column(String(300))
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """ready, talking, wrapping, ringing, waiting, lines, risk, theta, cap, answered, abandoned."""
