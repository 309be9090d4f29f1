"""How often a process looks for garbage. Standard library only."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

YOUNG, MIDDLE, OLD = 20_000, 20, 50
"""Python's own are 700, 10, 10: made for scripts, and 7 % of the time of saving an outcome, 15 % of a long lint."""
IN_BULK = 200_000


def seldom() -> None:
    """Leave alone what was loaded so far, and look through the rest seldom. For once, when everything is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)


@contextmanager
def hardly() -> Iterator[None]:
    """During an import: a batch is a great many objects and not one cycle (saves a fifth)."""
    before = gc.get_threshold()
    gc.set_threshold(IN_BULK, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
