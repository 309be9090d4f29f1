"""``GET /live`` over a real server: who hears what, resuming, overflow, and a quick end."""

from __future__ import annotations

import contextlib
import http.client
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from dialer import clock
from dialer.settings import Settings
from dialer.store import Database
from dialer.store.messages import Outbox
from dialer.store.outbox import tell
from dialer.store.people import User
from tests.conftest import NOON
from tests.support import floor
from tests.support.chromium import served
from tests.support.floor import Floor
from webapp import create_app
from webapp.live import hub, stream

PATIENCE_S = 10


class Ear:
    """One SSE connection; its lines are gathered by a thread."""

    def __init__(self, url: str, cookie: str, **headers: str) -> None:
        there = urlsplit(url)
        self.connection = http.client.HTTPConnection(there.hostname or "", there.port, timeout=PATIENCE_S)
        self.connection.request("GET", "/live", headers={"Cookie": cookie, **headers})
        self._socket = self.connection.sock
        self.response = self.connection.getresponse()
        self.lines: list[tuple[int | None, dict[str, Any]]] = []
        self.opened, self.ended = threading.Event(), threading.Event()
        self.thread = threading.Thread(target=self._listen, daemon=True)
        self.thread.start()

    def _listen(self) -> None:
        number: int | None = None
        try:
            for raw in self.response:
                text = raw.decode().strip()
                self.opened.set()
                if text.startswith("id: "):
                    number = int(text[4:])
                elif text.startswith("data: "):
                    self.lines.append((number, json.loads(text[6:])))
                    number = None
        except (OSError, ValueError, http.client.HTTPException):
            pass  # the test has closed the connection
        self.ended.set()

    def topics(self) -> list[str]:
        return [line["topic"] for _, line in self.lines]

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # else the listener waits until the next line comes
        self.thread.join(PATIENCE_S)
        self.response.close()
        self.connection.close()


