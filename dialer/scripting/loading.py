"""Files become drafts: for people who keep their scripts under version control, and for a first set-up.

Room: scripting. Rule 1: a draft that somebody changed since its last version is not written over unasked
(``draft_unpublished``). Rule 2: the draft is kept whatever lint says; an error of lint forbids publishing only.
May import ``dialer.store`` and ``scripts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.scripting import drafts, versions
from dialer.store.scripts import CallScript, ScriptVersion
from scripts.errors import Problem


@dataclass(frozen=True)
class Loaded:
    """What became of one text. ``version`` is the number that calls follow now, None before the first;
    ``published`` whether this text is it; ``changed`` whether the draft is another now."""

    script_id: int
    name: str
    made: bool
    changed: bool
    version: int | None
    published: bool
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> int:
        """Findings that forbid publishing."""
        return sum(problem.level == "error" for problem in self.problems)


def load(
    s: Session, project_id: int, name: str, text: str, user_id: int | None, now: datetime,
    *, publish: bool = False, note: str = "", replace: bool = False,
) -> Loaded:  # fmt: skip
    """A text as the draft of the project's script of that name, made if there is none; published if asked and clean.

    Raises Refusal: ``draft_unpublished``, ``script_too_large``.
    """
    found = s.scalars(select(CallScript).where(CallScript.project_id == project_id, CallScript.name == name)).first()
    script, changed = (found, False) if found else (drafts.create(s, project_id, name, text, user_id, now), True)
    if found is not None:
        changed = found.draft != drafts.clean(text)
        if changed and not replace and found.draft and not versions.is_published(s, found):
            raise Refusal("draft_unpublished")
        drafts.save(s, found.id, text, found.revision, user_id, now)
    problems = tuple(versions.problems(script.draft))
    loaded = Loaded(script.id, name, found is None, changed, None, False, problems)
    if publish and not loaded.errors:
        versions.publish_draft(s, script.id, script.revision, user_id, now, note)
    present = s.get(ScriptVersion, script.published_id) if script.published_id else None
    number = present.number if present else None
    return Loaded(script.id, name, found is None, changed, number, versions.is_published(s, script), problems)
