"""Answers put straight into the tables, as a call along the floor's script leaves them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from dialer.store.projects import Project
from dialer.store.scripts import Answer
from tests.conftest import NOON
from tests.support.floor import Floor

GOOD = {"stock": 1, "role": 1, "budget": 400_000, "start_by": "2026-03-20"}
"""N3 A3 B3 T3 on the day of NOON."""


def answer(s: Session, floor: Floor, at: datetime = NOON, contact: int | None = None, **values: object) -> None:
    """Store these answers; ``dk`` is "does not know"."""
    for field, value in values.items():
        kept = {"state": "dk"} if value == "dk" else {"value": value}
        s.add(
            Answer(contact_id=contact or floor.contact, field=field, value=kept, version_id=floor.version, at=at)
        )  # fmt: skip
    s.flush()


def strictness(s: Session, floor: Floor, level: str, **second_line: object) -> Project:
    """Set the project's terms."""
    project = s.get_one(Project, floor.project)
    project.qualification, project.second_line = level, second_line
    s.flush()
    return project
