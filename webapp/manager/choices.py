"""What a campaign form offers: the project's published scripts, retry plans, profiles of rules."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import profiles
from dialer.profiles.files import FOLDER, read_yaml
from dialer.store.scripts import CallScript
from webapp.language import chosen


def scripts(s: Session, project_id: int) -> list[tuple[int, str]]:
    """The project's scripts that have a published version."""
    query = select(CallScript.id, CallScript.name).where(
        CallScript.project_id == project_id, CallScript.published_id.is_not(None)
    )
    return [(i, name) for i, name in s.execute(query.order_by(CallScript.name))]


def retry_plans() -> list[tuple[str, str]]:
    """Every retry plan, by its title in the person's language if it has one."""
    path = FOLDER / "retry_plans.yaml"
    plans = read_yaml(path) if path.exists() else {"standard": {}}
    return [(name, _title(name, plan)) for name, plan in plans.items()]


def _title(name: str, plan: Any) -> str:
    titles = plan.get("title") if isinstance(plan, dict) else None
    return titles.get(chosen(), name) if isinstance(titles, dict) else name


def rule_profiles() -> list[tuple[str, str]]:
    """Every profile of calling rules, by its title in the person's language."""
    return [(name, profiles.load(name).title[chosen()]) for name in profiles.names()]
