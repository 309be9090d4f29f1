"""The two things a person can be told: that a request was refused, or that a file or word was not usable.

And what a log may be told of an error.

May import the standard library only.
"""

from __future__ import annotations

import traceback
from typing import Any


class Refusal(Exception):
    """A request that cannot be granted now. ``code`` is a fixed word the doors turn into a sentence."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class BadInput(Exception):
    """Something given to us cannot be used; the message is one clear sentence for the person who gave it."""


def blame(error: BaseException) -> str:
    """Kind and place of an error for the log, without its text: that may hold a number or a name."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {frames[-1].name}:{frames[-1].lineno}" if frames else ""
    return type(error).__name__ + place
