"""What a script may say of a call: contact, project and operator as plain data.

Room: desk, step 8 of the way of a call. Numbers are left out on purpose: no script needs to say them.
May import ``dialer.store`` and ``scripts``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer.desk import local_time
from dialer.leads import terms
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.people import User
from dialer.store.projects import Campaign, Project


def of_attempt(s: Session, attempt: Attempt, user_id: int, now: datetime) -> dict[str, Any]:
    """The mapping of ``scripts.context`` for this attempt as this user would say it."""
    contact = s.get_one(Contact, attempt.contact_id)
    project = s.get_one(Project, s.get_one(Campaign, attempt.campaign_id).project_id)
    speaker = s.get(User, user_id)
    return {
        "contact": contact_words(contact),
        "project": {"name": project.name, "client": project.client, **project.facts},
        "operator": {"name": speaker.name if speaker else ""},
        "now": now,
        "timezone": local_time.at_callee(s.get_one(ZoneSet, contact.zone_set_id).names, now).zones[0],
        "touch": _touch(s, attempt),
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


def _touch(s: Session, attempt: Attempt) -> int:
    """1 for the first talk with this contact, 2 for the second."""
    earlier = select(func.count()).where(
        Attempt.contact_id == attempt.contact_id,
        Attempt.connected_at.is_not(None),
        Attempt.placed_at < attempt.placed_at,
    )
    return (s.scalar(earlier) or 0) + 1
