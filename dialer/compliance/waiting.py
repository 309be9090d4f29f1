"""How many of a campaign's contacts wait for what: now, and hour by hour for the next seven days (P6).

What holds a contact is known for those that were refused (their rule and its moment) and for those that wait for a
retry or a callback. Of those that nobody has asked about yet, a sample is put to the gate and stands for the rest.
Hours are judged zone by zone for each hour. The forecast is of the rules, not of the dialling: it says how many could
be dialled at an hour if none were dialled before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from dialer.compliance.facts import list_days, load_facts
from dialer.compliance.rules import rules_for
from dialer.rules.compliance import DialFacts, Rules, campaign_refusal, open_zone_sets, verdicts
from dialer.rules.words import BAND_ORDER, Band, CampaignState, ContactState
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.projects import Campaign

HOUR = timedelta(hours=1)
HOURS = 7 * 24
SAMPLE = 400
"""Contacts put to the gate for all that were never asked about: an error of at most 5 % in 95 of 100 cases."""
FREE = "free"
"""Nothing holds these: they could be dialled."""
CALLBACK, RETRY, TALKING = "callback_due", "retry_due", "talking"
NO_NUMBER = "no_number"
"""What holds a contact that has no number to be dialled."""
BANDS = {BAND_ORDER[Band.CALLBACK]: CALLBACK}
ELSEWHERE = ("hours", "campaign", "contact")
"""Rules that the forecast judges itself, hour by hour, or leaves out."""


@dataclass(frozen=True)
class Group:
    """``n`` contacts of one zone set that wait for ``why`` until ``until`` (None: for good; with no ``why``: now)."""

    zones: str
    n: float
    why: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class Hour:
    """``counts`` by rule (or FREE, CALLBACK, RETRY) at one instant, most first."""

    at: datetime
    counts: dict[str, int]


@dataclass(frozen=True)
class Waiting:
    """``hours[0]`` is now; the others are the hours that follow. ``sampled``: some counts stand for a sample."""

    hours: tuple[Hour, ...]
    sampled: bool
    talking: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        hours = [{"at": hour.at.isoformat(), "counts": hour.counts} for hour in self.hours]
        return {"now": self.hours[0].counts, "hours": hours, "sampled": self.sampled, "talking": self.talking}

    def rules(self) -> list[str]:
        """Every reason that appears, most first; FREE leads."""
        total: Counter[str] = Counter()
        for hour in self.hours:
            total.update(hour.counts)
        return sorted(total, key=lambda why: (why != FREE, -total[why], why))


def look(s: Session, campaign: Campaign, now: datetime, hours: int = HOURS) -> Waiting:
    """Count now and for the next hours. Raises BadInput if the campaign's rules cannot be used."""
    rules = rules_for(campaign, campaign.project)
    ready, sampled = _ready(s, campaign, rules, now)
    groups = [*ready, *_waiting(s, campaign)]
    lists = list_days(s, rules, {campaign.project_id}) if rules.lists else {}
    start = now.replace(minute=0, second=0, microsecond=0)
    instants = [now, *(start + HOUR * k for k in range(1, hours + 1))]
    told = tuple(Hour(at, _count(groups, rules, _for_all(campaign, rules, lists, at), at)) for at in instants)
    return Waiting(told, sampled, _talking(s, campaign))


def _for_all(campaign: Campaign, rules: Rules, lists: Any, at: datetime) -> str:
    """The rule that holds everybody at ``at``; empty if none does."""
    refused = campaign_refusal(rules, campaign.mode, lists, at)
    return refused.rule if refused else ""


def _count(groups: list[Group], rules: Rules, for_all: str, at: datetime) -> dict[str, int]:
    zones = open_zone_sets({group.zones for group in groups}, rules, at)
    counts: Counter[str] = Counter()
    for group in groups:
        counts[_reason(group, zones, for_all, at)] += group.n  # type: ignore[assignment]
    return {why: round(n) for why, n in counts.most_common() if round(n)}


def _reason(group: Group, zones: set[str], for_all: str, at: datetime) -> str:
    if group.why and (group.until is None or group.until > at):
        return group.why
    return for_all or (FREE if group.zones in zones else "hours")


def _ready(s: Session, campaign: Campaign, rules: Rules, now: datetime) -> tuple[list[Group], bool]:
    """Contacts that may be claimed now; a sample of them tells what the gate would say."""
    mine = Contact.campaign_id == campaign.id, Contact.state == ContactState.READY
    query = select(ZoneSet.names, func.count()).join(Contact, Contact.zone_set_id == ZoneSet.id).where(*mine)
    totals: dict[str, int] = {names: n for names, n in s.execute(query.group_by(ZoneSet.names))}
    total = sum(totals.values())
    if not total:
        return [], False
    step = max(1, total // SAMPLE)
    some = select(Contact.id, Contact.number_id, ZoneSet.names).join(ZoneSet, ZoneSet.id == Contact.zone_set_id)
    rows = s.execute(some.where(*mine, Contact.id % step == 0).limit(2 * SAMPLE)).all()
    facts = load_facts(s, [(row.id, row.number_id or 0) for row in rows], rules, now)
    found = [(row.names, facts.get((row.id, row.number_id or 0))) for row in rows]
    asked = [_asked(one, rules, now) if one else Group(names, 1, NO_NUMBER) for names, one in found]
    return list(_scaled(asked, totals)), step > 1


def _asked(facts: DialFacts, rules: Rules, now: datetime) -> Group:
    judged = verdicts(replace(facts, campaign_state=CampaignState.RUNNING), rules, now)
    zones = "|".join(facts.zones)
    no = next((verdict for verdict in judged if not verdict.ok and verdict.rule not in ELSEWHERE), None)
    return Group(zones, 1, no.rule, no.until) if no else Group(zones, 1)


def _scaled(asked: list[Group], totals: dict[str, int]) -> Iterator[Group]:
    """Each zone set's sample stands for all its contacts; a set that the sample missed counts as free."""
    seen = Counter(group.zones for group in asked)
    for group in asked:
        yield replace(group, n=totals.get(group.zones, 0) / seen[group.zones])
    for zones in totals.keys() - seen.keys():
        yield Group(zones, totals[zones])


def _waiting(s: Session, campaign: Campaign) -> Iterable[Group]:
    """Contacts that wait for their time or were held by a rule, by the hour in which that ends."""
    hour = _hour_of(s, Contact.due_at)
    query = (
        select(ZoneSet.names, Contact.state, Contact.band, Contact.held_by, func.max(Contact.due_at), func.count())
        .join(Contact, Contact.zone_set_id == ZoneSet.id)
        .where(Contact.campaign_id == campaign.id, Contact.state.in_((ContactState.WAITING, ContactState.HELD)))
        .group_by(ZoneSet.names, Contact.state, Contact.band, Contact.held_by, hour)
    )
    for zones, state, band, held_by, until, n in s.execute(query):
        why = (held_by or "other") if state is ContactState.HELD else BANDS.get(band, RETRY)
        yield Group(zones, n, why, until)


def _hour_of(s: Session, column: Any) -> ColumnElement[Any]:
    if s.get_bind().dialect.name == "sqlite":
        return func.strftime("%Y-%m-%d %H", column)
    return func.date_trunc("hour", column)


def _talking(s: Session, campaign: Campaign) -> int:
    claimed = Contact.campaign_id == campaign.id, Contact.state == ContactState.CLAIMED
    return s.scalar(select(func.count()).select_from(Contact).where(*claimed)) or 0
