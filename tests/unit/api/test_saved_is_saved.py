"""P3 from outside: what was answered with 200 is in the database though the web dies (kill -9) on the spot."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from dialer import clock
from dialer.people import accounts, tokens
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.desk import Note
from dialer.store.scripts import Answer
from tests.support import floor
from tests.support.floor import CALL, Floor
from tests.support.postgres import free_port

Say = Callable[[str, Any], Any]


@pytest.fixture
def web(lite: Database, shop: Floor, tmp_path: Path) -> Iterator[Callable[[], tuple[Say, Callable[[], None]]]]:
    """``say, die = web()``: ``dialer web`` in processes of its own, with anna's token; all die at once."""
    groups: list[int] = []
    with lite.write() as s:
        anna = accounts.by_login(s, "anna")
        assert anna is not None
        token = tokens.make(s, anna.id, "test", clock.now())

    def start() -> tuple[Say, Callable[[], None]]:
        port = free_port()
        values = {"DATABASE_URL": str(lite.engine.url), "DATA": str(tmp_path), "SECRET_KEY": "s" * 64}
        values |= {"WEB_PORT": str(port), "PUBLIC_URL": f"http://127.0.0.1:{port}"}
        environ = {**os.environ, **{f"DIALER_{name}": value for name, value in values.items()}}
        words = [sys.executable, "-m", "dialer", "web"]
        process = subprocess.Popen(words, env=environ, start_new_session=True, stdin=subprocess.DEVNULL)
        groups.append(process.pid)

        def die() -> None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            groups.remove(process.pid)

        return lambda path, body: said(f"http://127.0.0.1:{port}/api/v1{path}", body, token), die

    yield start
    for group in groups:
        os.killpg(group, signal.SIGKILL)


def said(address: str, body: Any, token: str) -> Any:
    """POST (GET without a body) as soon as somebody listens; the answer's JSON."""
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    end = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(urllib.request.Request(address, data, headers), timeout=30) as answer:
                return json.load(answer)
        except ConnectionError:
            pass
        except urllib.error.URLError as err:
            if not isinstance(err.reason, ConnectionError):
                raise
        assert time.monotonic() < end, "nobody listens"
        time.sleep(0.1)


def test_an_answer_and_an_outcome_outlive_a_web_that_dies_right_after_saying_so(
    web: Callable[[], tuple[Say, Callable[[], None]]], lite: Database, shop: Floor
) -> None:
    say, die = web()
    revision = say("/call", None)["script"]["revision"]
    for code in ("dm", "yes"):
        revision = say("/call/script/choose", {"attempt_id": CALL, "revision": revision, "code": code})["revision"]
    say("/call/script/answer", {"attempt_id": CALL, "revision": revision, "values": {"stock": 1}})
    die()
    with lite.read() as s:
        assert [(a.field, a.attempt_id) for a in s.scalars(select(Answer).where(Answer.field == "stock"))] == [
            ("stock", CALL)
        ]
    with lite.write() as s:
        floor.hang_up(s, shop, clock.now())
    say, die = web()
    say("/call/dispose", {"attempt_id": CALL, "disposition": "refused_hard", "note": "was told why"})
    die()
    with lite.read() as s:
        assert s.get_one(Attempt, CALL).disposition == "refused_hard"
        assert s.scalars(select(Note.text).where(Note.attempt_id == CALL)).one() == "was told why"
        assert s.execute(text("PRAGMA integrity_check")).scalar() == "ok"
