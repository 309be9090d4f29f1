"""A scope as a condition: queries ask for what a person may see, instead of throwing the rest away afterwards."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, true

from dialer.people.rights import Scope


def within(scope: Scope | None, project: Any, *people: Any) -> ColumnElement[bool]:
    """Rows whose ``project`` column the scope reaches wholly, or whose project and one of whose ``people`` columns it
    reaches. None reaches everything: for callers who narrow the query otherwise."""
    if scope is None or scope.projects is None:
        return true()
    reached: list[ColumnElement[bool]] = [project.in_(scope.projects)]
    for project_id, members in scope.groups:
        theirs = or_(*(column.in_(members) for column in people))
        reached.append(theirs if project_id is None else and_(theirs, project == project_id))
    return or_(*reached)
