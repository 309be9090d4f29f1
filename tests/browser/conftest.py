"""A real Chromium against the pages: what goes wrong in it (script errors, policy violations) fails the test."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from dialer import clock
from dialer.people import accounts
from dialer.rules.words import Duty
from dialer.settings import Settings
from dialer.store import Database
from dialer.store.people import User
from tests.conftest import NOON
from tests.support import floor
from tests.support.chromium import FLAGS, program, served
from tests.support.floor import Floor
from tests.support.web import World, make_world
from webapp import create_app

ARGS = [
    *FLAGS,
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
"""Quiet: no network of its own, no first-run pages."""
PASSWORD = "long enough to pass"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of this folder; each test has a profile of its own.

    It ends with the folder: its event loop runs in this thread, and a test elsewhere may want one of its own.
    """
    path = program()
    if path is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGS)
        yield browser
        browser.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a site of its own."""
    return Settings(data=tmp_path / "data", secret_key="s" * 64)  # type: ignore[arg-type]


@pytest.fixture
def site(settings: Settings, lite: Database) -> Iterator[str]:
    """The address of the pages over the test's database."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with served(create_app(settings, lite, JOBS_IMMEDIATE=True)) as url:
        yield url


@pytest.fixture
def world(lite: Database) -> World:
    """Two projects with a campaign, a contact, a call and a script each."""
    return make_world(lite)


@pytest.fixture
def person(lite: Database) -> Callable[..., User]:
    """Make somebody who logs in with PASSWORD: ``person("anna", Duty.OPERATOR, language="ru")``."""

    def make(login: str, *duties: Duty, project_id: int | None = None, language: str = "en") -> User:
        with lite.write() as s:
            return accounts.add(s, login, login.title(), PASSWORD, [(d, project_id) for d in duties], NOON, language)

    return make


class Faults:
    """What a page complained of: errors, failed policy checks, answers with an error status."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def listen(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.found.append(f"{page.url}: {error}"))
        page.on("console", lambda m: self.found.append(f"{page.url}: {m.text}") if m.type == "error" else None)
        page.on("response", lambda r: self.found.append(f"{r.status} {r.url}") if r.status >= 400 else None)


@pytest.fixture
def faults() -> Iterator[Faults]:
    """Collects; whatever it holds at the end fails the test. A test that expects one empties ``found``."""
    kept = Faults()
    yield kept
    assert not kept.found, kept.found


@pytest.fixture
def open_browser(chromium: Browser, faults: Faults) -> Iterator[Callable[..., BrowserContext]]:
    """A fresh profile whose pages are listened to: ``open_browser(color_scheme="dark")``."""
    contexts = []

    def make(**options: object) -> BrowserContext:
        context = chromium.new_context(**options)  # type: ignore[arg-type]
        context.on("page", faults.listen)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture
def enter(site: str, open_browser: Callable[..., BrowserContext]) -> Callable[..., Page]:
    """A page of somebody who has logged in by the form: ``enter(user, color_scheme="dark")``."""

    def log_in(user: User, **options: object) -> Page:
        page = open_browser(**options).new_page()
        page.goto(f"{site}/login")
        page.fill("#login", user.login)
        page.fill("#password", PASSWORD)
        page.click("form.card-body button.btn-primary")
        page.wait_for_url(lambda url: not url.endswith("/login"))
        return page

    return log_in


@pytest.fixture
def shop(lite: Database) -> Floor:
    """A floor whose operator is in a call."""
    built = floor.build(lite, clock.now(), language="en")
    with lite.write() as s:
        floor.past(s, built, clock.now())
        floor.talk(s, built, clock.now())
    return built


@pytest.fixture
def sit(lite: Database, site: str, enter: Callable[..., Page]) -> Callable[..., Page]:
    """Open somebody's desk: ``sit(shop.operator)``."""

    def open_desk(user_id: int, **options: object) -> Page:
        with lite.read() as s:
            user = s.get_one(User, user_id)
        page = enter(user, permissions=["microphone"], **options)
        page.goto(f"{site}/desk")
        page.wait_for_selector("#desk[data-ready]")
        return page

    return open_desk
