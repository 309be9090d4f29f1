"""Fixtures for the pages: a small world of two projects, an application over it, and browsers that have logged in."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from dialer.people import accounts
from dialer.rules.words import Duty
from dialer.settings import Settings
from dialer.store import Database
from dialer.store.people import User
from tests.conftest import NOON
from tests.support.web import World, make_world
from webapp import create_app

PASSWORD = "long enough to pass"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path / "data", secret_key="s" * 64)  # type: ignore[arg-type]


@pytest.fixture
def app(settings: Settings, lite: Database) -> Flask:
    return create_app(settings, lite, TESTING=True, PROPAGATE_EXCEPTIONS=False)


@pytest.fixture
def world(lite: Database) -> World:
    return make_world(lite)


@pytest.fixture
def person(lite: Database) -> Callable[..., User]:
    """Make somebody who may log in with PASSWORD: ``person("anna", Duty.OPERATOR, project_id=1)``."""

    def make(login: str, *duties: Duty, project_id: int | None = None, language: str = "en") -> User:
        with lite.write() as s:
            return accounts.add(s, login, login.title(), PASSWORD, [(d, project_id) for d in duties], NOON, language)

    return make


def csrf_of(client: FlaskClient, path: str = "/login") -> str:
    """The token that the page at ``path`` carries."""
    found = TOKEN.search(client.get(path).get_data(as_text=True))
    assert found is not None
    return found.group(1)


@pytest.fixture
def enter(app: Flask) -> Callable[[User], FlaskClient]:
    """A browser in which this person is logged in, as a real one would be: by the form."""

    def log_in(user: User) -> FlaskClient:
        client = app.test_client()
        form = {"login": user.login, "password": PASSWORD, "csrf_token": csrf_of(client)}
        answer = client.post("/login", data=form)
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return client

    return log_in
