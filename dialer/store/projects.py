"""Tables: what the client pays for (project) and one way of dialling for it (campaign)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from dialer.rules.words import CampaignState, Mode
from dialer.store.base import Base, Json, Utc, Word


class Project(Base):
    """Bought by one client: leads, appointments or a survey."""

    __tablename__ = "project"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    client: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(24), default="lead")
    """lead | appointment | survey."""
    country: Mapped[str] = mapped_column(String(2), default="RU")
    """Region for numbers written without a country code."""
    qualification: Mapped[str] = mapped_column(String(24), default="standard")
    """How strict a lead is judged: flexible | standard | strict | open | own (then ``second_line["gates"]``)."""
    second_line: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Own gates, how fast a lead cools, working hours, stages left out: see ``dialer.leads.terms``."""
    organisation: Mapped[str] = mapped_column(String(24), default="call_centre")
    """Which duties go together: see ``dialer.people.organisations``."""
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """What scripts may say of the project: product, from_price, closer, …"""
    created_at: Mapped[datetime] = mapped_column(Utc)
    campaigns: Mapped[list[Campaign]] = relationship(back_populates="project")


class Campaign(Base):
    """List, script, mode, hours, caps and caller id. ``fence`` rises with each engine that takes the lease."""

    __tablename__ = "campaign"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[CampaignState] = mapped_column(Word(CampaignState), default=CampaignState.DRAFT)
    mode: Mapped[Mode] = mapped_column(Word(Mode), default=Mode.PROGRESSIVE)
    script_id: Mapped[int | None] = mapped_column(ForeignKey("script.id", ondelete="SET NULL"))
    trunk: Mapped[str] = mapped_column(String(60), default="")
    routes: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    """Ways out in order, see ``dialer.rules.routes``; empty: the settings' network, ``trunk`` and ``caller_id``."""
    caller_id: Mapped[str] = mapped_column(String(20), default="")
    ring_s: Mapped[int] = mapped_column(default=25)
    wrap_up_s: Mapped[int] = mapped_column(default=60)
    preview_s: Mapped[int] = mapped_column(default=30)
    calls_per_second: Mapped[float] = mapped_column(default=5.0)
    max_lines: Mapped[int] = mapped_column(default=50)
    announcement: Mapped[str] = mapped_column(String(40), default="sorry-ru")
    """The PBX's sound for a contact whom nobody can talk to now: who called, and how to be left alone."""
    amd: Mapped[bool] = mapped_column(default=False)
    machine_message: Mapped[str] = mapped_column(String(40), default="")
    """The PBX's sound that an answering machine is left after its beep; empty: hang up on machines."""
    record: Mapped[bool] = mapped_column(default=True)
    rules: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    """Hours, caps, prefixes: see ``dialer.rules.compliance.Rules.from_dict``."""
    retry_plan: Mapped[str] = mapped_column(String(60), default="standard")
    cadence: Mapped[str] = mapped_column(Text, default="")
    """The touches after the first call, as YAML: see ``dialer.touches.cadence``; empty for none."""
    engine: Mapped[str | None] = mapped_column(String(64))
    lease_until: Mapped[datetime | None] = mapped_column(Utc)
    fence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(Utc)
    started_at: Mapped[datetime | None] = mapped_column(Utc)
    project: Mapped[Project] = relationship(back_populates="campaigns")


class CampaignMember(Base):
    """Who works in a campaign; ``line`` is 1 for operators and 2 for closers."""

    __tablename__ = "campaign_member"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True)
    line: Mapped[int] = mapped_column(default=1)


class PlanTarget(Base):
    """What a project is to reach in one month. ``measure``: see ``dialer.reports.plan.MEASURES``."""

    __tablename__ = "plan_target"

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    month: Mapped[date] = mapped_column(Date, primary_key=True)
    """Its first day."""
    measure: Mapped[str] = mapped_column(String(24), primary_key=True)
    target: Mapped[int]
