"""Ready-made cadences (``dialer.profiles.cadences``) put into a campaign, with the letters that they name."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import profiles
from dialer.errors import BadInput
from dialer.store.projects import Campaign, Project
from dialer.store.touches import MailTemplate
from dialer.touches import texts

LANGUAGE_OF = {"RU": "ru"}


def put(s: Session, campaign: Campaign, name: str, now: datetime) -> None:
    """Give a campaign a ready-made cadence in its project's language; empty takes its cadence away. A letter of the
    project that has one of the names already stays as it is. Raises BadInput for a cadence that there is not."""
    if not name:
        campaign.cadence = ""
        return
    found = profiles.cadences().get(name)
    if found is None:
        raise BadInput(f"There is no ready-made cadence named {name}; there are {', '.join(profiles.cadences())}.")
    language = language_of(s.get_one(Project, campaign.project_id))
    written = select(MailTemplate.name).where(MailTemplate.project_id == campaign.project_id)
    known = set(s.scalars(written))
    for letter in found.letters[language]:
        if letter.name not in known:
            texts.save(s, campaign.project_id, letter.name, letter.subject, letter.body, now)
    campaign.cadence = found.text[language]


def which(project: Project, text: str) -> str | None:
    """The ready-made cadence that a campaign's text is; empty for none at all, None for one of its own."""
    if not text.strip():
        return ""
    language = language_of(project)
    return next((name for name, one in profiles.cadences().items() if one.text[language] == text), None)


def language_of(project: Project) -> str:
    """The language in which a project's contacts are written to."""
    return LANGUAGE_OF.get(project.country, "en")
