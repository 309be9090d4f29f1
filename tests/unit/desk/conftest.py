"""Fixtures for the desk's services: a floor with an operator in a call, on both databases."""

from __future__ import annotations

import pytest

from dialer.store import Database
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import Floor


@pytest.fixture
def shop(db: Database) -> Floor:
    """A floor whose operator is in a call."""
    built = floor.build(db, NOON, language="en")
    with db.write() as s:
        floor.past(s, built, NOON)
        floor.talk(s, built, NOON)
    return built
