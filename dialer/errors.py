"""The two things a person can be told: that a request was refused, or that a file or word was not usable.

May import the standard library only.
"""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """A request that cannot be granted now. ``code`` is a fixed word the doors turn into a sentence."""

    def __init__(self, code: str, **detail: Any) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class BadInput(Exception):
    """Something given to us cannot be used; the message is one clear sentence for the person who gave it."""
