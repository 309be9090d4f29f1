"""The networks of the contract: pretend and Twilio everywhere, Asterisk where the lab can be had."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dialer.store import Database
from tests.contract.networks import Network, network
from tests.lab.conftest import _lab, lab  # noqa: F401 - the lab's fixtures, one pair a session


@pytest.fixture(params=["pretend", "twilio", pytest.param("asterisk", marks=pytest.mark.lab)])
def net(request: pytest.FixtureRequest, lite: Database, tmp_path: Path) -> Iterator[Network]:
    """One network, up, cut off from the others' tests."""
    with network(request.param, lite, tmp_path, lambda: request.getfixturevalue("lab")) as made:
        yield made
