"""How often a process that runs for long looks for garbage. Standard library only."""

from __future__ import annotations

import gc

YOUNG, MIDDLE, OLD = 20_000, 20, 50
"""Python's own are 700, 10, 10: made for scripts, and 7 % of the time of saving an outcome, 15 % of a long lint."""


def seldom() -> None:
    """Leave alone what was loaded so far, and look through the rest seldom. For once, when everything is loaded."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, OLD)
