"""Which language the people of a campaign are spoken to in."""

from __future__ import annotations

from dialer import profiles
from dialer.store.projects import Campaign

LANGUAGE_OF = {"RU": "ru"}
"""By a project's country; any other is spoken to in English."""


def spoken_in(campaign: Campaign) -> str:
    """The language that the campaign's announcement ends in (``sorry-ru``), else that of the project's country."""
    said = campaign.announcement.rpartition("-")[2]
    return said if said in profiles.tuned() else LANGUAGE_OF.get(campaign.project.country, profiles.FALLBACK)
