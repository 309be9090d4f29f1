"""What a script may say of a call: contact, project and operator as plain data.

Room: desk, step 8 of the way of a call. Numbers are left out on purpose: no script needs to say them.
May import ``dialer.store`` and ``scripts``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from dialer.desk import local_time
from dialer.leads import terms
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.people import User
from dialer.store.projects import Campaign, Project


def of_attempt(s: Session, attempt: Attempt, user_id: int, now: datetime) -> dict[str, Any]:
    """The mapping of ``scripts.context`` for this attempt as this user would say it."""
    contact, project, zones, touch, speaker = s.execute(_all_of(attempt, user_id)).one()
    return {
        "contact": contact_words(contact),
        "project": {"name": project.name, "client": project.client, **project.facts},
        "operator": {"name": speaker or ""},
        "now": now,
        "timezone": local_time.at_callee(zones, now).zones[0],
        "touch": touch,
        "bant": terms.as_preset(terms.of(project)),
    }


def contact_words(contact: Contact) -> dict[str, Any]:
    """``contact.NAME`` for a script: the further columns of the file, then what every contact has."""
    return {
        **contact.fields,
        "person": contact.name,
        "name": contact.name,
        "company": contact.company,
        "email": contact.email,
    }


def language_of(s: Session, user_id: int) -> str:
    """The language of a user's pages."""
    user = s.get(User, user_id)
    return user.language if user else ""


def _all_of(attempt: Attempt, user_id: int) -> Select[Any]:
    """One question for all of it: each step asks it twice. The fourth is 1 for the first talk, 2 for the next."""
    earlier = select(func.count()).where(
        Attempt.contact_id == attempt.contact_id,
        Attempt.connected_at.is_not(None),
        Attempt.placed_at < attempt.placed_at,
    )
    speaker = select(User.name).where(User.id == user_id)
    return (
        select(
            Contact, Project, ZoneSet.names, (earlier.scalar_subquery() + 1).label("touch"), speaker.scalar_subquery()
        )
        .join(ZoneSet, ZoneSet.id == Contact.zone_set_id)
        .join(Campaign, Campaign.id == attempt.campaign_id)
        .join(Project, Project.id == Campaign.project_id)
        .where(Contact.id == attempt.contact_id)
    )
