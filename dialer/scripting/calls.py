"""The step log of a script's calls, as ``scripts.figures`` reads it.

Room: scripting. May import ``dialer.store`` and ``scripts``. Who hung up is worked out: the operator's own request
to the engine says "us"; a call that ended without one was ended by the client.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.store.calls import Attempt
from dialer.store.messages import Command
from dialer.store.scripts import ScriptRun, ScriptStep, ScriptVersion
from scripts.figures.log import Call, Who, goals_of
from scripts.model import Script
from scripts.parser import parse_text

MAX_CALLS = 20_000
"""Of more calls the newest are looked at, and the page says so."""
_AT_ONCE = 500


@dataclass(frozen=True)
class Wanted:
    """Which calls: of a script, of one version by number, of one campaign, placed since an instant."""

    script_id: int
    version: int | None = None
    campaign_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@lru_cache(maxsize=64)
def parsed(version_hash: str, text: str) -> Script:
    """The script of a version's text; versions never change, so it is read once."""
    return parse_text(text)


def versions_of(s: Session, script_id: int) -> dict[int, ScriptVersion]:
    """{id: version} of a script."""
    rows = s.scalars(select(ScriptVersion).where(ScriptVersion.script_id == script_id).order_by(ScriptVersion.number))
    return {row.id: row for row in rows}


def load(s: Session, wanted: Wanted) -> list[Call]:
    """The calls, the oldest first."""
    versions = versions_of(s, wanted.script_id)
    goals = {v.id: goals_of(parsed(v.hash, v.text)) for v in versions.values()}
    rows = [row for row in s.execute(_attempts(wanted, versions)) if row.version_id in versions]
    rows.reverse()
    hung_up_by_us = _our_requests(s, rows[0].placed_at) if rows else set()
    entries = _entries(s, [row.id for row in rows])
    return [
        Call(
            id=row.id,
            version=versions[row.version_id].number,
            operator=row.operator_id,
            entries=tuple(entries.get(row.id, ())),
            hung_up=_who(row, hung_up_by_us),
            ended_at=row.ended_at,
            goals=goals[row.version_id],
        )
        for row in rows
    ]


def _attempts(wanted: Wanted, versions: dict[int, ScriptVersion]) -> Any:
    ids = [v.id for v in versions.values() if wanted.version in (None, v.number)]
    query = (
        select(Attempt.id, Attempt.placed_at, Attempt.ended_at, Attempt.operator_id, ScriptRun.version_id)
        .join(ScriptRun, ScriptRun.attempt_id == Attempt.id)
        .where(ScriptRun.version_id.in_(ids))
    )
    if wanted.campaign_id is not None:
        query = query.where(Attempt.campaign_id == wanted.campaign_id)
    if wanted.since is not None:
        query = query.where(Attempt.placed_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Attempt.placed_at < wanted.until)
    return query.order_by(Attempt.placed_at.desc(), Attempt.id.desc()).limit(MAX_CALLS)


def _entries(s: Session, ids: Sequence[str]) -> dict[str, list[tuple[datetime, dict[str, Any]]]]:
    found: dict[str, list[tuple[datetime, dict[str, Any]]]] = {}
    for start in range(0, len(ids), _AT_ONCE):
        part = ids[start : start + _AT_ONCE]
        query = select(ScriptStep.attempt_id, ScriptStep.at, ScriptStep.entry).where(ScriptStep.attempt_id.in_(part))
        for attempt_id, at, entry in s.execute(query.order_by(ScriptStep.attempt_id, ScriptStep.seq)):
            found.setdefault(attempt_id, []).append((at, entry))
    return found


def _our_requests(s: Session, since: datetime) -> set[str]:
    query = select(Command.args).where(Command.kind == "call.hang_up", Command.at >= since)
    return {str(args.get("attempt")) for args in s.scalars(query)}


def _who(row: Any, by_us: set[str]) -> Who:
    if row.id in by_us:
        return "us"
    return "them" if row.ended_at is not None else ""
