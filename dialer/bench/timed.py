"""A stopwatch. Standard library only."""

from __future__ import annotations

import time
from collections.abc import Callable


def milliseconds(work: Callable[[], object]) -> float:
    """How long ``work`` took."""
    begin = time.perf_counter()
    work()
    return (time.perf_counter() - begin) * 1000
