"""Tables: who works here and what they may do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialer.rules.words import Duty
from dialer.store.base import Base, Json, Utc, Word


class User(Base):
    """A person who logs in. ``session_epoch`` rises to end every open session of theirs."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password_hash: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(5), default="en")
    active: Mapped[bool] = mapped_column(default=True)
    session_epoch: Mapped[int] = mapped_column(default=0)
    totp_secret: Mapped[str | None] = mapped_column(String(64))
    """The second factor's shared secret; empty until it is set up."""
    totp_used: Mapped[int] = mapped_column(default=0)
    """The last time step whose code was taken: a code is good once."""
    recovery: Mapped[list[str]] = mapped_column(Json, default=list)
    """Hashes of the recovery codes that are left, each good once in place of a code."""
    endpoint: Mapped[str] = mapped_column(String(60), default="")
    """Their phone at the provider: ``op-7`` for Asterisk's PJSIP/op-7."""
    phone_secret: Mapped[str] = mapped_column(String(80), default="")
    """SIP password of the browser phone, handed to this user's own desk only."""
    created_at: Mapped[datetime] = mapped_column(Utc)
    holdings: Mapped[list[Holding]] = relationship(back_populates="user", cascade="all, delete-orphan")


class Holding(Base):
    """A duty held by a person in a project; ``project_id`` empty means in every project."""

    __tablename__ = "holding"
    __table_args__ = (UniqueConstraint("user_id", "duty", "project_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), index=True)
    duty: Mapped[Duty] = mapped_column(Word(Duty))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    given_by: Mapped[str] = mapped_column(String(24), default="")
    """The organisation that brought this duty along; empty where a person gave it."""
    user: Mapped[User] = relationship(back_populates="holdings")


class Team(Base):
    """5 or 6 operators under one group lead."""

    __tablename__ = "team"

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))


class ApiToken(Base):
    """A key for ``/api/v1``; only its SHA-256 is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Utc)
    last_used_at: Mapped[datetime | None] = mapped_column(Utc)
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)


class LoginFailure(Base):
    """A refused login, counted per login name and address to slow guessing down."""

    __tablename__ = "login_failure"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), index=True)
    """SHA-256 of login name or address: the table holds no personal data."""
    at: Mapped[datetime] = mapped_column(Utc)


class Audit(Base):
    """Who looked at or did what; denied acts too. Never holds names, numbers or answers.

    Append only. ``hash`` seals this line and, through the line before it, all earlier ones; ``seq`` has no gaps.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="RESTRICT"))
    """People are switched off, never deleted: a line without its person would be a changed line."""
    action: Mapped[str] = mapped_column(String(60))
    object: Mapped[str] = mapped_column(String(120), index=True)
    """``contact:17``, ``recording:a0…``: kind and id."""
    allowed: Mapped[bool]
    detail: Mapped[dict[str, Any] | None] = mapped_column(Json)
    seq: Mapped[int] = mapped_column(unique=True)
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of the chain: one row, locked by whoever adds to it."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")
