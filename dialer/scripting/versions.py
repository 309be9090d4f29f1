"""Versions: a draft that passes lint becomes one, and calls that begin from now on follow it.

Room: scripting. Rule 1: a version is never changed and never deleted; going back publishes an older text again
under a new number. Rule 2: a call keeps the version it began with. Rule 3: an error of lint forbids publishing,
also going back. May import ``dialer.store`` and ``scripts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.scripting import drafts
from dialer.store.people import User
from dialer.store.scripts import CallScript, ScriptRun, ScriptVersion
from scripts import parse_text
from scripts.diff import Change, diff
from scripts.errors import Problem, ScriptError
from scripts.lint import has_errors, lint_text
from scripts.text import normalise, version_hash


@dataclass(frozen=True)
class Published:
    """A version for people: who published it, and how many calls followed it."""

    version: ScriptVersion
    by: str
    calls: int


def problems(text: str) -> list[Problem]:
    """What is wrong with a script text; an unreadable one is one error."""
    try:
        return list(lint_text(text, ""))
    except ScriptError as error:
        return [Problem(error.code, "error", "", error.line, error.column, error.sentence)]


def publish_draft(
    s: Session, script_id: int, revision: int, user_id: int | None, now: datetime, note: str = ""
) -> ScriptVersion:
    """The draft as the next version; the same text as the present one gives the present one.

    Raises Refusal: ``draft_stale``, ``script_has_errors``.
    """
    script = drafts.locked(s, script_id, revision)
    return publish(s, script, script.draft, user_id, now, note)


def restore(s: Session, version_id: int, user_id: int, now: datetime, note: str = "") -> ScriptVersion:
    """An older text as the next version; the draft stays as it is. Raises Refusal ``script_has_errors``."""
    old = s.get_one(ScriptVersion, version_id)
    script = s.get_one(CallScript, old.script_id, with_for_update=True, populate_existing=True)
    return publish(s, script, old.text, user_id, now, note, restores=old.number)


def publish(
    s: Session,
    script: CallScript,
    text: str,
    user_id: int | None,
    now: datetime,
    note: str = "",
    restores: int | None = None,
) -> ScriptVersion:
    """A text as the next version of ``script``. Raises Refusal ``script_has_errors``."""
    if has_errors(problems(text)):
        raise Refusal("script_has_errors")
    parsed = parse_text(text)
    present = s.get(ScriptVersion, script.published_id) if script.published_id else None
    if present is not None and present.hash == parsed.version_hash:
        return present
    last = s.scalar(select(func.max(ScriptVersion.number)).where(ScriptVersion.script_id == script.id)) or 0
    version = ScriptVersion(
        script_id=script.id, number=last + 1, hash=parsed.version_hash, text=parsed.text, note=note[:300],
        restores=restores, published_by=user_id, published_at=now,
    )  # fmt: skip
    s.add(version)
    s.flush()
    script.published_id = version.id
    return version


def history(s: Session, script_id: int) -> list[Published]:
    """Every version, the newest first."""
    calls = select(func.count()).where(ScriptRun.version_id == ScriptVersion.id).scalar_subquery()
    query = (
        select(ScriptVersion, User.name, calls)
        .outerjoin(User, User.id == ScriptVersion.published_by)
        .where(ScriptVersion.script_id == script_id)
        .order_by(ScriptVersion.number.desc())
    )
    return [Published(version, name or "", number) for version, name, number in s.execute(query)]


def published_text(s: Session, script: CallScript) -> str | None:
    """The text that calls follow now, None before the first version."""
    version = s.get(ScriptVersion, script.published_id) if script.published_id else None
    return version.text if version else None


def is_published(s: Session, script: CallScript) -> bool:
    """Whether the draft says exactly what calls follow now."""
    version = s.get(ScriptVersion, script.published_id) if script.published_id else None
    try:
        return version is not None and version_hash(normalise(script.draft)) == version.hash
    except ScriptError:
        return False


def changes(old: str | None, new: str) -> list[Change] | None:
    """What is different, in the words of a writer; None if one of the texts cannot be read or there is no old one."""
    if old is None:
        return None
    try:
        return diff(parse_text(old), parse_text(new))
    except ScriptError:
        return None