def until(condition: Callable[[], bool]) -> None:
    """Wait for a condition; fail if it does not come about."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def shop(lite: Database) -> Floor:
    return floor.build(lite, NOON, language="en")


@pytest.fixture
def app(lite: Database, shop: Floor, tmp_path: Any) -> Flask:
    return create_app(Settings(data=tmp_path, secret_key="s" * 64), lite)  # type: ignore[arg-type]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with served(app) as url:
        yield url


@pytest.fixture
def listen(app: Flask, address: str) -> Iterator[Callable[..., Ear]]:
    """Open a stream as somebody: ``listen("anna")``."""
    ears: list[Ear] = []

    def start(login: str, **headers: str) -> Ear:
        client = app.test_client()
        page = client.get("/login").get_data(as_text=True)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page)
        assert token is not None
        form = {"login": login, "password": floor.PASSWORD, "csrf_token": token.group(1)}
        assert client.post("/login", data=form).status_code == 302
        cookie = client.get_cookie("warmline")
        assert cookie is not None
        ears.append(Ear(address, f"warmline={cookie.value}", **headers))
        assert ears[-1].opened.wait(PATIENCE_S)
        return ears[-1]

    yield start
    for ear in ears:
        ear.close()


def say(db: Database, topic: str, audience: str, **payload: Any) -> None:
    with db.write() as s:
        tell(s, clock.now(), topic, audience, **payload)


def test_a_stranger_hears_nothing(app: Flask) -> None:
    assert app.test_client().get("/live").status_code == 302


def test_each_person_hears_their_own_lines_and_their_campaigns(
    lite: Database, shop: Floor, listen: Callable[..., Ear]
) -> None:
    anna, igor = listen("anna"), listen("igor")
    say(lite, "operator", f"user:{shop.operator}", user=shop.operator)
    say(lite, "handoff", f"user:{shop.closer}")
    say(lite, "campaign", f"campaign:{shop.campaign}")
    say(lite, "campaign", "campaign:999")
    say(lite, "last", "all")
    until(lambda: "last" in anna.topics() and "last" in igor.topics())
    assert anna.topics() == ["operator", "campaign", "last"]
    assert igor.topics() == ["handoff", "campaign", "last"]


def test_a_line_carries_its_id_and_its_ids_only(lite: Database, shop: Floor, listen: Callable[..., Ear]) -> None:
    anna = listen("anna")
    say(lite, "call", f"user:{shop.operator}", attempt="a1")
    until(lambda: bool(anna.lines))
    number, line = anna.lines[0]
    with lite.read() as s:
        assert number == s.query(Outbox).one().id
    assert line == {"topic": "call", "attempt": "a1"}


def test_a_browser_that_comes_back_gets_what_it_missed(
    lite: Database, shop: Floor, listen: Callable[..., Ear], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "LATE", stream.LATE * 0)
    for number in range(3):
        say(lite, "call", f"user:{shop.operator}", n=number)
    anna = listen("anna", **{"Last-Event-ID": "1"})
    until(lambda: len(anna.lines) == 2)
    assert [line["n"] for _, line in anna.lines] == [1, 2]


def test_a_browser_that_was_away_too_long_is_told_to_fetch_afresh(
    lite: Database, shop: Floor, listen: Callable[..., Ear], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "REPLAY_MAX", 2)
    for number in range(5):
        say(lite, "call", f"user:{shop.operator}", n=number)
    anna = listen("anna", **{"Last-Event-ID": "1"})
    until(lambda: bool(anna.lines))
    assert anna.topics() == ["resync"]


def test_lines_that_are_no_longer_kept_mean_a_fresh_fetch(
    lite: Database, shop: Floor, listen: Callable[..., Ear]
) -> None:
    with lite.write() as s:
        s.add(Outbox(id=50, at=clock.now(), topic="call", audience="all", payload={}))
    anna = listen("anna", **{"Last-Event-ID": "7"})
    until(lambda: bool(anna.lines))
    assert anna.topics() == ["resync"]


def test_a_slow_page_is_told_to_resync_and_holds_nobody_up() -> None:
    slow = hub.Client(frozenset({"all"}))
    for number in range(hub.MAX_QUEUE + 5):
        slow.put(hub.Line(number, "call", "all", {}))
    assert slow.take(0) == ([], True)
    assert slow.take(0) == ([], False)
    slow.put(hub.Line(999, "call", "all", {}))
    assert [line.id for line in slow.take(0)[0]] == [999]


def test_who_is_logged_out_everywhere_hears_no_more(
    lite: Database, shop: Floor, listen: Callable[..., Ear], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "RIGHTS_S", 0.0)
    monkeypatch.setattr(stream, "LOOK_S", 0.05)
    anna = listen("anna")
    with lite.write() as s:
        s.get_one(User, shop.operator).session_epoch += 1
    assert anna.ended.wait(PATIENCE_S)
    assert anna.topics() == ["goodbye"]


def test_open_streams_hold_no_database_connection(
    lite: Database, shop: Floor, app: Flask, listen: Callable[..., Ear]
) -> None:
    ears = [listen("anna") for _ in range(5)]
    say(lite, "last", "all")
    until(lambda: all(ear.topics() == ["last"] for ear in ears))
    until(lambda: lite.engine.pool.checkedout() <= 1)  # type: ignore[attr-defined]  # the reader's own


def test_streams_end_soon_after_the_process_is_told_to(app: Flask, listen: Callable[..., Ear]) -> None:
    anna = listen("anna")
    began = time.monotonic()
    app.extensions["live"].stop()
    assert anna.ended.wait(PATIENCE_S)
    assert time.monotonic() - began < PATIENCE_S / 2


def test_a_page_that_leaves_is_forgotten(lite: Database, app: Flask, listen: Callable[..., Ear]) -> None:
    anna = listen("anna")
    anna.close()

    def gone() -> bool:
        say(lite, "ping", "all")
        return not app.extensions["live"]._clients

    until(gone)
