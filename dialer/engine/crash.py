"""Dying on purpose: tests of recovery end the process with SIGKILL between any two steps of a call.

The setting ``DIALER_CRASH_AT`` names one of :data:`POINTS`; it is empty outside tests.
"""

from __future__ import annotations

import os
import signal

POINTS = (
    "before_commit",
    "placed",
    "sent_before_network",
    "sent_after_network",
    "answered_before_reply",
    "joined",
    "ended_before_commit",
    "ended",
)
_at = ""


def arm(point: str) -> None:
    """Die when ``point`` is reached; the empty text disarms. Raises ValueError for an unknown point."""
    global _at
    if point and point not in POINTS:
        raise ValueError(f"no such crash point: {point}")
    _at = point


def point(name: str) -> None:
    """Called by the engine where it may die."""
    if name == _at:
        os.kill(os.getpid(), signal.SIGKILL)
