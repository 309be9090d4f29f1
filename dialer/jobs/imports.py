"""Importing an uploaded file: what was asked lies beside the file as JSON, so that a restart finds it again.

An upload is ``uploaded`` (its columns are being chosen), ``queued``, ``running``, ``done`` or ``failed``. Running one
again does no harm: ``dialer.lists.importing`` goes on behind the last batch that was committed.
"""

from __future__ import annotations

import json
import re
import time
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import structlog

from dialer import ids
from dialer.clock import now
from dialer.errors import BadInput
from dialer.lists.importing import import_file
from dialer.lists.writing import Counts
from dialer.settings import Settings
from dialer.store import Database
from dialer.store.outbox import tell

log = structlog.get_logger("jobs")
FOLDER = "uploads"
TOKEN = re.compile(r"^u[a-z2-7]{24}$")
KEPT = timedelta(days=1)
SAY_EVERY_S = 0.5


@dataclass(frozen=True)
class Upload:
    """One uploaded file and what became of it. ``counts`` are rows, accepted, merged, rejected."""

    token: str
    campaign_id: int
    user_id: int
    name: str
    language: str
    made_at: str
    state: str = "uploaded"
    mapping: dict[str, list[str]] = field(default_factory=dict)
    share: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    list_id: int = 0
    repeated: bool = False
    problem: str = ""


def folder(settings: Settings) -> Path:
    """Where uploads lie; made if need be, readable by us alone."""
    path = settings.data / FOLDER
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def new(settings: Settings, campaign_id: int, user_id: int, name: str, language: str) -> tuple[Upload, Path]:
    """A place for a file: its record, and the path to write the file to."""
    token = ids.new("u")
    name = Path(name.replace("\\", "/")).name[:200] or "list"
    upload = Upload(token, campaign_id, user_id, name, language, now().isoformat())
    save(settings, upload)
    return upload, file_of(settings, token)


def file_of(settings: Settings, token: str) -> Path:
    """The uploaded file itself."""
    return folder(settings) / token


def load(settings: Settings, token: str) -> Upload | None:
    """The record of an upload; None if there is none (any more)."""
    if not TOKEN.match(token):
        return None
    path = folder(settings) / f"{token}.json"
    try:
        return Upload(**json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def save(settings: Settings, upload: Upload) -> Upload:
    """Keep the record; a reader never sees half of it."""
    path = folder(settings) / f"{upload.token}.json"
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(asdict(upload), ensure_ascii=False), encoding="utf-8")
    draft.replace(path)
    return upload


def run(db: Database, settings: Settings, token: str) -> None:
    """Import it, writing down how far it is. What the file's owner can mend ends as ``failed`` with one sentence."""
    upload = load(settings, token)
    if upload is None or upload.state in ("done", "failed"):
        return
    upload = save(settings, replace(upload, state="running"))
    try:
        upload = _import(db, settings, upload)
    except BadInput as error:
        upload = replace(upload, state="failed", problem=str(error))
    except Exception:
        save(settings, replace(upload, state="failed"))
        raise
    save(settings, upload)
    file_of(settings, token).unlink(missing_ok=True)
    with db.write() as s:
        tell(s, now(), "import", f"campaign:{upload.campaign_id}", list=upload.list_id)


def _import(db: Database, settings: Settings, upload: Upload) -> Upload:
    last = 0.0

    def progress(share: float, counts: Counts) -> None:
        nonlocal last
        if time.monotonic() - last >= SAY_EVERY_S:
            last = time.monotonic()
            save(settings, replace(upload, state="running", share=share, counts=_counts(counts)))

    result = import_file(
        db,
        file_of(settings, upload.token),
        upload.campaign_id,
        upload.mapping or None,
        progress=progress,
        user_id=upload.user_id,
        name=upload.name,
        language=upload.language,
        data=settings.data,
    )
    return replace(
        upload, state="done", share=1.0, counts=_counts(result), list_id=result.list_id, repeated=result.repeated
    )


def _counts(counts: Any) -> dict[str, int]:
    return {name: getattr(counts, name) for name in ("rows", "accepted", "merged", "rejected")}


def interrupted(settings: Settings) -> list[str]:
    """Tokens of imports that a stop of the jobs process broke off."""
    found = (load(settings, path.stem) for path in folder(settings).glob("u*.json"))
    return [upload.token for upload in found if upload is not None and upload.state == "running"]


def forget(settings: Settings) -> None:
    """Remove uploads that nobody came back to, and records of old ones."""
    for path in folder(settings).glob("u*.json"):
        upload = load(settings, path.stem)
        if upload and upload.state != "running" and now() - datetime.fromisoformat(upload.made_at) > KEPT:
            file_of(settings, upload.token).unlink(missing_ok=True)
            path.unlink(missing_ok=True)
