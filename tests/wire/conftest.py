"""Fake peers for the tests on the wire."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agi.server import HookServer
from dialer.providers.asterisk.manager import SafeManager
from tests.wire.fake_agi import FakeHooks
from tests.wire.fake_ami import FakeAmi


@pytest.fixture
def ami() -> Iterator[FakeAmi]:
    with FakeAmi() as fake:
        yield fake


@pytest.fixture
def manager(ami: FakeAmi) -> Iterator[SafeManager]:
    """Connected and logged in."""
    manager = SafeManager(reply_s=5.0)
    manager.connect("127.0.0.1", ami.port)
    manager.login("dialer", ami.secret)
    yield manager
    manager.close()


@pytest.fixture
def hooks() -> FakeHooks:
    return FakeHooks()


@pytest.fixture
def agi_server(hooks: FakeHooks) -> Iterator[HookServer]:
    server = HookServer(("127.0.0.1", 0), hooks)
    server.start()
    yield server
    server.stop()
