"""Dying on purpose in the middle of a turn."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from dialer.engine import crash


class Died(BaseException):
    """Stands for SIGKILL: nothing after it runs, and nothing catches it."""


@pytest.fixture
def dies_at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Make the engine die the first time it reaches a point; returns a function that arms it."""
    armed: list[str] = []

    def point(name: str) -> None:
        if armed and armed[0] == name:
            armed.clear()
            raise Died(name)

    monkeypatch.setattr(crash, "point", point)
    return armed.append
