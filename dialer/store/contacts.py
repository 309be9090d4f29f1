"""Tables: contact lists, contacts and their numbers.

A claim takes contacts straight from here. The partial index ``ix_contact_claim`` holds only what may be claimed, in
the order it is claimed within one set of time zones, so that a claim costs the same at a thousand contacts and at
ten million: a closed zone, a held or a waiting contact is never walked over.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialer.rules.words import ContactState
from dialer.store.base import Base, Json, Utc, Word


class ZoneSet(Base):
    """The time zones a number may be in: ``Europe/Moscow`` or ``Asia/Omsk|Europe/Samara`` (sorted)."""

    __tablename__ = "zone_set"

    id: Mapped[int] = mapped_column(primary_key=True)
    names: Mapped[str] = mapped_column(String(2000), unique=True)


class ContactList(Base):
    """One imported file. ``report`` names the file of rejected rows below the data folder."""

    __tablename__ = "contact_list"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    rows: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    merged: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    report: Mapped[str] = mapped_column(String(200), default="")
    columns: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    """Field -> the heading it had in the file, for showing a contact's further fields by their own names."""
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    imported_at: Mapped[datetime] = mapped_column(Utc)
    finished_at: Mapped[datetime | None] = mapped_column(Utc)


class Contact(Base):
    """One person or firm to be called in one campaign.

    ``band`` (0 callback, 1 retry, 2 fresh: ``words.BAND_ORDER``) says why it is dialled next; ``due_at`` when it
    becomes ready (waiting) or may be looked at again (held); ``number_id`` which of its numbers is next;
    ``held_by`` the rule that refused it last.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index(
            "ix_contact_claim",
            "campaign_id",
            "zone_set_id",
            "band",
            text("priority DESC"),
            "id",
            sqlite_where=text("state = 'ready'"),
            postgresql_where=text("state = 'ready'"),
        ),
        Index(
            "ix_contact_due",
            "campaign_id",
            "due_at",
            sqlite_where=text("state IN ('waiting', 'held')"),
            postgresql_where=text("state IN ('waiting', 'held')"),
        ),
        Index(
            "ix_contact_claimed",
            "campaign_id",
            "id",
            sqlite_where=text("state = 'claimed'"),
            postgresql_where=text("state = 'claimed'"),
        ),
        Index("ix_contact_campaign_state", "campaign_id", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    list_id: Mapped[int | None] = mapped_column(ForeignKey("contact_list.id", ondelete="SET NULL"))
    state: Mapped[ContactState] = mapped_column(Word(ContactState), default=ContactState.READY)
    band: Mapped[int] = mapped_column(SmallInteger, default=2)
    priority: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None] = mapped_column(Utc)
    held_by: Mapped[str | None] = mapped_column(String(40))
    zone_set_id: Mapped[int] = mapped_column(ForeignKey("zone_set.id"))
    number_id: Mapped[int | None] = mapped_column()
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    """Operator of the last talk: a ring-back or a personal callback goes to them first."""
    name: Mapped[str] = mapped_column(String(200), default="")
    company: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    fields: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Any further columns of the file, by name, as text: what scripts call ``contact.NAME``."""
    tries: Mapped[int] = mapped_column(default=0)
    disposition: Mapped[str | None] = mapped_column(String(40))
    disposed_at: Mapped[datetime | None] = mapped_column(Utc)
    created_at: Mapped[datetime] = mapped_column(Utc)
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id", ondelete="SET NULL"), index=True)
    """The contact of an earlier campaign that this one was drawn from (the later pool)."""
    numbers: Mapped[list[ContactNumber]] = relationship(
        back_populates="contact", order_by="ContactNumber.position", cascade="all, delete-orphan"
    )


class ContactNumber(Base):
    """One number of a contact. ``bad`` numbers (unallocated, fax) are not dialled again."""

    __tablename__ = "contact_number"
    __table_args__ = (Index("uq_contact_number", "campaign_id", "number", unique=True), Index(None, "number"))

    id: Mapped[int] = mapped_column(primary_key=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    number: Mapped[str] = mapped_column(String(20))
    extension: Mapped[str] = mapped_column(String(12), default="")
    position: Mapped[int] = mapped_column(SmallInteger, default=0)
    bad: Mapped[bool] = mapped_column(default=False)
    contact: Mapped[Contact] = relationship(back_populates="numbers")


class NumberRange(Base):
    """Mobile numbers ``first`` to ``last`` (E.164 without +) belong to one region: a table of DEF codes."""

    __tablename__ = "number_range"

    id: Mapped[int] = mapped_column(primary_key=True)
    first: Mapped[int] = mapped_column(BigInteger, index=True)
    last: Mapped[int] = mapped_column(BigInteger)
    zones: Mapped[str] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(String(120), default="")


class Suppression(Base):
    """A number (or, with ``prefix``, every number that begins so) that must not be dialled.

    ``scope_id`` 0 is everywhere, else a project's id.
    """

    __tablename__ = "suppression"
    __table_args__ = (Index("uq_suppression", "number", "scope_id", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    scope_id: Mapped[int] = mapped_column(default=0)
    prefix: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(60), default="")
    """request | import | operator | api."""
    added_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    added_at: Mapped[datetime] = mapped_column(Utc)
