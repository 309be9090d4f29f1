"""The written record of who looked at or did what; denied acts too (P8). Never names, numbers or answers.

Rule 1: a line is written in the transaction of the act itself, and nothing is ever changed or taken away.
Rule 2: each line is sealed by a SHA-256 over itself and the seal before it, so that a line that was changed, removed or
put in between is found by :func:`verify`. Who can write the whole table can seal it anew: note the head down elsewhere
(``dialer audit head``) and give it to :func:`verify` later.
May import ``dialer.store``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, insert, select, text
from sqlalchemy.orm import Session

from dialer.store.people import Audit, AuditHead

HEAD = 1
FIRST = text("INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, '') ON CONFLICT DO NOTHING")
BATCH = 2000


@dataclass(frozen=True)
class Head:
    """The end of the chain: how many lines there are and the last seal."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Broken:
    """Where the chain does not hold: ``changed``, ``missing`` (lines taken out), ``cut`` (the end is gone) or
    ``replaced`` (not the chain whose head was noted down)."""

    seq: int
    what: str


def write(
    s: Session,
    at: datetime,
    user_id: int | None,
    action: str,
    obj: str,
    *,
    allowed: bool = True,
    **detail: Any,
) -> None:
    """Add one line, in the transaction of the act itself. ``obj`` is kind and id: ``contact:17``."""
    if "audit" not in s.info:
        s.info["audit"] = []
        # The head is locked last of all, so that two acts cannot wait for each other.
        event.listen(s, "before_commit", _seal)
        event.listen(s, "after_soft_rollback", _forget)
    line = {"at": at, "user_id": user_id, "action": action, "object": obj, "allowed": allowed, "detail": detail or None}
    s.info["audit"].append(line)


def _forget(s: Session, _previous: Any) -> None:
    if not s.in_nested_transaction():
        s.info["audit"].clear()


def _seal(s: Session) -> None:
    lines = s.info["audit"]
    if not lines or s.in_nested_transaction():
        return
    s.flush()
    s.execute(FIRST)
    end = s.get_one(AuditHead, HEAD, with_for_update=True, populate_existing=True)
    for line in lines:
        end.seq += 1
        end.hash = _hash(end.hash, end.seq, line)
        line |= {"seq": end.seq, "hash": end.hash}
    s.execute(insert(Audit.__table__), list(lines))  # type: ignore[arg-type]
    lines.clear()


def _hash(before: str, seq: int, line: Any) -> str:
    told = [
        before, seq, line["at"].astimezone(UTC).isoformat(timespec="microseconds"), line["user_id"], line["action"],
        line["object"], line["allowed"], line["detail"],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def head(s: Session) -> Head:
    """The end of the chain as it is now."""
    row = s.get(AuditHead, HEAD)
    return Head(row.seq, row.hash) if row else Head(0, "")


def verify(s: Session, noted: Head | None = None) -> Broken | None:
    """Walk the whole chain; None if it holds. ``noted`` is a head that was written down elsewhere earlier."""
    columns = (Audit.at, Audit.user_id, Audit.action, Audit.object, Audit.allowed, Audit.detail, Audit.seq, Audit.hash)
    with s.execute(select(*columns).order_by(Audit.seq).execution_options(yield_per=BATCH)) as rows:
        return _walk((dict(row) for row in rows.mappings()), noted, head(s))


def _walk(lines: Iterator[dict[str, Any]], noted: Head | None, end: Head) -> Broken | None:
    before, seq = "", 0
    for line in lines:
        seq += 1
        if line["seq"] != seq:
            return Broken(seq, "missing")
        before = _hash(before, seq, line)
        if before != line["hash"]:
            return Broken(seq, "changed")
        if noted is not None and noted.seq == seq and noted.hash != before:
            return Broken(seq, "replaced")
    whole = end == Head(seq, before) and (noted is None or noted.seq <= seq)
    return None if whole else Broken(seq + 1, "cut")
