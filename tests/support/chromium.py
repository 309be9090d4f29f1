"""A real browser against a real server on loopback, for tests of pages."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
]


def program() -> str | None:
    """Where Chromium is on this machine."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium, headless, with a microphone that beeps."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program(), args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The application on a free port of loopback; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = True  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        app.extensions["live"].stop()
        server.shutdown()
        server.server_close()
        thread.join()


def log_in(page: Page, url: str, login: str, password: str) -> None:
    """Log in by the form, as a person does."""
    page.goto(f"{url}/login")
    page.fill('input[name="login"]', login)
    page.fill('input[name="password"]', password)
    page.press('input[name="password"]', "Enter")
    page.wait_for_url(lambda there: "/login" not in there)
