"""A floor whose operator is in a call, and a closer with hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from dialer.settings import Mail
from dialer.store import Database
from tests.conftest import NOON
from tests.support import floor
from tests.support.floor import Floor
from tests.support.mailbox import Mailbox, mailbox

HOUR = timedelta(hours=1)
TOMORROW = NOON + timedelta(days=1, minutes=20)
"""Thursday, 12:20 in Moscow: one of the times offered."""


@pytest.fixture
def shop(db: Database) -> Floor:
    built = floor.build(db, NOON, language="en")
    with db.write() as s:
        floor.talk(s, built, NOON)
    return built


@pytest.fixture
def box() -> Iterator[Mailbox]:
    with mailbox() as made:
        yield made


@pytest.fixture
def post(box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> Mail:
    monkeypatch.setenv("DIALER_MAIL__SENDER", "meet@warmline.example")
    return Mail(port=box.port, sender="meet@warmline.example")
