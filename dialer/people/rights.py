"""Deciding who may do what: the table of ``dialer.rules.rights`` applied to one person and one object.

Denied by default: no holding that reaches the object, no right. The object's project is found here, so that no page
decides by itself which project something belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.rules.rights import EVERYWHERE, MATRIX, Reach
from dialer.rules.words import AGREED_ON
from dialer.store.appointments import Appointment
from dialer.store.calls import Attempt, Recording
from dialer.store.contacts import Contact, ContactList, Suppression
from dialer.store.desk import Callback, Handoff, Lead, OperatorSession
from dialer.store.mail import Letter
from dialer.store.people import Holding, Team, User
from dialer.store.projects import Campaign, CampaignMember, Project
from dialer.store.scripts import CallScript, ScriptVersion
from dialer.store.touches import MailTemplate


@dataclass(frozen=True)
class Belonging:
    """Whose an object is: its project (None: the installation's) and the people it is ``own`` to."""

    project_id: int | None
    people: frozenset[int] = field(default_factory=frozenset)
    also: frozenset[int] = field(default_factory=frozenset)
    """Further projects: a person works in several."""


def authorize(s: Session, user: User, action: str, obj: Any = None) -> None:
    """Return if ``user`` may do ``action`` to ``obj``. Raises Refusal("forbidden"); KeyError for an unknown action.

    ``obj`` is a row of the store, or None to ask whether the person may do this to anything at all.
    """
    if not may(s, user, action, obj):
        raise Refusal("forbidden", action=action)


def may(s: Session, user: User, action: str, obj: Any = None) -> bool:
    """The same as a yes or no, for pages that leave out what cannot be done."""
    MATRIX[action]  # an unknown action is a mistake of ours, not a refusal
    if not user.active:
        return False
    belonging = None if obj is None else belonging_of(s, obj)
    return any(_reaches(s, user, holding, action, belonging) for holding in user.holdings)


def projects(user: User, action: str) -> set[int] | None:
    """The ids of the projects in which ``user`` may do ``action``; None means every project.

    For queries that are scoped before they run. Rights that reach one's own or one's team's objects are not
    project-wide and do not count.
    """
    wide = [h for h in user.holdings if MATRIX[action].get(h.duty) in (Reach.PROJECT, Reach.ALL)]
    if any(h.project_id is None or MATRIX[action][h.duty] is Reach.ALL for h in wide):
        return None
    return {h.project_id for h in wide if h.project_id is not None}


@dataclass(frozen=True)
class Scope:
    """What a query may return: everything of ``projects`` (None: of all), and of ``groups`` (project id or None for
    any, people) only what belongs to those people."""

    projects: frozenset[int] | None
    groups: tuple[tuple[int | None, frozenset[int]], ...] = ()


def scope(s: Session, user: User, action: str) -> Scope:
    """All that ``user`` may do ``action`` to, for queries that are scoped before they run."""
    wide, groups = projects(user, action), []
    for holding in user.holdings:
        reach = MATRIX[action].get(holding.duty)
        if reach is Reach.OWN:
            groups.append((holding.project_id, frozenset({user.id})))
        elif reach is Reach.TEAM and holding.team_id is not None:
            groups.append((holding.project_id, frozenset(_team(s, holding.team_id))))
        elif reach is Reach.TEAM and holding.project_id is None:
            wide = None
        elif reach is Reach.TEAM and wide is not None and holding.project_id is not None:
            wide = wide | {holding.project_id}
    return Scope(None if wide is None else frozenset(wide), tuple(groups))


def people_of(s: Session, user: User, action: str, project_id: int) -> frozenset[int] | None:
    """Whose rows of a project ``user`` may do ``action`` to: None is everybody's, an empty set nobody's."""
    found = scope(s, user, action)
    if found.projects is None or project_id in found.projects:
        return None
    return frozenset().union(*(people for of, people in found.groups if of in (None, project_id)))


def _reaches(s: Session, user: User, holding: Holding, action: str, belonging: Belonging | None) -> bool:
    reach = MATRIX[action].get(holding.duty)
    if reach is None:
        return False
    if reach is Reach.ALL:
        return True
    if belonging is None:
        return action not in EVERYWHERE or holding.project_id is None
    if holding.project_id is not None and holding.project_id not in {belonging.project_id, *belonging.also}:
        return False
    if reach is Reach.PROJECT:
        return True
    if reach is Reach.TEAM:
        return holding.team_id is None or bool(belonging.people & _team(s, holding.team_id))
    return user.id in belonging.people


def _team(s: Session, team_id: int) -> set[int]:
    return set(s.scalars(select(Holding.user_id).where(Holding.team_id == team_id)))


def belonging_of(s: Session, obj: Any) -> Belonging:
    """The project and people of a row. Raises TypeError for a kind of row that nobody thought about."""
    match obj:
        case Project():
            return Belonging(obj.id)
        case Campaign():
            return Belonging(obj.project_id)
        case CallScript() | Team():
            return Belonging(obj.project_id)
        case ScriptVersion():
            return belonging_of(s, s.get_one(CallScript, obj.script_id))
        case Suppression():
            return Belonging(obj.scope_id or None)
        case User():
            return Belonging(None, frozenset({obj.id}), _projects_of(s, obj))
        case ContactList():
            return Belonging(_project_of(s, obj.campaign_id))
        case Contact():
            return Belonging(_project_of(s, obj.campaign_id), _people_of_contact(s, obj))
        case Attempt():
            return Belonging(_project_of(s, obj.campaign_id), _some(obj.operator_id, obj.closer_id))
        case Recording():
            return belonging_of(s, s.get_one(Attempt, obj.attempt_id))
        case Appointment():
            return Belonging(obj.project_id, _some(obj.closer_id, obj.made_by))
        case Letter():
            return belonging_of(s, s.get_one(Contact, obj.contact_id or 0))
        case MailTemplate():
            return Belonging(obj.project_id)
        case Callback():
            return Belonging(_project_of(s, obj.campaign_id), _some(obj.owner_id))
        case Lead():
            return Belonging(_project_of(s, obj.campaign_id), _some(obj.operator_id))
        case OperatorSession():
            return Belonging(_project_of(s, obj.campaign_id) if obj.campaign_id else None, _some(obj.user_id))
        case Handoff():
            project = belonging_of(s, s.get_one(Lead, obj.lead_id)).project_id
            return Belonging(project, _some(obj.operator_id, obj.closer_id))
    raise TypeError(f"nobody decided whose a {type(obj).__name__} is")


def _project_of(s: Session, campaign_id: int) -> int:
    return s.get_one(Campaign, campaign_id).project_id


def _projects_of(s: Session, user: User) -> frozenset[int]:
    """The projects that somebody holds a duty in or dials for."""
    dials = (
        select(Campaign.project_id)
        .join(CampaignMember, CampaignMember.campaign_id == Campaign.id)
        .where(CampaignMember.user_id == user.id)
    )
    held = select(Holding.project_id).where(Holding.user_id == user.id, Holding.project_id.is_not(None))
    return frozenset(s.scalars(dials)) | _some(*s.scalars(held))


def _some(*ids: int | None) -> frozenset[int]:
    return frozenset(i for i in ids if i is not None)


def _people_of_contact(s: Session, contact: Contact) -> frozenset[int]:
    """Its owner, whoever talks to it now, promised to ring it back, had it handed on or meets it."""
    talking = (
        select(OperatorSession.user_id)
        .join(Attempt, Attempt.id == OperatorSession.attempt_id)
        .where(Attempt.contact_id == contact.id)
    )
    promised = select(Callback.owner_id).where(
        Callback.contact_id == contact.id, Callback.kept_at.is_(None), Callback.cancelled_at.is_(None)
    )
    handed = select(Handoff.closer_id).join(Lead, Lead.id == Handoff.lead_id).where(Lead.contact_id == contact.id)
    meets = select(Appointment.closer_id).where(Appointment.contact_id == contact.id, Appointment.state.in_(AGREED_ON))
    found: Iterable[int | None] = [contact.owner_id]
    return _some(*found, *(person for query in (talking, promised, handed, meets) for person in s.scalars(query)))
