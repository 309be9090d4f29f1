"""What the gate must know of one call before it may go out. Filled by ``dialer.compliance.facts`` or by a test.

Whatever was not looked up counts as a refusal, never as a yes (P2): that is why suppression and the earlier attempts
begin as "not looked up". May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from dialer.rules.words import CampaignState, ContactState, Mode


@dataclass(frozen=True)
class Suppressed:
    """An entry of the suppression list that covers the number.

    ``scope_id``: 0 everywhere, below 0 a client's projects (``-client.id``), above 0 one project.
    """

    reason: str = ""
    scope_id: int = 0
    entry: str = ""
    """The entry itself: the number, the prefix, or ``#`` and a hash for a person who was erased."""


UNCHECKED = Suppressed("unchecked")
"""Stands for a suppression list that nobody has asked: a real entry always names itself."""


@dataclass(frozen=True)
class DialFacts:
    """One contact's one number in one campaign.

    ``zones``: IANA names, several if the number may be in any of them. ``number_attempts``: instants of earlier
    attempts to the number in any campaign; ``contact_attempts``: to this contact on any number; None: not looked up.
    ``talked_at``, ``abandoned_at``, ``refused_at``: ends of talks with, calls dropped on, and refusals of either of
    them. ``consent_on``: the day consent was given.
    """

    number: str
    campaign_id: int
    project_id: int
    zones: tuple[str, ...]
    campaign_state: CampaignState
    contact_state: ContactState
    suppressed: Suppressed | None = UNCHECKED
    number_attempts: tuple[datetime, ...] | None = None
    contact_attempts: tuple[datetime, ...] | None = None
    talked_at: tuple[datetime, ...] = ()
    abandoned_at: tuple[datetime, ...] = ()
    refused_at: tuple[datetime, ...] = ()
    number_bad: bool = False
    due_at: datetime | None = None
    held_by: str | None = None
    mode: Mode | None = None
    consent_on: date | None = None
    lists: Mapping[str, date | None] | None = None
    """The named do-not-call lists -> the day of the copy in use, None where there is none; None: not looked up."""
    contact_id: int = 0
    number_id: int = 0
