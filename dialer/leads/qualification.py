"""Qualification: how each contact of a base stands by its project's terms. A view: nothing here writes.

Changing the terms re-scores everybody at the next look, without one call. May import ``dialer.store`` and ``scripts``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, func, select
from sqlalchemy.orm import Session

from dialer.leads import terms as terms_of
from dialer.leads.points import NOTHING_KNOWN, Points, PriceList, Standing, judge
from dialer.leads.terms import Terms
from dialer.scripting.kept import scripts_of
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign, Project
from dialer.store.scripts import Answer, CallScript, ScriptRun
from scripts.model import Script


@dataclass(frozen=True)
class Count:
    """A base by temperature, and how many meet the terms."""

    contacts: int
    met: int
    temperatures: dict[str, int]


def base(s: Session, project: Project, now: datetime, terms: Terms | None = None) -> Iterator[tuple[int, Standing]]:
    """Every contact of the project that answered anything: (contact id, how it stands)."""
    used = terms or terms_of.of(project)
    campaigns = list(s.scalars(select(Campaign.id).where(Campaign.project_id == project.id)))
    where = Answer.contact_id.in_(select(Contact.id).where(Contact.campaign_id.in_(campaigns)))
    for contact_id, (points, last_at) in _scored(s, where, now).items():
        yield contact_id, judge(points, used, now - last_at)


def of_contacts(s: Session, project: Project, contacts: Sequence[int], now: datetime) -> dict[int, Standing]:
    """How these contacts stand; one that answered nothing is not known in any letter."""
    used = terms_of.of(project)
    found = _scored(s, Answer.contact_id.in_(contacts), now) if contacts else {}
    return {
        c: judge(found[c][0], used, now - found[c][1]) if c in found else judge(NOTHING_KNOWN, used) for c in contacts
    }


def count(standings: Iterable[tuple[int, Standing]]) -> Count:
    """Add a base up."""
    temperatures: Counter[str] = Counter()
    met = n = 0
    for _, standing in standings:
        n += 1
        met += standing.met
        temperatures[standing.temperature] += 1
    return Count(n, met, {name: temperatures[name] for name in ("hot", "warm", "cold")})


def of_attempt(s: Session, attempt: Attempt, now: datetime) -> Standing:
    """How the contact of a call stands by what it has answered until now."""
    run = s.get(ScriptRun, attempt.id)
    version_id = run.version_id if run else attempt.script_version_id
    return _by_script(s, attempt.campaign_id, attempt.contact_id, version_id, now)


def of_contact(s: Session, contact: Contact, now: datetime) -> Standing:
    """How a contact stands that nobody has talked to, by its campaign's script."""
    return _by_script(s, contact.campaign_id, contact.id, None, now)


def _by_script(s: Session, campaign_id: int, contact_id: int, version_id: int | None, now: datetime) -> Standing:
    campaign = s.get_one(Campaign, campaign_id)
    project = s.get_one(Project, campaign.project_id)
    found = _of_one(s, contact_id, now)
    script = _script_of(s, campaign, version_id)
    gated = script is not None and any(field.bant for field in script.fields.values())
    return judge(found[0] if found else NOTHING_KNOWN, terms_of.of(project), gated=gated)


def _script_of(s: Session, campaign: Campaign, version_id: int | None) -> Script | None:
    if version_id is None:
        kept = s.get(CallScript, campaign.script_id) if campaign.script_id else None
        version_id = kept.published_id if kept else None
    return scripts_of(s, [version_id]).get(version_id) if version_id else None


def _of_one(s: Session, contact_id: int, now: datetime) -> tuple[Points, datetime] | None:
    """(points, last answer at) of one contact by one question, for the desk asks at each step; None without answers."""
    columns = Answer.version_id, Answer.field, cast(Answer.value, String), Answer.at
    where = (Answer.contact_id == contact_id) & Answer.version_id.is_not(None)
    rows = s.execute(select(*columns).where(where)).all()
    if not rows:
        return None
    given = [(row[0] or 0, row[1], row[2]) for row in rows]
    prices = PriceList(scripts_of(s, {version_id for version_id, _field, _value in given}), now.date())
    return prices.letters(given), max(row[3] for row in rows)


def _scored(s: Session, where: ColumnElement[bool], now: datetime) -> dict[int, tuple[Points, datetime]]:
    """contact id -> (points, last answer at), for contacts with an answer along a script."""
    known = where & Answer.version_id.is_not(None)
    versions = [v for v in s.scalars(select(Answer.version_id).where(known).distinct()) if v is not None]
    prices = PriceList(scripts_of(s, versions), now.date())
    speaking = {name for script in prices.scripts.values() for name, field in script.fields.items() if field.bant}
    newest = select(Answer.contact_id, func.max(Answer.at)).where(known).group_by(Answer.contact_id)
    last: dict[int, datetime] = dict(s.execute(newest).all())
    rows = s.execute(
        select(Answer.contact_id, Answer.version_id, Answer.field, cast(Answer.value, String))
        .where(known, Answer.field.in_(speaking))
        .execution_options(yield_per=10_000)
    )
    answers: dict[int, list[tuple[int, str, str]]] = {}
    for contact_id, version_id, field, value in rows:
        answers.setdefault(contact_id, []).append((version_id or 0, field, value))
    return {c: (prices.letters(answers.get(c, ())), at) for c, at in last.items()}
