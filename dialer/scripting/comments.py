"""Comments of supervisors on a line of the draft, open until somebody settles them.

Room: scripting. A comment keeps the line as it read then: lines move while a draft is written. May import
``dialer.store``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from dialer.errors import Refusal
from dialer.store.people import User
from dialer.store.scripts import CallScript, ScriptComment

MAX_TEXT, MAX_QUOTE, MAX_OPEN = 1_000, 300, 500


@dataclass(frozen=True)
class Said:
    """A comment with its people. ``line`` is where its quote stands in the draft now; None if it is gone."""

    comment: ScriptComment
    author: str
    settled_by: str
    line: int | None


def add(
    s: Session, script_id: int, text: str, user_id: int, now: datetime, line: int | None = None, node: str = ""
) -> ScriptComment:
    """Say something about a line (from 1) of the draft, or about the whole script.

    Raises Refusal: ``comment_empty``, ``comments_too_many``.
    """
    text = drafts_text(text)
    if not text:
        raise Refusal("comment_empty")
    still_open = select(func.count()).where(ScriptComment.script_id == script_id, ScriptComment.settled_at.is_(None))
    if (s.scalar(still_open) or 0) >= MAX_OPEN:
        raise Refusal("comments_too_many")
    lines = s.get_one(CallScript, script_id).draft.split("\n")
    quote = lines[line - 1].strip()[:MAX_QUOTE] if line is not None and 0 < line <= len(lines) else ""
    comment = ScriptComment(
        script_id=script_id,
        node=node[:60] if quote else "",
        quote=quote,
        text=text[:MAX_TEXT],
        author_id=user_id,
        at=now,
    )
    s.add(comment)
    s.flush()
    return comment


def drafts_text(text: str) -> str:
    """What was typed, without what the database cannot hold."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode().strip()


def settle(s: Session, comment: ScriptComment, user_id: int, now: datetime) -> None:
    """Mark a comment as done; a second time changes nothing."""
    if comment.settled_at is None:
        comment.settled_by, comment.settled_at = user_id, now


def of_script(s: Session, script: CallScript) -> list[Said]:
    """Open comments first, the newest first in each."""
    author, settler = aliased(User), aliased(User)
    query = (
        select(ScriptComment, author.name, settler.name)
        .outerjoin(author, author.id == ScriptComment.author_id)
        .outerjoin(settler, settler.id == ScriptComment.settled_by)
        .where(ScriptComment.script_id == script.id)
        .order_by(ScriptComment.settled_at.is_not(None), ScriptComment.at.desc(), ScriptComment.id.desc())
        .limit(MAX_OPEN)
    )
    places: dict[str, int] = {}
    for number, line in enumerate(script.draft.split("\n"), 1):
        places.setdefault(line.strip()[:MAX_QUOTE], number)
    return [Said(c, name or "", by or "", places.get(c.quote) if c.quote else None) for c, name, by in s.execute(query)]
