"""Tables: what a telephone network that calls back by HTTP tells us; how networks, routes
and our own numbers fare.

Rule 1: the web process writes and never decides; the engine's process reads and never serves HTTP.
Rule 2: ``key`` makes a webhook that comes twice, or is replayed, one row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from dialer.rules.words import LinkState
from dialer.store.base import Base, Json, Utc, Word


class ProviderEvent(Base):
    """One webhook that was let in. ``call`` is the network's own id of the call, ``leg`` ours."""

    __tablename__ = "provider_event"
    __table_args__ = (
        Index("ix_provider_event_open", "id", sqlite_where=text("NOT done"), postgresql_where=text("NOT done")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(100), unique=True)
    at: Mapped[datetime] = mapped_column(Utc, index=True)
    kind: Mapped[str] = mapped_column(String(16))
    """status | room | bridge | amd | recording."""
    leg: Mapped[str] = mapped_column(String(64))
    call: Mapped[str] = mapped_column(String(40), default="")
    data: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    done: Mapped[bool] = mapped_column(default=False)


class ProviderQuestion(Base):
    """An answered leg whose webhook waits for its plan; the engine's process writes ``plan``, once.

    ``plan`` is as ``dialer.providers.twilio.plans`` writes it. ``given_up``: the webhook answered by itself.
    """

    __tablename__ = "provider_question"
    __table_args__ = (
        Index("ix_provider_question_open", "at", sqlite_where=text("NOT asked"), postgresql_where=text("NOT asked")),
    )

    leg: Mapped[str] = mapped_column(String(64), primary_key=True)
    call: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(Utc)
    inbound: Mapped[bool] = mapped_column(default=False)
    caller: Mapped[str] = mapped_column(String(20), default="")
    called: Mapped[str] = mapped_column(String(20), default="")
    asked: Mapped[bool] = mapped_column(default=False)
    """The engine's process has taken it up."""
    plan: Mapped[dict[str, Any] | None] = mapped_column(Json)
    given_up: Mapped[bool] = mapped_column(default=False)


class NetworkLink(Base):
    """How an engine stands with a network; ``error`` is why it was down last. Without a sign of life in ``seen_at``
    (each minute) the engine itself is gone."""

    __tablename__ = "network_link"

    engine: Mapped[str] = mapped_column(String(80), primary_key=True)
    network: Mapped[str] = mapped_column(String(16), primary_key=True)
    state: Mapped[LinkState] = mapped_column(Word(LinkState))
    since_at: Mapped[datetime] = mapped_column(Utc)
    error: Mapped[str] = mapped_column(String(120), default="")
    error_at: Mapped[datetime | None] = mapped_column(Utc)
    seen_at: Mapped[datetime] = mapped_column(Utc)


class RouteHealth(Base):
    """How a route fares (``dialer.rules.routes``), by its name; no row: nothing ever went wrong."""

    __tablename__ = "route_health"

    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    errors: Mapped[int] = mapped_column(default=0)
    """Network errors in a row."""
    resting_until: Mapped[datetime | None] = mapped_column(Utc)
    reason: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime] = mapped_column(Utc)


class NumberRest(Base):
    """A number of ours that is not shown until then: by hand, or because it was answered too rarely."""

    __tablename__ = "number_rest"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    until_at: Mapped[datetime] = mapped_column(Utc)
    reason: Mapped[str] = mapped_column(String(120), default="")
    by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(Utc)
