"""Calls: the do-not-call list: ask about a number, add one. Taking one off is left to people, on the page."""

from __future__ import annotations

from dialer.compliance import suppression as entries
from dialer.people import audit
from dialer.store.contacts import Suppression
from dialer.store.projects import Project
from webapp.api.campaign_shapes import SuppressedOut, SuppressedQuery, SuppressIn, SuppressOut
from webapp.api.room import Ask, call
from webapp.lists.suppression import e164
from webapp.problems import NotThere

TAG = "suppression"


def _project(ask: Ask, project_id: int) -> Project:
    project = ask.s.get(Project, project_id)
    if project is None:
        raise NotThere
    return project


@call("POST", "/suppression", takes=SuppressIn, gives=SuppressOut, tag=TAG, creates=True)
def suppress(ask: Ask, body: SuppressIn) -> SuppressOut:
    """Stop a number: in a project or everywhere. 400 for what is no telephone number."""
    scope_id = body.project_id or 0
    ask.needs("suppression.add", Suppression(scope_id=scope_id))
    country = _project(ask, scope_id).country if scope_id else "RU"
    number = e164(body.number, country)
    new = entries.add(
        ask.s, number, ask.now, scope_id=scope_id, reason=body.reason, added_by=ask.user.id, source="request"
    )
    audit.write(ask.s, ask.now, ask.user.id, "suppression.add", f"project:{scope_id}", new=new)
    return SuppressOut(number=number, new=new)


@call("GET", "/suppression/check", asks=SuppressedQuery, gives=SuppressedOut, tag=TAG)
def is_suppressed(ask: Ask, query: SuppressedQuery) -> SuppressedOut:
    """Whether a number must not be dialled for a project, and why."""
    ask.needs("suppression.see", Suppression(scope_id=query.project_id))
    project = _project(ask, query.project_id)
    found = entries.check(ask.s, e164(query.number, project.country), project.id)
    return SuppressedOut(suppressed=found is not None, reason=found.reason if found else "")
