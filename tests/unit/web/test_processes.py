"""``dialer web`` and ``dialer jobs`` as processes: they serve, and end in order with streams open and work at hand."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from dialer.jobs import imports
from dialer.jobs.work import Jobs
from dialer.rules.words import Duty
from dialer.store.contacts import Contact
from tests.unit.web.conftest import PASSWORD, TOKEN

PATIENCE_S = 30
GRACE_S = 10
"""gunicorn's own patience is 30 s: a stream that did not let go would be seen."""


def eventually(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < end, "it did not come true"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@pytest.fixture
def start(lite, settings, tmp_path) -> Iterator[Callable[..., subprocess.Popen]]:
    running = []

    def run(part: str, **more: str) -> subprocess.Popen:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("DIALER_")} | {
            "DIALER_DATABASE_URL": lite.engine.url.render_as_string(hide_password=False),
            "DIALER_DATA": str(settings.data),
            "DIALER_SECRET_KEY": "s" * 64,
            **more,
        }
        process = subprocess.Popen([sys.executable, "-m", "dialer", part], env=environment, cwd=tmp_path)
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def _logged_in_stream(port: int, login: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("GET", "/login")
    answer = connection.getresponse()
    page, cookie = answer.read().decode(), answer.headers["Set-Cookie"].split(";")[0]
    form = {"login": login, "password": PASSWORD, "csrf_token": TOKEN.search(page).group(1)}
    heads = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", "/login", urllib.parse.urlencode(form), heads)
    answer = connection.getresponse()
    answer.read()
    cookie = re.split(r";", answer.headers["Set-Cookie"])[0]
    connection.request("GET", "/live", headers={"Cookie": cookie})
    stream = connection.getresponse()
    stream.connection = connection
    return stream


def test_the_web_process_ends_soon_with_a_stream_open(start, person):
    person("anna", Duty.SUPERVISOR)
    port = free_port()
    web = start("web", DIALER_WEB_PORT=str(port))
    eventually(lambda: _answers(port))
    stream = _logged_in_stream(port, "anna")
    assert stream.status == 200 and stream.readline().startswith(b"retry:")
    web.send_signal(signal.SIGTERM)
    assert web.wait(GRACE_S) == 0
    stream.close()
    stream.connection.close()


def test_the_web_process_does_not_start_without_a_key(start):
    web = start("web", DIALER_SECRET_KEY="short", DIALER_WEB_PORT=str(free_port()))
    assert web.wait(PATIENCE_S) == 2


def test_the_jobs_process_imports_and_ends_in_order(start, lite, settings, world):
    upload, path = imports.new(settings, world.here.campaign, 1, "list.csv", "en")
    upload = replace(upload, user_id=None)
    path.write_text("Name;Phone\nAnna;+79167654321\n", encoding="utf-8")
    imports.save(settings, replace(upload, state="queued", mapping={"name": ["#1"], "phone": ["#2"]}))
    Jobs(lite, settings).import_list(upload.token)
    jobs = start("jobs")

    def imported() -> bool:
        with lite.read() as s:
            return s.query(Contact).filter_by(name="Anna").count() == 1

    eventually(imported)
    eventually(lambda: imports.load(settings, upload.token).state == "done")
    jobs.send_signal(signal.SIGTERM)
    assert jobs.wait(GRACE_S) == 0


def test_what_lies_in_the_queue_is_data_not_code(lite, settings):
    jobs = Jobs(lite, settings)
    jobs.import_list("u" + "a" * 24)
    (message,) = jobs.huey.storage.enqueued_items()
    assert message.startswith(b'{"message": [') and b"u" + b"a" * 24 in message
