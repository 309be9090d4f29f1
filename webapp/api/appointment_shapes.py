"""What goes over the wire: free times and appointments. Instants have an offset."""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, Field

from webapp.api.shapes import Shape, Taken


class SlotOut(Shape):
    closer_id: int
    closer: str
    starts_at: datetime
    ends_at: datetime


class SlotList(Shape):
    slots: list[SlotOut]


class SlotsAsked(Taken):
    attempt_id: str
    limit: int = Field(default=12, ge=1, le=200)


class HoldIn(Taken):
    attempt_id: str
    closer_id: int
    starts_at: AwareDatetime


class BookIn(Taken):
    email: str = Field(default="", max_length=254)
    note: str = Field(default="", max_length=500)


class MoveIn(Taken):
    starts_at: AwareDatetime
    closer_id: int | None = None


class EndIn(Taken):
    took_place: bool
    reason: str = Field(default="", max_length=300)


class AppointmentOut(Shape):
    id: int
    contact_id: int
    campaign_id: int
    attempt_id: str | None
    closer_id: int
    state: str
    starts_at: datetime
    ends_at: datetime
    held_until: datetime | None
    sequence: int
    reason: str


class AppointmentList(Shape):
    appointments: list[AppointmentOut]
