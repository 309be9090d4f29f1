"""The queue of jobs. Messages are JSON, so that whoever can write to the queue cannot run code by it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from huey import Huey, PostgresHuey, SqliteHuey
from huey.registry import Message
from huey.serializer import Serializer
from sqlalchemy.engine import make_url

from dialer.settings import Settings

FILE = "jobs.db"
NAME = "warmline"


class JsonSerializer(Serializer):
    """Messages and results as JSON text."""

    def _serialize(self, data: Any) -> bytes:
        wrapped = {"message": list(data)} if isinstance(data, Message) else {"value": data}
        return json.dumps(wrapped).encode()

    def _deserialize(self, data: bytes) -> Any:
        wrapped = json.loads(data)
        return Message(*wrapped["message"]) if "message" in wrapped else wrapped["value"]


def open_queue(settings: Settings, *, immediate: bool = False) -> Huey:
    """The queue of this installation; with ``immediate`` (tests) a job runs where it is put."""
    url = make_url(settings.database_url)
    common: dict[str, Any] = {"results": False, "serializer": JsonSerializer(), "immediate": immediate}
    if url.get_backend_name() == "postgresql":
        dsn = url.set(drivername="postgresql").render_as_string(hide_password=False)
        return PostgresHuey(NAME, dsn=dsn, **common)
    Path(settings.data).mkdir(parents=True, exist_ok=True)
    return SqliteHuey(NAME, filename=str(settings.data / FILE), fsync=True, **common)
