"""Sweeping: what lies in the PBX's folder against what the ledger says, so that nothing is forgotten (P5).

A file whose attempt has no line in the ledger gets one (the engine died before it wrote it); one whose recording is
called missing is tried again (the disk was full, the folder was not mounted, a right was wanting); one that is
settled already is deleted, if its settled file is there; one of no attempt of ours is reported and left alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from dialer.recordings import names
from dialer.recordings.settle import due_recordings, is_full, settle_one
from dialer.recordings.verdict import Reason
from dialer.rules.words import RecordingState
from dialer.store import Database
from dialer.store.calls import Attempt, Recording

GROUP = 500
"""Ids asked of the database at a time."""
STALE_S = 3600
"""A half-made file this old has no maker any more: joining a call of hours takes a minute."""
KEEPS = (Reason.CUSTOMER_SIDE_MISSING, Reason.OUR_SIDE_MISSING)
"""Settled without one side: that side's file, if there is one, could not be read and is kept."""
_ATTEMPTS = select(Attempt.id, Attempt.answered_at, Attempt.placed_at, Attempt.ended_at)
_LEDGER = select(Recording.attempt_id, Recording.path, Recording.reason, Recording.settled_at)

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Swept:
    """What one sweep did, as ids; ``orphans`` are files (names) that belong to no attempt of ours."""

    adopted: list[str] = field(default_factory=list)
    retried: list[str] = field(default_factory=list)
    cleared: list[str] = field(default_factory=list)
    orphans: list[str] = field(default_factory=list)


def sweep(db: Database, raw: Path | None, out: Path, now: datetime, *, fetched: bool = False) -> Swept:
    """Compare folder and ledger; ``fetched`` as in ``settle``. Raises only what the database raises."""
    swept = Swept()
    files = _files(raw, swept)
    _clear_scratch(names.scratch_folder(out), now)
    ids = sorted(files)
    for start in range(0, len(ids), GROUP):
        _sweep_group(db, raw, out, now, {i: files[i] for i in ids[start : start + GROUP]}, swept, fetched)
    return swept


def orphans(db: Database, raw: Path | None) -> list[str]:
    """Names of files in the PBX's folder that belong to no attempt of ours; changes nothing."""
    swept = Swept()
    files = _files(raw, swept)
    ids = sorted(files)
    for start in range(0, len(ids), GROUP):
        group = ids[start : start + GROUP]
        with db.read() as s:
            known = set(s.scalars(select(Attempt.id).where(Attempt.id.in_(group))))
        swept.orphans += [path.name for i in group if i not in known for path in files[i]]
    return sorted(swept.orphans)


def _files(raw: Path | None, swept: Swept) -> dict[str, list[Path]]:
    """The files of the folder by attempt id; those that are named like none of ours become orphans."""
    files: dict[str, list[Path]] = {}
    try:
        for path in sorted(raw.iterdir()) if raw else ():
            if (attempt_id := names.id_of_raw(path.name)) is not None:
                files.setdefault(attempt_id, []).append(path)
            elif not path.is_dir():
                swept.orphans.append(path.name)
    except OSError as err:
        log.warning("recordings.folder_unreadable", error=err)
    return files


def _sweep_group(
    db: Database, raw: Path | None, out: Path, now: datetime, files: dict[str, list[Path]], swept: Swept, fetched: bool
) -> None:
    with db.read() as s:
        attempts = {a.id: a for a in s.execute(_ATTEMPTS.where(Attempt.id.in_(files)))}
        ledger = {r.attempt_id: r for r in s.execute(_LEDGER.where(Recording.attempt_id.in_(files)))}
        again = due_recordings(s, RecordingState.MISSING, only=list(files), fetched=fetched)
    swept.orphans += [path.name for i in files if i not in attempts for path in files[i]]
    for i, attempt in attempts.items():
        # Of a call that is up the engine may be writing the line this very moment.
        if i not in ledger and attempt.ended_at is not None and _adopt(db, i, attempt.answered_at or attempt.placed_at):
            swept.adopted.append(i)
    full = is_full(raw)
    for due in again:
        verdict = settle_one(db, raw, out, due, now, full)
        if verdict and verdict.state is not RecordingState.MISSING:
            swept.retried.append(due.attempt_id)
    for i, row in ledger.items():
        if row.path and row.reason not in KEEPS and (out / row.path).is_file() and _clear(i, files[i], row.settled_at):
            swept.cleared.append(i)


def _adopt(db: Database, attempt_id: str, began_at: datetime) -> bool:
    """Give the recording a line in the ledger; False if somebody else has done so meanwhile."""
    try:
        with db.write() as s:
            s.add(Recording(attempt_id=attempt_id, state=RecordingState.EXPECTED, expected_at=began_at))
    except IntegrityError:
        return False
    log.warning("recording.adopted", attempt=attempt_id)
    return True


def _clear(attempt_id: str, paths: list[Path], settled_at: datetime) -> bool:
    """Delete what was left behind after settling; False if it was written to later, or cannot be deleted."""
    try:
        if any(path.lstat().st_mtime > settled_at.timestamp() for path in paths):
            return False
        for path in paths:
            path.unlink(missing_ok=True)
    except OSError as err:
        log.warning("recording.left_behind", attempt=attempt_id, error=err)
        return False
    return True


def _clear_scratch(folder: Path, now: datetime) -> None:
    """Delete what a killed process left half-made."""
    if folder.is_dir():
        for path in folder.iterdir():
            if now.timestamp() - path.lstat().st_mtime > STALE_S:
                path.unlink(missing_ok=True)
