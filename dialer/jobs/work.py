"""The jobs there are: the web puts them into the queue, the jobs process takes them out."""

from __future__ import annotations

from huey import Huey

from dialer.jobs import imports
from dialer.jobs.queue import open_queue
from dialer.settings import Settings
from dialer.store import Database


class Jobs:
    """The queue and its jobs. ``immediate`` (tests): a job runs where it is put."""

    def __init__(self, db: Database, settings: Settings, *, immediate: bool = False) -> None:
        self.huey: Huey = open_queue(settings, immediate=immediate)

        def import_list(token: str) -> None:
            imports.run(db, settings, token)

        self._import = self.huey.task(name="import_list")(import_list)

    def import_list(self, token: str) -> None:
        """Import the upload of this token, soon."""
        self._import(token)
