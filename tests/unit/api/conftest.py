"""Fixtures for the API: a floor, an application over it, and callers with tokens."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from dialer import clock
from dialer.people import accounts, tokens
from dialer.rules.words import Duty
from dialer.settings import Settings
from dialer.store import Database
from tests.support import floor
from tests.support.floor import Floor
from webapp import create_app

Caller = Callable[..., TestResponse]


@pytest.fixture
def shop(lite: Database) -> Floor:
    """A floor whose operator is in a call; also a manager ``maria`` and a base administrator ``boris``."""
    now = clock.now()
    built = floor.build(lite, now, language="en")
    with lite.write() as s:
        floor.past(s, built, now)
        floor.talk(s, built, now)
        accounts.add(s, "maria", "Maria", floor.PASSWORD, [(Duty.PROJECT_MANAGER, built.project)], now)
        accounts.add(s, "boris", "Boris", floor.PASSWORD, [(Duty.BASE_ADMIN, built.project)], now)
    return built


@pytest.fixture
def app(lite: Database, shop: Floor, tmp_path: Path) -> Flask:
    return create_app(Settings(data=tmp_path, secret_key="s" * 64), lite)  # type: ignore[arg-type]


@pytest.fixture
def caller(app: Flask, lite: Database) -> Callable[[str], Caller]:
    """``caller("anna")("GET", "/session")``: a call with that person's token."""

    def of(login: str) -> Caller:
        with lite.write() as s:
            user = accounts.by_login(s, login)
            assert user is not None
            token = tokens.make(s, user.id, "test", clock.now())
        client = app.test_client()

        def call(method: str, path: str, body: Any = None, **headers: str) -> TestResponse:
            sent = {"Authorization": f"Bearer {token}", **{k.replace("_", "-"): v for k, v in headers.items()}}
            return client.open(f"/api/v1{path}", method=method, json=body, headers=sent)

        return call

    return of
