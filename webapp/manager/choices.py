"""What a campaign form offers: the project's published scripts, retry plans, profiles of rules."""

from __future__ import annotations

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import profiles
from dialer.store.projects import Project
from dialer.store.scripts import CallScript
from dialer.touches import ready
from webapp.language import chosen

OWN = "own"


def scripts(s: Session, project_id: int) -> list[tuple[int, str]]:
    """The project's scripts that have a published version."""
    query = select(CallScript.id, CallScript.name).where(
        CallScript.project_id == project_id, CallScript.published_id.is_not(None)
    )
    return [(i, name) for i, name in s.execute(query.order_by(CallScript.name))]


def retry_plans() -> list[tuple[str, str]]:
    """Every retry plan, by its title in the person's language."""
    return [(name, plan.title[chosen()]) for name, plan in profiles.retry_plans().items()]


def cadences(project: Project, text: str) -> list[tuple[str, str]]:
    """The ready-made cadences; and the campaign's own, if it has one, as ``OWN``."""
    own = [(OWN, gettext("The campaign's own, as it is"))] if ready.which(project, text) is None else []
    return own + [(name, one.title[chosen()]) for name, one in profiles.cadences().items()]


def cadence(project: Project, text: str) -> str:
    """Which of them a campaign has."""
    found = ready.which(project, text)
    return OWN if found is None else found


def rule_profiles() -> list[tuple[str, str]]:
    """Every profile of calling rules, by its title in the person's language."""
    return [(name, profiles.load(name).title[chosen()]) for name in profiles.names()]
