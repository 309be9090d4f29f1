"""What goes over the wire of campaigns: how they dial, and how they stand at this moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from webapp.api.shapes import Shape, Taken


class CampaignOut(Shape):
    id: int
    project_id: int
    name: str
    state: str
    mode: str
    script_id: int | None
    caller_id: str
    ring_s: int
    wrap_up_s: int
    preview_s: int
    max_lines: int
    retry_plan: str
    record: bool
    amd: bool
    machine_message: str
    started_at: datetime | None


class CampaignList(Shape):
    campaigns: list[CampaignOut]


class CampaignIn(Taken):
    project_id: int
    name: str = Field(min_length=1, max_length=120)
    mode: str = "progressive"
    script_id: int | None = None
    caller_id: str = Field(default="", max_length=20, pattern=r"^(\+[1-9]\d{6,14})?$")
    trunk: str = Field(default="", max_length=60, pattern=r"^[A-Za-z0-9_.-]*$")
    ring_s: int = Field(default=25, ge=5, le=120)
    wrap_up_s: int = Field(default=60, ge=0, le=3600)
    preview_s: int = Field(default=30, ge=5, le=600)
    calls_per_second: float = Field(default=5.0, gt=0, le=200)
    max_lines: int = Field(default=50, ge=1, le=2000)
    retry_plan: str = "standard"
    record: bool = True
    amd: bool = False
    machine_message: str = Field(default="", pattern="^[a-z0-9-]{0,40}$")
    rules: dict[str, Any] = Field(default_factory=dict)


class RouteIn(Taken):
    """One way out, see ``dialer.rules.routes``; 0 means no such limit."""

    network: str
    trunk: str = ""
    caller_ids: list[str] = Field(default_factory=list, max_length=200)
    daily_cap: int = Field(default=0, ge=0)
    gap_s: int = Field(default=0, ge=0)
    least_answer_rate: float = Field(default=0.0, ge=0, lt=1)
    rest_h: int = Field(default=72, ge=1, le=720)


class RoutesIn(Taken):
    routes: list[RouteIn] = Field(max_length=20)


class NumberOut(Shape):
    number: str
    calls: int
    cap: int
    week: int
    answered: int
    answer_rate: float | None
    resting_until: datetime | None
    reason: str


class RouteOut(Shape):
    name: str
    line: str
    errors: int
    resting_until: datetime | None
    reason: str
    numbers: list[NumberOut]


class NetworkOut(Shape):
    """How an engine stands with a network: ``state`` since ``since_at``; ``error`` is why it was down last.
    ``silent_since``: the engine has given no sign of life since, so that the rest need not hold any more."""

    network: str
    engine: str
    state: str
    since_at: datetime
    error: str
    error_at: datetime | None
    silent_since: datetime | None


class RoutesOut(Shape):
    routes: list[RouteOut]
    networks: list[NetworkOut]


class RestIn(Taken):
    """``hours`` 0 shows the number again."""

    number: str = Field(pattern=r"^\+[1-9][0-9]{6,14}$")
    hours: float = Field(ge=0, le=8760)
    reason: str = Field(default="", max_length=120)


class CampaignChange(Taken):
    """Only what is given is changed."""

    name: str | None = Field(default=None, min_length=1, max_length=120)
    mode: str | None = None
    script_id: int | None = None
    caller_id: str | None = Field(default=None, max_length=20, pattern=r"^(\+[1-9]\d{6,14})?$")
    trunk: str | None = Field(default=None, max_length=60, pattern=r"^[A-Za-z0-9_.-]*$")
    ring_s: int | None = Field(default=None, ge=5, le=120)
    wrap_up_s: int | None = Field(default=None, ge=0, le=3600)
    preview_s: int | None = Field(default=None, ge=5, le=600)
    calls_per_second: float | None = Field(default=None, gt=0, le=200)
    max_lines: int | None = Field(default=None, ge=1, le=2000)
    retry_plan: str | None = None
    record: bool | None = None
    amd: bool | None = None
    rules: dict[str, Any] | None = None


class MemberOut(Shape):
    """``line`` 1: first line, 2: closers."""

    user_id: int
    name: str
    line: int


class MemberList(Shape):
    members: list[MemberOut]


class MembersIn(Taken):
    """Who works in the campaign from now on; nobody else does."""

    operators: list[int] = Field(default_factory=list, max_length=1000)
    closers: list[int] = Field(default_factory=list, max_length=1000)


class ProjectOut(Shape):
    id: int
    name: str
    client: str
    kind: str
    country: str


class ProjectList(Shape):
    projects: list[ProjectOut]


class WorkerOut(Shape):
    user_id: int
    name: str
    line: int
    state: str
    since_at: datetime | None
    reason: str


class ReasonOut(Shape):
    """One thing that keeps calls from being placed; ``text`` is English."""

    code: str
    text: str


class StatusOut(Shape):
    """A campaign at this moment; outcomes and dispositions are those of the last 24 hours.

    ``standstill`` says why no call is placed now; empty while nothing is in the way.
    """

    state: str
    workers: list[WorkerOut]
    up: dict[str, int]
    outcomes: dict[str, int]
    dispositions: dict[str, int]
    contacts: dict[str, int]
    held_by: dict[str, int]
    attempts: int
    answered: int
    abandoned: int
    abandon_rate: float
    left: int
    standstill: list[ReasonOut]
