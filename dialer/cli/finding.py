"""What commands share: opening the database, and finding a campaign or project by its name or id."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from dialer import settings
from dialer.errors import BadInput
from dialer.store import Database
from dialer.store.projects import Campaign, Project

Found = TypeVar("Found", Campaign, Project)


@contextmanager
def database() -> Iterator[Database]:
    """The database of the settings; raises BadInput with one sentence if it cannot be used."""
    db = None
    try:
        db = Database(settings.load().database_url)
        yield db
    except SQLAlchemyError as err:
        lines = str(getattr(err, "orig", None) or err).strip().splitlines() or [type(err).__name__]
        raise BadInput(f"the database cannot be used: {lines[0]}") from err
    finally:
        if db is not None:
            db.close()


def campaign(s: Session, text: str) -> Campaign:
    """The campaign of that id, name, or ``project/name``. Raises BadInput if there is none or more than one."""
    project, slash, name = text.rpartition("/")
    found = list(s.scalars(select(Campaign).where(Campaign.name == (name if slash else text))))
    if slash:
        found = [one for one in found if one.project.name == project]
    return _only(found, s.get(Campaign, int(text)) if text.isdecimal() else None, "campaign", text)


def project(s: Session, text: str) -> Project:
    """The project of that id or name. Raises BadInput if there is none."""
    found = list(s.scalars(select(Project).where(Project.name == text)))
    return _only(found, s.get(Project, int(text)) if text.isdecimal() else None, "project", text)


def _only(named: list[Found], by_id: Found | None, kind: str, text: str) -> Found:
    if len(named) > 1:
        raise BadInput(f"there are {len(named)} campaigns named {text}; write project/{text} or the id")
    if not named and by_id is None:
        raise BadInput(f"there is no {kind} {text}")
    return named[0] if named else by_id  # type: ignore[return-value]
