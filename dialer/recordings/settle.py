"""Settling: an ended call's recording becomes a file to hear and a line of the ledger: ok, partial or missing (P5).

Rule 1: sound is worked on outside of any transaction; the ledger moves by compare-and-swap, so two processes that
settle the same recording do no harm. Rule 2: what the PBX wrote is deleted only once the settled file is on the disk
AND the ledger says so; a crash in between leaves both, and ``sweep`` clears up. Rule 3: what could not be taken in
(unreadable, another rate) is never deleted.
"""

from __future__ import annotations

import errno
import os
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import CursorResult, select, update
from sqlalchemy.orm import Session

from dialer.recordings import names, wav
from dialer.recordings.join import Joined, RatesDiffer, join
from dialer.recordings.verdict import Reason, Verdict, judge, missing
from dialer.rules.words import RecordingState
from dialer.store import Database
from dialer.store.calls import Attempt, Recording

PATIENCE_S = 20.0
"""How long after the call the PBX may take to finish its files, before what is there is taken as it is."""
QUIET_S = 5.0
"""An unfinished file written to within this time is still being written."""
ROOM_BYTES = 64 * 1024
"""A disk with less room than this was full when the sound ended early."""
BATCH = 20
"""Recordings settled in one turn, so that a process that is asked to stop stops soon."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """One recording to settle. ``state`` is what the ledger said when it was read."""

    attempt_id: str
    state: RecordingState
    reason: str
    began_at: datetime
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class Side:
    """What was found of one side: sound, or the reason why not."""

    audio: wav.Audio | None
    why: Reason = Reason.NONE


@dataclass(slots=True)
class Tally:
    """What one turn did: how many ended in each state; ``waiting`` are looked at again next turn."""

    settled: Counter[RecordingState] = field(default_factory=Counter)
    waiting: int = 0


def settle(db: Database, raw: Path | None, out: Path, now: datetime, *, fetched: bool = False) -> Tally:
    """Settle the oldest ended recordings, :data:`BATCH` at most. ``raw`` is the PBX's folder, None if there is none;
    ``fetched``: it is the folder of those that Twilio made and we fetched.

    Running it again changes nothing that is settled. Raises only what the database raises.
    """
    tally, full = Tally(), is_full(raw)
    with db.read() as s:
        due = due_recordings(s, fetched=fetched)
    for one in due:
        verdict = settle_one(db, raw, out, one, now, full)
        if verdict is None:
            tally.waiting += 1
        else:
            tally.settled[verdict.state] += 1
    return tally


def due_recordings(
    s: Session,
    state: RecordingState = RecordingState.EXPECTED,
    only: list[str] | None = None,
    *,
    fetched: bool = False,
) -> list[Due]:
    """Recordings in ``state`` of calls that have ended: the :data:`BATCH` oldest, or all among the ids ``only``."""
    query = (
        select(Recording.attempt_id, Recording.state, Recording.reason, Recording.expected_at, Attempt.ended_at)
        .join(Attempt, Attempt.id == Recording.attempt_id)
        # What Twilio recorded never lies in the PBX's folder, nor the other way round.
        .where(Recording.state == state, Attempt.ended_at.is_not(None))
        .where(Attempt.provider == "twilio" if fetched else Attempt.provider != "twilio")
        .order_by(Recording.expected_at)
    )
    query = query.limit(BATCH) if only is None else query.where(Recording.attempt_id.in_(only))
    return [Due(*row) for row in s.execute(query)]  # type: ignore[arg-type]  # ended_at is set


def settle_one(db: Database, raw: Path | None, out: Path, due: Due, now: datetime, full: bool) -> Verdict | None:
    """Settle one recording. None: its files are not finished, come back later.

    ``full``: the PBX's disk had no room when the turn began (settling makes room, so it cannot be asked later).
    """
    customer, ours = (_look(raw, due.attempt_id, side) for side in names.SIDES)
    if not _finished((customer, ours), due.ended_at, now):
        return None
    name, joined = "", None
    if customer.audio or ours.audio:
        name = names.settled_name(due.attempt_id, due.began_at)
        customer, ours, joined, failure = _join(customer, ours, out, name)
        verdict = failure or _judge(customer, ours, joined, due, full)
    else:
        verdict = missing(customer.why, ours.why)
        if verdict.reason in (Reason.EMPTY, Reason.NO_FILE) and full:
            verdict = missing(Reason.DISK_FULL)
    if _write(db, due, verdict, name, joined, now):
        log.info("recording.settled", attempt=due.attempt_id, state=verdict.state, reason=verdict.reason)
        if joined:
            _delete_taken(customer, ours)
    return verdict


def _look(raw: Path | None, attempt_id: str, side: str) -> Side:
    if raw is None or not raw.is_dir():
        return Side(None, Reason.NO_FOLDER)
    try:
        return Side(wav.find_audio(names.raw_path(raw, attempt_id, side)))
    except FileNotFoundError:
        return Side(None, Reason.NO_FILE)
    except wav.Empty:
        return Side(None, Reason.EMPTY)
    except (wav.Unreadable, OSError, ValueError) as err:
        log.warning("recording.unreadable", attempt=attempt_id, side=side, error=err)
        return Side(None, Reason.UNREADABLE)


def _finished(sides: tuple[Side, Side], ended_at: datetime, now: datetime) -> bool:
    """True once both sides are whole, or the PBX has had :data:`PATIENCE_S` and is not writing any more."""
    if all(side.audio and not side.audio.repaired for side in sides):
        return True
    if now < ended_at + timedelta(seconds=PATIENCE_S):
        return False
    written = [side.audio.modified_s for side in sides if side.audio and side.audio.repaired]
    return all(abs(now.timestamp() - at) >= QUIET_S for at in written)


def _join(customer: Side, ours: Side, out: Path, name: str) -> tuple[Side, Side, Joined | None, Verdict | None]:
    """Make the file. Sides of two rates cannot be joined: the customer's is kept."""
    target, scratch = out / name, names.scratch_folder(out)
    try:
        try:
            joined = join(customer.audio, ours.audio, target, scratch)
        except RatesDiffer:
            ours = Side(None, Reason.UNREADABLE)
            joined = join(customer.audio, None, target, scratch)
    except (OSError, wav.Unreadable) as err:
        log.error("recording.not_written", attempt=target.stem, error=err)
        full = isinstance(err, OSError) and err.errno in (errno.ENOSPC, errno.EDQUOT)
        return customer, ours, None, missing(Reason.DISK_FULL if full else Reason.NOT_WRITABLE)
    return customer, ours, joined, None


