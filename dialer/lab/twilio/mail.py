"""The webhooks: signed as Twilio signs them, sent once and at once, unless the faults say otherwise.

The signature is written here anew from Twilio's published rule (address, then names and values sorted, HMAC-SHA1,
base64), so that it tests ours. Standard library only.
"""

from __future__ import annotations

import base64
import hashlib
import heapq
import hmac
import http.client
import itertools
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from dialer.lab.twilio.faults import Faults

WORKERS = 24
PATIENCE_S = 15.0
"""Twilio gives a webhook 15 s in all."""
Form = Mapping[str, str]


def signature(token: str, url: str, form: Form) -> str:
    """``X-Twilio-Signature`` of a form POST."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def post(token: str, url: str, form: Form, timeout_s: float = PATIENCE_S) -> tuple[int, str]:
    """Send one; the status (0 if nobody answered) and the body."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=timeout_s)
    headers = {
        "X-Twilio-Signature": signature(token, url, form),
        "User-Agent": "TwilioProxy/1.1",
        "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
    }
    try:
        connection.request("POST", parts.path + (f"?{parts.query}" if parts.query else ""), urlencode(form), headers)
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    except (OSError, http.client.HTTPException):
        return 0, ""
    finally:
        connection.close()


def get(url: str, timeout_s: float = PATIENCE_S) -> int:
    """Fetch a sound; the status, 0 if nobody answered."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.netloc, timeout=timeout_s)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()


class Mail:
    """Carries webhooks. ``sent`` counts what was put on the wire."""

    def __init__(self, token: str, faults: Faults) -> None:
        self.token = token
        self.faults = faults
        self.sent: list[dict[str, Any]] = []
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._seq = itertools.count()
        self._ready = threading.Condition()
        self._over = False
        self._threads = [threading.Thread(target=self._work, name=f"mail-{n}", daemon=True) for n in range(WORKERS)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Drop what was not sent."""
        with self._ready:
            self._over = True
            self._ready.notify_all()
        for thread in self._threads:
            thread.join(PATIENCE_S)

    def callback(self, url: str, form: Form) -> None:
        """A status callback: Twilio does not look at the answer."""
        for wait in self.faults.deliveries():
            self.later(wait, lambda: self._note(url, form, post(self.token, url, form)[0]))

    def ask(self, url: str, form: Form, reply: Callable[[int, str], None]) -> None:
        """Fetch TwiML; ``reply`` gets status and body."""

        def fetch() -> None:
            status, body = post(self.token, url, form)
            self._note(url, form, status)
            reply(status, body)

        self.later(0.0, fetch)

    def _note(self, url: str, form: Form, status: int) -> None:
        self.sent.append({"url": url, "form": dict(form), "status": status})

    def later(self, wait_s: float, act: Callable[[], None]) -> None:
        """Do ``act`` in a worker after ``wait_s``."""
        with self._ready:
            heapq.heappush(self._due, (time.monotonic() + wait_s, next(self._seq), act))
            self._ready.notify()

    def _work(self) -> None:
        while (act := self._next()) is not None:
            act()

    def _next(self) -> Callable[[], None] | None:
        with self._ready:
            while not self._over:
                wait = self._due[0][0] - time.monotonic() if self._due else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._due)[2]
                self._ready.wait(wait)
        return None
