"""The gate: may this number be dialled now, and if not, which rule says so and until when.

Step 3 of a call, at claim and again just before sending. :func:`may_dial` is the first refusal of the very verdicts
that the why page shows: there is one code path. Rules about standing (campaign, contact, number) come first, then place
and time, then caps and waits. May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from dialer.rules.caps import CALENDAR
from dialer.rules.facts import UNCHECKED, DialFacts
from dialer.rules.hours import Hours, all_open, next_open
from dialer.rules.hours_text import write_windows
from dialer.rules.localtime import UnknownZone, zone
from dialer.rules.prefixes import barred_by
from dialer.rules.ruleset import WAITS, Rules
from dialer.rules.verdicts import Allowed, Refused, Verdict, no, yes
from dialer.rules.words import CampaignState, ContactState, Mode

DIALLABLE = (ContactState.READY, ContactState.CLAIMED)
ROUNDS = 64
"""How often :func:`next_moment` lets the rules push each other on before it calls them irreconcilable."""


def may_dial(facts: DialFacts, rules: Rules, now: datetime) -> Allowed | Refused:
    """Whether the call may go out at ``now``, or the first rule that refuses it."""
    for verdict in _judge(facts, rules, now):
        if not verdict.ok:
            return Refused(verdict.rule, verdict.until, verdict.detail)
    return Allowed()


def verdicts(facts: DialFacts, rules: Rules, now: datetime) -> list[Verdict]:
    """Every rule's word on the call, in the order in which :func:`may_dial` asks them."""
    return list(_judge(facts, rules, now))


def next_moment(facts: DialFacts, rules: Rules, now: datetime) -> datetime | None:
    """The first instant from ``now`` on at which every rule allows the call; None: not by the mere passing of time."""
    at = now
    for _ in range(ROUNDS):
        refusals = [verdict for verdict in _judge(facts, rules, at) if not verdict.ok]
        if not refusals:
            return at
        moments = [verdict.until for verdict in refusals if verdict.until]
        if len(moments) < len(refusals):
            return None
        at = max(moments)
    return None


def campaign_refusal(
    rules: Rules, mode: Mode, lists: Mapping[str, date | None] | None, now: datetime
) -> Verdict | None:
    """The first verdict against every call of a campaign, whoever is called: lists too old, a mode not allowed."""
    nobody = DialFacts("", 0, 0, (), CampaignState.RUNNING, ContactState.READY, mode=mode)
    for early, today in zip(_lists(lists, rules, _first_day(now)), _lists(lists, rules, now.date()), strict=True):
        if not early.ok:
            return today  # for everybody, wherever they are; told by the day that people here have
    return next((verdict for verdict in _mode(nobody, rules) if not verdict.ok), None)


def _judge(facts: DialFacts, rules: Rules, now: datetime) -> Iterator[Verdict]:
    yield _campaign(facts)
    yield _contact(facts, now)
    yield no("bad_number") if facts.number_bad else yes("bad_number")
    yield _suppressed(facts)
    yield from _lists(facts.lists, rules, _day_there(facts, now))
    yield _prefix(facts, rules)
    yield from _mode(facts, rules)
    yield from _consent(facts, rules, now)
    place = _zone(facts, rules)
    yield place
    if place.ok:
        yield from _hours(facts, rules, now)
    yield from _caps(facts, rules, now, place.ok)
    yield from _waits(facts, rules, now)


def _campaign(facts: DialFacts) -> Verdict:
    verdict = yes if facts.campaign_state is CampaignState.RUNNING else no
    return verdict("campaign", state=facts.campaign_state.value)


def _contact(facts: DialFacts, now: datetime) -> Verdict:
    detail: dict[str, Any] = {"state": facts.contact_state.value, "held_by": facts.held_by}
    if facts.contact_state in DIALLABLE:
        return yes("contact", **detail)
    if facts.contact_state not in (ContactState.WAITING, ContactState.HELD) or facts.due_at is None:
        return no("contact", **detail)
    return yes("contact", **detail) if facts.due_at <= now else no("contact", facts.due_at, **detail)


def _suppressed(facts: DialFacts) -> Verdict:
    entry = facts.suppressed
    if entry is None:
        return yes("suppressed")
    if entry == UNCHECKED:
        return no("suppressed", unchecked=True)
    return no("suppressed", reason=entry.reason, scope_id=entry.scope_id, entry=entry.entry)


def _lists(lists: Mapping[str, date | None] | None, rules: Rules, today: date) -> Iterator[Verdict]:
    """The copies of the lists that a law names must be there and young enough on the day of the call."""
    for one in rules.lists:
        detail: dict[str, Any] = {"list": one.name, "max_age_d": one.max_age_d, "source": one.source}
        if lists is None:
            yield no(one.rule, unchecked=True, **detail)
            continue
        as_of = lists.get(one.name)
        detail |= {"as_of": as_of.isoformat() if as_of else None, "age_d": one.age_d(as_of, today) if as_of else None}
        fresh = as_of is not None and one.age_d(as_of, today) <= one.max_age_d
        yield yes(one.rule, **detail) if fresh else no(one.rule, **detail)


