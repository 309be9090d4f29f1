"""What the gate answers: :class:`Allowed`, :class:`Refused`, and :class:`Verdict`, one rule's word on one call.

May import the standard library only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Allowed:
    """Every rule lets this call go out now."""


@dataclass(frozen=True)
class Refused:
    """``rule`` says no. ``until`` is the first moment that rule lets it; None: not by the mere passing of time."""

    rule: str
    until: datetime | None
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """One rule's word. ``detail`` holds the values it looked at, ready for JSON; ``until`` as in :class:`Refused`."""

    rule: str
    ok: bool
    until: datetime | None = None
    detail: dict[str, Any] = field(default_factory=dict)


def yes(rule: str, **detail: Any) -> Verdict:
    """The rule lets it go."""
    return Verdict(rule, True, None, detail)


def no(rule: str, until: datetime | None = None, **detail: Any) -> Verdict:
    """The rule holds it back until ``until``."""
    return Verdict(rule, False, until, detail)
