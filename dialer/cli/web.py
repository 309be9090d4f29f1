"""``dialer web``: the pages and the API, served by gunicorn's threads.

One worker process with many threads: each open page holds one thread for its live updates. More worker processes only
help where there are more cores and PostgreSQL (``--workers``).
"""

from __future__ import annotations

from typing import Any

import click
from gunicorn.app.base import BaseApplication

from dialer import collecting, logs, settings
from dialer.store import Database
from webapp import create_app
from webapp.live import hub_of

GRACE_S = 2
"""How long requests may go on after SIGTERM: streams look every second whether the process is going down."""
WATCHDOG_S = 60


class Server(BaseApplication):
    """gunicorn without its command line and configuration files."""

    def __init__(self, config: settings.Settings, workers: int) -> None:
        self.config = config
        self.workers = workers
        super().__init__()

    def load_config(self) -> None:
        """gunicorn asks for its settings here."""
        values: dict[str, Any] = {
            "bind": [f"{self.config.web_host}:{self.config.web_port}"],
            "worker_class": "gthread",
            "workers": self.workers,
            "threads": self.config.web_threads,
            "worker_connections": self.config.web_threads * 4,
            "graceful_timeout": GRACE_S,
            "timeout": WATCHDOG_S,
            "proc_name": "dialer-web",
            "errorlog": "-",
            "loglevel": "warning",
            "control_socket_disable": True,
            "post_worker_init": self._tell_streams,
        }
        known = self.cfg.settings
        for name, value in values.items():
            if name in known:
                self.cfg.set(name, value)

    def load(self) -> Any:
        """The application, made in the worker process: no database connection crosses a fork."""
        self.app = create_app(self.config, Database(self.config.database_url))
        collecting.seldom()
        return self.app

    def _tell_streams(self, worker: Any) -> None:
        hub_of(self.app).alive = lambda: worker.alive


@click.command()
@click.option("--workers", default=1, show_default=True, help="Processes; more than 1 only with PostgreSQL.")
def command(workers: int) -> None:
    """Serve the pages and the API."""
    config = settings.load()
    config.require_secret_key()
    logs.configure(config)
    Server(config, workers).run()
