"""Tables: closers' working hours, appointments and the time they take."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from dialer.rules.words import AppointmentState
from dialer.store.base import Base, Json, Utc, Word


class CloserCalendar(Base):
    """When one closer takes appointments. Without a row the project's hours hold: see ``dialer.desk.appointments``."""

    __tablename__ = "closer_calendar"

    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    zone: Mapped[str] = mapped_column(String(60))
    week: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """ISO day (``"1"`` is Monday) -> list of [from, to] as ``HH:MM``."""
    days_off: Mapped[list[str]] = mapped_column(Json, default=list)
    """ISO dates on which nothing is offered."""
    length_min: Mapped[int] = mapped_column(default=30)
    buffer_min: Mapped[int] = mapped_column(default=10)
    notice_min: Mapped[int] = mapped_column(default=60)
    seats: Mapped[int] = mapped_column(default=1)
    """How many contacts may be booked for one and the same time: more than one for a joint presentation."""
    feed_epoch: Mapped[int] = mapped_column(default=0)
    """Rises to make the old address of the calendar feed useless."""


class Appointment(Base):
    """A meeting of a contact with a closer. ``sequence`` counts what was sent about it (RFC 5545, 3.8.7.4)."""

    __tablename__ = "appointment"
    __table_args__ = (Index(None, "closer_id", "starts_at"), Index(None, "state", "starts_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(64), unique=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    attempt_id: Mapped[str | None] = mapped_column(ForeignKey("attempt.id", ondelete="SET NULL"))
    closer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    state: Mapped[AppointmentState] = mapped_column(Word(AppointmentState))
    starts_at: Mapped[datetime] = mapped_column(Utc)
    ends_at: Mapped[datetime] = mapped_column(Utc)
    held_until: Mapped[datetime | None] = mapped_column(Utc)
    sequence: Mapped[int] = mapped_column(default=0)
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(5), default="ru")
    note: Mapped[str] = mapped_column(String(500), default="")
    reason: Mapped[str] = mapped_column(String(300), default="")
    """Why it was cancelled, missed or disputed."""
    packet: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What the closer reads beforehand: see ``dialer.leads.packet``."""
    made_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(Utc)
    reminder_at: Mapped[datetime | None] = mapped_column(Utc)
    """The confirmation call that was planned for this time; empty until it is."""


class AppointmentUnit(Base):
    """Five minutes of one closer's time at one seat, taken by one appointment: the key itself forbids booking twice."""

    __tablename__ = "appointment_unit"

    closer_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    unit: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    """Five-minute spans since 1970."""
    seat: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=0)
    """0 unless several contacts may share a time."""
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), index=True)


class AppointmentMove(Base):
    """Journal: one move of one appointment; append only."""

    __tablename__ = "appointment_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    appointment_id: Mapped[int] = mapped_column(ForeignKey("appointment.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime] = mapped_column(Utc)
    event: Mapped[str] = mapped_column(String(24))
    old: Mapped[AppointmentState] = mapped_column(Word(AppointmentState))
    new: Mapped[AppointmentState] = mapped_column(Word(AppointmentState))
    starts_at: Mapped[datetime] = mapped_column(Utc)
    by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
