"""Loading what the gate must know, for a batch of contacts in a few queries (step 3 of a call).

Attempts that our side could not place (``failed``) and calls that came in do not count towards caps; every other
attempt does, also one whose outcome is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from dialer.compliance import consents
from dialer.compliance.entries import covering, scopes_of
from dialer.rules.compliance import DialFacts, Rules
from dialer.rules.open_zones import split
from dialer.rules.words import Outcome
from dialer.store.base import Utc
from dialer.store.calls import Attempt
from dialer.store.compliance import ListImport
from dialer.store.contacts import Contact, ContactNumber, ZoneSet
from dialer.store.projects import Campaign

CONSENT_FIELD = "consent"
"""The column of an imported list that says when consent was given: a date such as 2026-03-01, or yes."""
YES = {"yes", "y", "true", "1", "да"}
NO_ZONES = ""

# Both are put together once: that takes three times as long as carrying them out.
_WHO = (
    select(
        Contact.id.label("contact_id"),
        Contact.state,
        Contact.due_at,
        Contact.held_by,
        Contact.fields,
        ContactNumber.id.label("number_id"),
        ContactNumber.number,
        ContactNumber.bad,
        ZoneSet.names.label("zones"),
        Campaign.id.label("campaign_id"),
        Campaign.project_id,
        Campaign.state.label("campaign_state"),
        Campaign.mode,
    )
    .join(ContactNumber, ContactNumber.contact_id == Contact.id)
    .join(Campaign, Campaign.id == Contact.campaign_id)
    .outerjoin(ZoneSet, ZoneSet.id == Contact.zone_set_id)
    .where(
        Contact.id.in_(bindparam("contacts", expanding=True)),
        ContactNumber.id.in_(bindparam("numbers", expanding=True)),
    )
)
_CALLS = select(
    Attempt.contact_id,
    Attempt.to_number,
    Attempt.placed_at,
    Attempt.connected_at,
    Attempt.answered_at,
    Attempt.ended_at,
    Attempt.abandoned,
    Attempt.disposition,
).where(
    # One query for both: each half has an index of its own, and both databases join the two.
    or_(
        and_(
            Attempt.to_number.in_(bindparam("numbers", expanding=True)),
            Attempt.placed_at > bindparam("since", type_=Utc),
        ),
        Attempt.contact_id.in_(bindparam("contacts", expanding=True)),
    ),
    ~Attempt.inbound,
    or_(Attempt.outcome.is_(None), Attempt.outcome != Outcome.FAILED),
    Attempt.id.not_in(bindparam("without", expanding=True)),
)
_LISTS = (
    select(ListImport.name, func.max(ListImport.as_of).label("as_of"))
    .where(
        ListImport.name.in_(bindparam("names", expanding=True)),
        ListImport.scope_id.in_(bindparam("scopes", expanding=True)),
    )
    .group_by(ListImport.name)
)
REFUSALS = frozenset({"refused_soft", "refused_hard", "gatekeeper_refusal"})
"""Dispositions after which a source may ask for a rest."""
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
"""Before any attempt."""

Pair = tuple[int, int]
"""A contact's id and the id of the number to be dialled."""


class _Call(NamedTuple):
    """An earlier attempt, as far as the gate cares."""

    contact_id: int
    to_number: str
    placed_at: datetime
    talked_at: datetime | None
    abandoned_at: datetime | None
    refused_at: datetime | None


