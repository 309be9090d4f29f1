"""Drafts: what writers type, saved as they type it.

Room: scripting. Rule 1: a save names the revision it was made from; if somebody else saved in between it is refused
(``draft_stale``) and changes nothing. Rule 2: saving the same text again changes nothing either.
May import ``dialer.store``.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.store.people import User
from dialer.store.scripts import CallScript
from scripts.text import MAX_FILE


def create(s: Session, project_id: int, name: str, text: str, user_id: int | None, now: datetime) -> CallScript:
    """A script that nobody has published yet. Raises Refusal: ``script_name_taken``, ``script_too_large``."""
    taken = exists().where(CallScript.project_id == project_id, CallScript.name == name)
    if s.scalar(select(taken)):
        raise Refusal("script_name_taken")
    script = CallScript(project_id=project_id, name=name, draft=clean(text), edited_by=user_id, updated_at=now)
    s.add(script)
    s.flush()
    return script


def save(s: Session, script_id: int, text: str, revision: int, user_id: int | None, now: datetime) -> CallScript:
    """Keep the draft; the script with its new revision.

    Raises Refusal: ``draft_stale`` (detail ``by``, ``at``, ``revision``), ``script_too_large``.
    """
    script = locked(s, script_id, revision)
    text = clean(text)
    if text != script.draft:
        script.draft, script.edited_by, script.updated_at = text, user_id, now
        script.revision += 1
        s.flush()
    return script


def rename(s: Session, script_id: int, name: str) -> None:
    """Give a script another name. Raises Refusal ``script_name_taken``."""
    script = s.get_one(CallScript, script_id)
    same = exists().where(
        CallScript.project_id == script.project_id, CallScript.name == name, CallScript.id != script_id
    )
    if s.scalar(select(same)):
        raise Refusal("script_name_taken")
    script.name = name


def locked(s: Session, script_id: int, revision: int) -> CallScript:
    """The script, for changing, if its draft still has this revision. Raises Refusal ``draft_stale``."""
    script = s.get_one(CallScript, script_id, with_for_update=True, populate_existing=True)
    if script.revision != revision:
        editor = s.get(User, script.edited_by) if script.edited_by else None
        name = editor.name if editor else ""
        raise Refusal("draft_stale", by=name, at=script.updated_at, revision=script.revision)
    return script


def clean(text: str) -> str:
    """The text as it is kept: one kind of line end, nothing that the database cannot hold.

    Raises Refusal ``script_too_large``.
    """
    if len(text) > MAX_FILE:
        raise Refusal("script_too_large")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    return text.encode("utf-8", "replace").decode()
