"""A call that every rule allows, to be spoilt by each test in its own way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from dialer import profiles
from dialer.rules.compliance import Allowed, DialFacts, Refused, Rules, may_dial, strictest
from dialer.rules.prefixes import PrefixList
from dialer.rules.words import CampaignState, ContactState, Mode

MOSCOW = "Europe/Moscow"
FACTS: dict[str, Any] = {
    "number": "+79161234567",
    "campaign_id": 1,
    "project_id": 1,
    "zones": (MOSCOW,),
    "campaign_state": CampaignState.RUNNING,
    "contact_state": ContactState.READY,
    "suppressed": None,
    "number_attempts": (),
    "contact_attempts": (),
    "mode": Mode.PREVIEW,
    "consent_on": date.min,
}


def at(text: str) -> datetime:
    """``2026-03-04 09:00`` or with seconds: an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def facts(**changed: Any) -> DialFacts:
    """The facts of a call that may be made; zones, attempts and the like may be given as one text."""
    given = {**FACTS, **changed}
    if isinstance(given["zones"], str):
        given["zones"] = tuple(given["zones"].split())
    for name in ("number_attempts", "contact_attempts", "talked_at", "abandoned_at", "refused_at"):
        if isinstance(given.get(name), str):
            given[name] = tuple(at(one.strip()) for one in given[name].split(","))
    if isinstance(given.get("due_at"), str):
        given["due_at"] = at(given["due_at"])
    return DialFacts(**given)


def rules(given: Any) -> Rules:
    """Rules from a dictionary, or from a profile's name; any number may be rung unless they say otherwise."""
    made = profiles.load(given).rules if isinstance(given, str) else Rules.from_dict(given)
    if made.prefixes:
        return made
    anywhere = PrefixList(tuple(f"+{digit}" for digit in range(1, 10)))
    return strictest([made, Rules(prefixes=(anywhere,))])


def ask(given: Any, now: str, **changed: Any) -> Allowed | Refused:
    """What the gate says; the lists that a law names are of today unless the case says otherwise."""
    today = dict.fromkeys(("us_dnc", "tps_ctps"), at(now).date())
    changed = {"lists": today, **changed}
    return may_dial(facts(**changed), rules(given), at(now))