def load_facts(
    session: Session, pairs: Sequence[Pair], rules: Rules, now: datetime, without: Collection[str] = ()
) -> dict[Pair, DialFacts]:
    """The facts of each pair; a pair that does not exist is missing from the answer.

    ``without``: attempt ids that do not count, such as the one about to be sent. All pairs are of one project. Eight
    queries at most, however many pairs: consents and ages of lists are only asked for where a rule needs them.
    """
    rows = _rows(session, pairs)
    numbers = {row.number for row in rows}
    entries = covering(session, {(row.number, row.project_id) for row in rows})
    calls = _calls(session, numbers, {row.contact_id for row in rows}, rules, now, without)
    given = consents.latest(session, numbers) if rules.consent else {}
    lists = list_days(session, rules, {row.project_id for row in rows}) if rules.lists else {}
    by_number, by_contact = _grouped(calls, "to_number"), _grouped(calls, "contact_id")
    found = {}
    for row in rows:
        mine = {*by_number[row.number], *by_contact[row.contact_id]}
        found[row.contact_id, row.number_id] = DialFacts(
            number=row.number,
            campaign_id=row.campaign_id,
            project_id=row.project_id,
            zones=split(row.zones or NO_ZONES),
            campaign_state=row.campaign_state,
            contact_state=row.state,
            suppressed=entries.get((row.number, row.project_id)),
            number_attempts=_placed(by_number[row.number]),
            contact_attempts=_placed(by_contact[row.contact_id]),
            talked_at=tuple(call.talked_at for call in mine if call.talked_at),
            abandoned_at=tuple(call.abandoned_at for call in mine if call.abandoned_at),
            refused_at=tuple(call.refused_at for call in mine if call.refused_at),
            number_bad=row.bad,
            due_at=row.due_at,
            held_by=row.held_by,
            mode=row.mode,
            consent_on=_consent(given, row),
            lists=lists,
            contact_id=row.contact_id,
            number_id=row.number_id,
        )
    return found


def _rows(session: Session, pairs: Sequence[Pair]) -> list[Any]:
    contacts, numbers = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    query = session.execute(_WHO, {"contacts": contacts, "numbers": numbers})
    wanted = set(pairs)
    return [row for row in query if (row.contact_id, row.number_id) in wanted]


def _calls(
    session: Session,
    numbers: Collection[str],
    contacts: Collection[int],
    rules: Rules,
    now: datetime,
    without: Collection[str],
) -> list[_Call]:
    back = rules.look_back()
    since = LONG_AGO if back is None else now - back
    wanted = {"contacts": contacts, "numbers": numbers if back is None or back else (), "since": since}
    found = session.execute(_CALLS, {**wanted, "without": without})
    calls = (
        _Call(
            row.contact_id,
            row.to_number,
            row.placed_at,
            (row.ended_at or row.connected_at) if row.connected_at else None,
            (row.ended_at or row.answered_at or row.placed_at) if row.abandoned else None,
            (row.ended_at or row.placed_at) if row.disposition in REFUSALS else None,
        )
        for row in found
    )
    return list(dict.fromkeys(calls))


def _grouped(calls: Iterable[_Call], key: str) -> defaultdict[Any, list[_Call]]:
    groups: defaultdict[Any, list[_Call]] = defaultdict(list)
    for call in calls:
        groups[getattr(call, key)].append(call)
    return groups


def _placed(calls: Iterable[_Call]) -> tuple[datetime, ...]:
    return tuple(sorted(call.placed_at for call in calls))


def list_days(session: Session, rules: Rules, projects: Collection[int]) -> dict[str, date | None]:
    """The lists that the rules name -> the day of the youngest copy that holds for every one of the projects."""
    scopes = {scope for several in scopes_of(session, projects).values() for scope in several}
    names = [one.name for one in rules.lists]
    rows = session.execute(_LISTS, {"names": names, "scopes": scopes})
    days: dict[str, date] = {row.name: row.as_of for row in rows}
    return {name: days.get(name) for name in names}


def _consent(given: dict[str, list[consents.Given]], row: Any) -> date | None:
    """The day of the newest recorded consent for this project; one withdrawn counts against the list's own column."""
    recorded = [one for one in given.get(row.number, ()) if one.project_id in (None, row.project_id)]
    if recorded:
        return next((one.given_on for one in recorded if not one.withdrawn), None)
    return consent_on(row.fields)


def consent_on(fields: dict[str, Any] | None) -> date | None:
    """The day consent was given by the contact's own column; None if there is no such column or it cannot be read."""
    text = str((fields or {}).get(CONSENT_FIELD) or "").strip().lower()
    if text in YES:
        return date.min
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC).date() if text else None
    except ValueError:
        return None
