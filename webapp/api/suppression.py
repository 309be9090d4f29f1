"""Calls: the do-not-call list: ask about a number, add one. Taking one off is left to people, on the page."""

from __future__ import annotations

from pydantic import Field

from dialer.compliance import suppression
from dialer.compliance.written_numbers import read_number
from dialer.people import audit
from dialer.store.contacts import Suppression
from dialer.store.projects import Project
from webapp.api.room import Ask, call
from webapp.api.shapes import Shape, Taken
from webapp.lists.suppression import e164
from webapp.problems import NotThere

TAG = "suppression"


class SuppressedQuery(Taken):
    number: str = Field(min_length=3, max_length=40)
    project_id: int


class SuppressedOut(Shape):
    suppressed: bool
    reason: str


class StopIn(Taken):
    """``project_id`` null, which must be said: everywhere, for those who may. ``prefix``: all numbers that begin so."""

    number: str = Field(min_length=3, max_length=40)
    project_id: int | None
    prefix: bool = False
    reason: str = Field(default="", max_length=200)


class StopOut(Shape):
    number: str
    scope: int
    added: bool


def _project(ask: Ask, project_id: int) -> Project:
    project = ask.s.get(Project, project_id)
    if project is None:
        raise NotThere
    return project


@call("POST", "/suppressions", takes=StopIn, gives=StopOut, tag=TAG, creates=True)
def stop_number(ask: Ask, body: StopIn) -> StopOut:
    """Never dial a number again: what is queued for it is cancelled in the same moment."""
    project = None if body.project_id is None else _project(ask, body.project_id)
    scope = project.id if project else 0
    ask.needs("suppression.add", Suppression(scope_id=scope))
    text = body.number + ("*" if body.prefix and not body.number.endswith("*") else "")
    entry = read_number(text, project.country if project else "RU")
    added = suppression.add(
        ask.s, entry.number, ask.now,
        scope_id=scope, prefix=entry.prefix, reason=body.reason, source="api", added_by=ask.user.id,
    )  # fmt: skip
    audit.write(ask.s, ask.now, ask.user.id, "suppression.add", f"project:{scope}", new=added)
    return StopOut(number=entry.number, scope=scope, added=added)


@call("GET", "/suppressions/check", asks=SuppressedQuery, gives=SuppressedOut, tag=TAG)
def is_suppressed(ask: Ask, query: SuppressedQuery) -> SuppressedOut:
    """Whether a number must not be dialled for a project, and why."""
    ask.needs("suppression.see", Suppression(scope_id=query.project_id))
    project = _project(ask, query.project_id)
    found = suppression.check(ask.s, e164(query.number, project.country), project.id)
    return SuppressedOut(suppressed=found is not None, reason=found.reason if found else "")
