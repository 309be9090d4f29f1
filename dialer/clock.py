"""What time it is. Everything that decides is given ``now``; only doors and loops read this clock."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware UTC."""
    return datetime.now(UTC)
