"""Publishing a script: a text that passes lint becomes the next version, and calls that begin from now on follow it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.store.scripts import CallScript, ScriptVersion
from scripts import parse_text
from scripts.errors import Problem, ScriptError
from scripts.lint import has_errors, lint_text


def problems(text: str) -> list[Problem]:
    """What is wrong with a script text; an unreadable one is one error."""
    try:
        return list(lint_text(text, ""))
    except ScriptError as error:
        return [Problem(error.code, "error", "", error.line, error.column, error.message)]


def publish(s: Session, script: CallScript, text: str, user_id: int, now: datetime, note: str = "") -> ScriptVersion:
    """The next version of ``script``; the same text as the present one gives the present one.

    Raises Refusal(``script_has_errors``).
    """
    if has_errors(problems(text)):
        raise Refusal("script_has_errors")
    parsed = parse_text(text)
    present = s.get(ScriptVersion, script.published_id) if script.published_id else None
    if present is not None and present.hash == parsed.version_hash:
        return present
    last = s.scalar(select(func.max(ScriptVersion.number)).where(ScriptVersion.script_id == script.id)) or 0
    version = ScriptVersion(
        script_id=script.id,
        number=last + 1,
        hash=parsed.version_hash,
        text=parsed.text,
        note=note[:300],
        published_by=user_id,
        published_at=now,
    )
    s.add(version)
    s.flush()
    script.published_id, script.draft, script.updated_at = version.id, parsed.text, now
    return version
