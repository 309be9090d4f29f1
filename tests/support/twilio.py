"""Twilio's side and ours, on loopback, in one process: the stand-in, our webhooks over real HTTP, the driver."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from dialer.lab.twilio import Faults, StandIn
from dialer.lab.twilio.api import BAD_PARAMETER
from dialer.lab.twilio.server import ACCOUNT
from dialer.providers.twilio.config import Timing, TwilioConfig
from dialer.providers.twilio.provider import TwilioProvider
from dialer.settings import Settings
from dialer.store import Database
from webapp import create_app

OUR_NUMBER = "+74950001122"
QUICK = Timing(request_s=2.0, beat_s=0.4, poll_s=0.2, silent_s=2.0, queued_s=2.0, unsure_s=5.0, recordings_s=1.0)


class _Quiet(WSGIRequestHandler):
    """Nothing on the screen; connections are kept open as gunicorn keeps them."""

    protocol_version = "HTTP/1.1"

    def log(self, *_: Any, **__: Any) -> None:
        return None


@contextmanager
def serve(app: Any, port: int = 0) -> Iterator[BaseWSGIServer]:
    """The application on loopback, a thread a request."""
    server = make_server("127.0.0.1", port, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def settings_for(db: Database, home: Path, base_url: str, port: int, token: str, **twilio: Any) -> Settings:
    """The settings of an installation on the stand-in."""
    return Settings(
        database_url=str(db.engine.url),
        secret_key="k" * 64,  # type: ignore[arg-type]
        data=home,
        provider="twilio",
        public_url=f"http://127.0.0.1:{port}",
        twilio={"account_sid": ACCOUNT, "auth_token": token, "base_url": base_url, **twilio},  # type: ignore[arg-type]
    )


@dataclass
class Rig:
    """Use :func:`rig`."""

    db: Database
    home: Path
    stand_in: StandIn
    settings: Settings
    timing: Timing = QUICK
    config_more: dict[str, Any] = field(default_factory=dict)
    shell: Any = None

    def serve(self, settings: Settings) -> None:
        """Let the web process be one of these settings."""
        self.settings = settings
        self.shell.app = create_app(settings, self.db, TESTING=True, PROPAGATE_EXCEPTIONS=False)

    def config(self, **more: Any) -> TwilioConfig:
        values = {"calls_per_second": 200.0, "caller_id": OUR_NUMBER, "timing": self.timing, **self.config_more, **more}
        return TwilioConfig(
            account=ACCOUNT,
            user=ACCOUNT,
            secret=self.stand_in.token,
            public_url=self.settings.public_url,
            raw=self.home / "raw",
            base_url=self.stand_in.base_url,
            **values,
        )

    def provider(self, **more: Any) -> TwilioProvider:
        return TwilioProvider(self.config(**more), self.db)


@contextmanager
def rig(db: Database, home: Path, faults: Faults | None = None, **config: Any) -> Iterator[Rig]:
    """Stand-in and web, up."""
    with ExitStack() as stack:
        stand_in = stack.enter_context(StandIn(faults=faults))
        shell = Shell()
        server = stack.enter_context(serve(shell))
        settings = settings_for(db, home, stand_in.base_url, server.server_port, stand_in.token)
        made = Rig(db, home, stand_in, settings, config_more=config, shell=shell)
        made.serve(settings)
        yield made
        assert [e for e in stand_in.network.errors if e.startswith(str(BAD_PARAMETER))] == [], "no such parameter"


class Shell:
    """The application is made once its own address is known."""

    app: Any = None

    def __call__(self, environ: Any, start_response: Any) -> Any:
        return self.app(environ, start_response)
