"""Why a campaign places no call just now, from the engine down to the last contact; empty if nothing is in the way.

The question of every manager who sees operators wait. A contact's own refusals are told by ``dialer.compliance.why``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer.compliance.rules import rules_for
from dialer.errors import BadInput
from dialer.rules import compliance
from dialer.rules.hours import next_open
from dialer.rules.localtime import UnknownZone
from dialer.rules.pacing import NOTHING
from dialer.rules.ruleset import Rules
from dialer.rules.words import CampaignState, ContactState, OperatorState
from dialer.store.compliance import PacingWord
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.desk import OperatorSession
from dialer.store.projects import Campaign

SENTENCES = {
    "campaign_state": "the campaign is {state}",
    "no_engine": "no engine dials it: is `dialer up` or `dialer engine` running?",
    "engine": "the engine says: {text}",
    "rules": "its rules cannot be used: {text}",
    "nobody_ready": "no operator is ready ({states})",
    "nobody_here": "no operator is at work",
    "nothing_left": "every contact is worked through",
    "zones_closed": "{contacts} contacts are ready, but it is outside calling hours where they are; next at {at}",
    "waiting": "every contact left waits for its time; the next one's is {at}",
    "held": "every contact left is held by a rule ({rules})",
}
"""code -> the sentence, in English; pages have their own words for each code."""


@dataclass(frozen=True)
class Reason:
    """One thing in the way. ``values`` by code: ``at`` an instant or None, ``states`` and ``rules`` counts by name,
    ``contacts`` a number, ``state`` and ``text`` words."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The sentence in English."""
        return SENTENCES[self.code].format(**{name: _written(value) for name, value in self.values.items()})


def reasons(s: Session, campaign: Campaign, now: datetime) -> list[Reason]:
    """What keeps calls from being placed at ``now``: the whole's reasons, the people's, then the list's."""
    found = _of_the_whole(s, campaign, now)
    found += _of_the_people(s, campaign.id)
    try:
        return found + _of_the_list(s, campaign.id, rules_for(campaign, campaign.project), now)
    except BadInput as err:
        return [*found, Reason("rules", {"text": str(err)})]


def _of_the_whole(s: Session, campaign: Campaign, now: datetime) -> list[Reason]:
    if campaign.state is not CampaignState.RUNNING:
        return [Reason("campaign_state", {"state": campaign.state.value})]
    if campaign.lease_until is None or campaign.lease_until < now:
        return [Reason("no_engine")]
    last = select(PacingWord.why).where(PacingWord.campaign_id == campaign.id).order_by(PacingWord.at.desc())
    word = s.scalars(last.limit(1)).first() or ""
    return [Reason("engine", {"text": word})] if word.startswith(NOTHING) else []


def _of_the_people(s: Session, campaign_id: int) -> list[Reason]:
    query = (
        select(OperatorSession.state, func.count())
        .where(
            OperatorSession.campaign_id == campaign_id,
            OperatorSession.line == 1,
            OperatorSession.state != OperatorState.OFFLINE,
        )
        .group_by(OperatorSession.state)
    )
    states = {OperatorState(state).value: int(n) for state, n in s.execute(query)}
    if not states:
        return [Reason("nobody_here")]
    if OperatorState.READY in states or OperatorState.PREVIEWING in states:
        return []
    return [Reason("nobody_ready", {"states": dict(sorted(states.items()))})]


def _of_the_list(s: Session, campaign_id: int, rules: Rules, now: datetime) -> list[Reason]:
    if ready := _ready_by_zones(s, campaign_id):
        if compliance.open_zone_sets(ready, rules, now):
            return []
        return [Reason("zones_closed", {"contacts": sum(ready.values()), "at": _opening(ready, rules, now)})]
    later = Contact.campaign_id == campaign_id, Contact.state.in_((ContactState.WAITING, ContactState.HELD))
    if (at := s.scalar(select(func.min(Contact.due_at)).where(*later))) is not None:
        return [Reason("waiting", {"at": at})]
    held = s.execute(select(Contact.held_by, func.count()).where(*later).group_by(Contact.held_by)).all()
    if held:
        return [Reason("held", {"rules": {rule or "": int(n) for rule, n in held}})]
    return [Reason("nothing_left")]


def _ready_by_zones(s: Session, campaign_id: int) -> dict[str, int]:
    query = (
        select(ZoneSet.names, func.count())
        .join(Contact, Contact.zone_set_id == ZoneSet.id)
        .where(Contact.campaign_id == campaign_id, Contact.state == ContactState.READY)
        .group_by(ZoneSet.names)
    )
    return {names: int(n) for names, n in s.execute(query)}


def _opening(zone_sets: dict[str, int], rules: Rules, now: datetime) -> datetime | None:
    """When the first of these zone sets opens; None if that cannot be known."""
    moments = []
    for names in zone_sets:
        try:
            at = next_open(rules.hours, tuple(names.split("|")), now)
        except UnknownZone:
            at = None
        moments += [at] if at else []
    return min(moments, default=None)


def _written(value: Any) -> str:
    """A value of a reason in English words."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, dict):
        return ", ".join(f"{n} {name or 'another rule'}" for name, n in value.items())
    return "no time that is known" if value is None else str(value)
