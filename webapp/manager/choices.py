"""What a campaign form offers: the project's published scripts, retry plans, profiles of rules."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import profiles
from dialer.store.scripts import CallScript
from webapp.language import chosen


def scripts(s: Session, project_id: int) -> list[tuple[int, str]]:
    """The project's scripts that have a published version."""
    query = select(CallScript.id, CallScript.name).where(
        CallScript.project_id == project_id, CallScript.published_id.is_not(None)
    )
    return [(i, name) for i, name in s.execute(query.order_by(CallScript.name))]


def retry_plans() -> list[tuple[str, str]]:
    """Every retry plan, by its title in the person's language."""
    return [(name, plan.title[chosen()]) for name, plan in profiles.retry_plans().items()]


def rule_profiles() -> list[tuple[str, str]]:
    """Every profile of calling rules, by its title in the person's language."""
    return [(name, profiles.load(name).title[chosen()]) for name in profiles.names()]
