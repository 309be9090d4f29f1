"""A floor whose operator is in a call, with help to answer its script."""

from __future__ import annotations

import pytest

from dialer.store import Database
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import Floor


@pytest.fixture
def shop(db: Database) -> Floor:
    built = floor.build(db, NOON, language="en")
    with db.write() as s:
        floor.talk(s, built, NOON)
    return built
