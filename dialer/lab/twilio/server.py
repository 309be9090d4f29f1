"""The HTTP around the stand-in: Twilio's addresses, Basic authentication, JSON pages, errors with Twilio's codes.

It listens on loopback only. ``GET /log`` is what it saw of every call; ``POST /faults`` (JSON) sets how it
misbehaves; ``POST /ring-in`` lets somebody call one of the account's numbers, ``POST /press``
lets whoever was called press a key. Standard library and this room only.
"""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from dialer.lab.twilio import api, speech
from dialer.lab.twilio.faults import Faults
from dialer.lab.twilio.network import Network

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "stand-in-token-of-no-account-at-all"  # noqa: S105 - it opens this stand-in only
ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
MOST_BYTES = 64 * 1024


class StandIn:
    """Use as a context manager, or :meth:`start` and :meth:`stop`."""

    def __init__(self, port: int = 0, faults: Faults | None = None, token: str = TOKEN) -> None:
        self.faults = faults or Faults()
        self.token = token
        self.network = Network(ACCOUNT, token, self.faults)
        self.requests: list[dict[str, Any]] = []
        handler = type("Handler", (_Handler,), {"stand_in": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), name="twilio", daemon=True)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> StandIn:
        self._thread.start()
        return self

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        self.network.mail.stop()

    def __enter__(self) -> StandIn:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def log(self) -> list[dict[str, Any]]:
        """Every call it ever placed, oldest first: what really happened, whatever anybody was told."""
        with self.network.lock:
            return [api.told(call) for call in self.network.calls.values()]


class _Handler(BaseHTTPRequestHandler):
    """One request. ``stand_in`` is set by the class made for each server."""

    stand_in: StandIn
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        self._serve("GET", parse_qs(urlsplit(self.path).query, keep_blank_values=True))

    def do_DELETE(self) -> None:
        self._serve("DELETE", {})

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            return self._send(413, b"", "text/plain")
        body = self.rfile.read(length).decode()
        if self.headers.get("Content-Type", "").startswith("application/json"):
            return self._ours(json.loads(body or "{}"))
        self._serve("POST", parse_qs(body, keep_blank_values=True))

    def _ours(self, asked: dict[str, Any]) -> None:
        if self.path == "/faults":
            for name, value in asked.items():
                setattr(self.stand_in.faults, name, value)
        elif self.path == "/ring-in":
            self.stand_in.network.ring_in(asked["url"], asked["caller"], asked["called"])
        elif self.path == "/press":
            speech.press(self.stand_in.network, self.stand_in.network.calls[asked["sid"]], asked["key"])
        self._send(200, b"{}")

    def _serve(self, method: str, given: dict[str, list[str]]) -> None:
        path = urlsplit(self.path).path
        faults = self.stand_in.faults
        if path == "/log":
            return self._send(200, json.dumps(self.stand_in.log()).encode())
        if faults.down:
            self.close_connection = True
            return
        self.stand_in.requests.append({"method": method, "path": path, "given": given, "at": time.time()})
        if not self._known():
            return self._error(401, 20003, "Authentication Error - invalid username")
        if faults.redirect and "/Recordings/" in path:
            return self._send(302, b"", "text/plain", {"Location": faults.redirect})
        what = faults.request() if method == "POST" else ""
        if what == "too_many":
            return self._error(429, 20429, "Too Many Requests")
        if what == "before":
            return self._error(500, 20500, "Internal Server Error")
        status, body, kind = self._carry_out(method, path, given)
        if what == "slow":
            time.sleep(faults.slow_s)
        if what == "hung":
            time.sleep(faults.hang_s)
            self.close_connection = True
            return
        if what == "after":
            return self._error(500, 20500, "Internal Server Error")
        self._send(status, body, kind)

    def _carry_out(self, method: str, path: str, given: dict[str, list[str]]) -> tuple[int, bytes, str]:
        try:
            found = api.answer(self.stand_in.network, method, path.removeprefix(ROOT), given)
        except api.Refused as err:
            if err.code == api.BAD_PARAMETER:
                self.stand_in.network.errors.append(f"{err.code}: {method} {path}: {err}")
            told = {"code": err.code, "message": str(err), "status": err.status, "more_info": ""}
            return err.status, json.dumps(told).encode(), "application/json"
        if isinstance(found, bytes):
            return 200, found, "audio/x-wav"
        status = 204 if found is None else 201 if method == "POST" else 200
        return status, b"" if found is None else json.dumps(found).encode(), "application/json"

    def _known(self) -> bool:
        given = self.headers.get("Authorization", "").removeprefix("Basic ")
        wanted = base64.b64encode(f"{ACCOUNT}:{self.stand_in.token}".encode()).decode()
        return hmac.compare_digest(given, wanted)

    def _error(self, status: int, code: int, message: str) -> None:
        self._send(status, json.dumps({"code": code, "message": message, "status": status}).encode())

    def _send(
        self, status: int, body: bytes, kind: str = "application/json", more: Mapping[str, str] | None = None
    ) -> None:
        try:
            self.send_response(status)
            for name, value in (more or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True  # the asker did not wait

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the screen."""