def _judge(customer: Side, ours: Side, joined: Joined | None, due: Due, full: bool) -> Verdict:
    return judge(
        customer=customer.audio is not None,
        ours=ours.audio is not None,
        repaired=any(side.audio and side.audio.repaired for side in (customer, ours)),
        seconds=joined.seconds if joined else 0.0,
        call_s=(due.ended_at - due.began_at).total_seconds(),
        full=full,
    )


def is_full(folder: Path | None) -> bool:
    """True if the disk of ``folder`` has no room; False if that cannot be told."""
    if folder is None:
        return False
    try:
        room = os.statvfs(folder)
    except OSError:
        return False
    return room.f_bavail * room.f_frsize < ROOM_BYTES


def _write(db: Database, due: Due, verdict: Verdict, name: str, joined: Joined | None, now: datetime) -> bool:
    """Move the ledger on if it still says what we read; False if it does not, or nothing would change."""
    if (verdict.state, verdict.reason) == (due.state, due.reason):
        return False
    values: dict[str, object] = {"state": verdict.state, "reason": verdict.reason.value, "settled_at": now}
    if joined:
        values |= {"path": name, "seconds": joined.seconds, "sha256": joined.sha256, "peaks": joined.peaks}
    with db.write() as s:
        done = s.execute(
            update(Recording).where(Recording.attempt_id == due.attempt_id, Recording.state == due.state).values(values)
        )
        return isinstance(done, CursorResult) and done.rowcount == 1


def _delete_taken(*sides: Side) -> None:
    """Delete what the settled file now holds. A file that cannot be deleted is only in the way."""
    for side in sides:
        if side.audio:
            try:
                side.audio.path.unlink(missing_ok=True)
            except OSError as err:
                log.warning("recording.left_behind", attempt=names.id_of_raw(side.audio.path.name), error=err)