def _prefix(facts: DialFacts, rules: Rules) -> Verdict:
    refusal = barred_by(facts.number, rules.prefixes, rules.barred)
    return Verdict("prefix", False, None, dict(refusal)) if refusal else yes("prefix")


def _mode(facts: DialFacts, rules: Rules) -> Iterator[Verdict]:
    for modes in rules.modes:
        verdict = yes if facts.mode in modes.allowed else no
        mode = facts.mode.value if facts.mode else None
        yield verdict("mode", mode=mode, allowed=sorted(modes.allowed), source=modes.source)


def _consent(facts: DialFacts, rules: Rules, now: datetime) -> Iterator[Verdict]:
    for consent in rules.consent:
        needed = _day_anywhere(now) >= consent.since
        given = facts.consent_on is not None and facts.consent_on <= _day_anywhere(now)
        verdict = no if needed and not given else yes
        on = facts.consent_on.isoformat() if facts.consent_on else None
        yield verdict("consent", given_on=on, source=consent.source)


def _day_anywhere(now: datetime) -> date:
    """The latest day that any clock on Earth shows: UTC+14."""
    return (now + timedelta(hours=14)).date()


def _day_there(facts: DialFacts, now: datetime) -> date:
    """The latest day on any clock of the callee's; on any clock at all if none of theirs can be read."""
    try:
        return max(now.astimezone(zone(name)).date() for name in facts.zones)
    except ValueError:  # also UnknownZone, and max() of nothing
        return _day_anywhere(now)


def _first_day(now: datetime) -> date:
    """The earliest day that any clock on Earth shows: UTC-12."""
    return (now - timedelta(hours=12)).date()


def _zone(facts: DialFacts, rules: Rules) -> Verdict:
    """Whether the callee's clock can be read, if any rule needs it."""
    needed = any(not layer.zone for layer in rules.hours) or any(cap.per in CALENDAR for cap in rules.caps)
    names = list(facts.zones)
    if not needed:
        return yes("zone", zones=names)
    try:
        known = [zone(name).key for name in names]
    except UnknownZone:
        known = []
    return yes("zone", zones=names) if known else no("zone", zones=names)


def _hours(facts: DialFacts, rules: Rules, now: datetime) -> Iterator[Verdict]:
    if not rules.hours:
        return
    needed = {name for layer in rules.hours for name in ((layer.zone,) if layer.zone else facts.zones)}
    places = {name: now.astimezone(zone(name)).isoformat(timespec="minutes") for name in sorted(needed)}
    if all_open(rules.hours, facts.zones, now):
        yield yes("hours", local=places)
        return
    closed = [layer for layer in rules.hours if not all_open((layer,), facts.zones, now)]
    windows = {layer.source: _windows_today(layer.zone or facts.zones[0], layer, now) for layer in closed}
    yield no("hours", next_open(rules.hours, facts.zones, now), local=places, windows=windows)


def _windows_today(name: str, layer: Hours, now: datetime) -> str:
    return write_windows(layer.windows_on(now.astimezone(zone(name)).date()))


def _caps(facts: DialFacts, rules: Rules, now: datetime, clock_known: bool) -> Iterator[Verdict]:
    for cap in rules.caps:
        attempts = facts.number_attempts if cap.of == "number" else facts.contact_attempts
        detail: dict[str, Any] = {"of": cap.of, "per": cap.per, "cap": cap.n, "source": cap.source}
        if attempts is None or (cap.per in CALENDAR and not clock_known):
            yield no(cap.rule, unchecked=True, **detail)
            continue
        detail["made"] = cap.counted(attempts, facts.zones, now)
        if detail["made"] < cap.n:
            yield yes(cap.rule, **detail)
        else:
            yield no(cap.rule, cap.next_free(attempts, facts.zones, now), **detail)


def _waits(facts: DialFacts, rules: Rules, now: datetime) -> Iterator[Verdict]:
    """The shortest gap between attempts, and the rest after a talk, a call we dropped or a refusal."""
    known = facts.number_attempts is not None and facts.contact_attempts is not None
    attempts = (facts.number_attempts or ()) + (facts.contact_attempts or ())
    since = (attempts, facts.talked_at, facts.abandoned_at, facts.refused_at)
    for name, moments in zip(WAITS, since, strict=True):
        limit = rules.limit(name)
        if limit is None:
            continue
        rule, source = name.removesuffix("_s"), limit.source
        free = max((at + timedelta(seconds=limit.value) for at in moments), default=now)
        if not known:
            yield no(rule, unchecked=True, seconds=limit.value, source=source)
        elif free > now:
            yield no(rule, free, seconds=limit.value, source=source)
        else:
            yield yes(rule, seconds=limit.value, source=source)
