"""Setting aside the one thing that cannot be done, so that it does not keep all the others from being done.

A turn is one transaction over everything that waits. Where something in it fails in a way that trying again will not
mend (a row nobody foresaw, a defect of ours), the turn is rolled back and done again *carefully*: each event, question,
command and campaign behind a savepoint of its own. What fails there is logged and left out; the rest is committed.
What the database refuses for the moment (locked, gone, changed meanwhile) is nobody's fault and never set aside.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.orm.exc import StaleDataError

from dialer.engine.turn import Turn
from dialer.errors import blame
from dialer.store.transaction import forgetting

log = logging.getLogger(__name__)
PASSING = (OperationalError, InterfaceError, StaleDataError)
"""Failures that pass by themselves: the whole turn is simply tried again."""
R = TypeVar("R")


def called(item: object) -> str:
    """How the log names an event or a question that cannot be dealt with: its kind and the leg's id."""
    return f"{type(item).__module__.rpartition('.')[2]} {type(item).__name__} of leg {getattr(item, 'leg', '')}"


def straight(t: Turn, what: str, do: Callable[[], R], otherwise: R) -> R:
    """Do it; a failure fails the turn."""
    return do()


def carefully(t: Turn, what: str, do: Callable[[], R], otherwise: R) -> R:
    """Do it, or as if it had never been begun; ``otherwise`` is then what came of it. ``what`` names it in the log."""
    asked = len(t.after)
    try:
        with forgetting(t.s), t.s.begin_nested():
            return do()
    except PASSING:
        raise
    except Exception as err:  # noqa: BLE001 - whatever it is, the others must go on
        del t.after[asked:]
        log.error("%s cannot be done and is set aside: %s", what, blame(err))
        return otherwise
