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


class BookForIn(Taken):
    closer_id: int
    starts_at: AwareDatetime
    email: str = Field(default="", max_length=254)
    note: str = Field(default="", max_length=500)


class FreeAsked(Taken):
    limit: int = Field(default=12, ge=1, le=200)


class CalendarIn(Taken):
    """``week``: ISO day, ``"1"`` is Monday -> spans as ``["09:00", "13:00"]``; a day that is left out is free."""

    zone: str = Field(max_length=60)
    week: dict[str, list[tuple[str, str]]]
    days_off: list[str] = Field(default_factory=list, max_length=366)
    length_min: int = 30
    buffer_min: int = 10
    notice_min: int = 60
    seats: int = 1


class CalendarOut(Shape):
    """``own`` is false while the project's hours hold and the closer has set none."""

    closer_id: int
    own: bool
    zone: str
    week: dict[str, list[tuple[str, str]]]
    days_off: list[str]
    length_min: int
    buffer_min: int
    notice_min: int
    seats: int


class FeedOut(Shape):
    address: str


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
