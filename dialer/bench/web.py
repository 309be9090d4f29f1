"""``dialer web`` as a process of its own, and people who log in to it over HTTP, for the benches.

Imports the core and the standard library; the web is started as users start it and reached over HTTP only.
"""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from argon2 import PasswordHasher
from sqlalchemy import select, update

from dialer.bench.floor import until
from dialer.bench.postgres import free_port
from dialer.store import Database
from dialer.store.people import User

PASSWORD = "bench only, loopback only"  # noqa: S105


def give_password(db: Database) -> None:
    """The same password for all, hashed as cheaply as can be: logging in is not what is measured."""
    kept = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with db.write() as s:
        s.execute(update(User).values(password_hash=kept))


@contextmanager
def served(db: Database, home: Path, threads: int) -> Iterator[int]:
    """``dialer web`` with so many threads; yields its port. Raises RuntimeError if it does not start."""
    port = free_port()
    values = {
        "DATABASE_URL": db.engine.url.render_as_string(hide_password=False),
        "DATA": str(home),
        "SECRET_KEY": secrets.token_hex(32),
        "WEB_PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "WEB_THREADS": str(threads),
        "SECOND_FACTOR": "optional",  # what is measured is the desk, not the door
        "LOG_LEVEL": "WARNING",
    }
    environ = {**os.environ, **{f"DIALER_{name}": value for name, value in values.items()}}
    with (home / "web.log").open("wb") as log:
        words = [sys.executable, "-m", "dialer", "web"]
        process = subprocess.Popen(words, env=environ, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        until(lambda: _answers(port), 30.0, f"the web did not start: {(home / 'web.log').read_text()[-500:]}")
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _answers(port: int) -> bool:
    try:
        return request(port, "GET", "/login", {})[0] == 200
    except OSError:
        return False


def cookies(port: int, db: Database) -> dict[int, str]:
    """Log everybody in; user id -> their session cookie."""
    with db.read() as s:
        people = {row.id: row.login for row in s.execute(select(User.id, User.login))}
    return {user_id: log_in(port, login) for user_id, login in people.items()}


def log_in(port: int, login: str) -> str:
    _, cookie, page = request(port, "GET", "/login", {})
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    body = urlencode({"login": login, "password": PASSWORD, "csrf_token": token[1] if token else ""})
    headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
    status, cookie, _ = request(port, "POST", "/login", headers, body)
    if status != 302:
        raise RuntimeError(f"logging in was answered with {status}")
    return cookie


def request(
    port: int, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, str, str]:
    """Status, cookies to send back, and text."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers)
        reply = connection.getresponse()
        cookies = [value.partition(";")[0] for value in reply.headers.get_all("Set-Cookie") or []]
        return reply.status, "; ".join(cookies), reply.read().decode()
    finally:
        connection.close()
