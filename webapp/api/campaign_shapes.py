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
    rules: dict[str, Any] = Field(default_factory=dict)


class WorkerOut(Shape):
    user_id: int
    name: str
    line: int
    state: str
    since_at: datetime | None
    reason: str


class StatusOut(Shape):
    """A campaign at this moment; outcomes and dispositions are those of the last 24 hours."""

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
