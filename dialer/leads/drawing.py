"""Drawing from the later pool into a new campaign: by a filter, counted first; who is drawn keeps their history.

A drawn contact is a copy in the new campaign with ``origin_id``, its answers with it; the old one stays as it was.
May import ``dialer.store``, ``dialer.compliance``, ``dialer.people`` and this room.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.compliance import suppression
from dialer.errors import Refusal
from dialer.leads import funnel, later, qualification, sieve
from dialer.people import audit
from dialer.rules.words import BAND_ORDER, Band, ContactState, Stage
from dialer.scripting.kept import scripts_of
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.leads import LaterPlace
from dialer.store.outbox import tell
from dialer.store.projects import Campaign, Project
from dialer.store.scripts import Answer, CallScript, ScriptVersion
from scripts.model import Field

MOST = 50_000
COPIED = ("field", "value", "attempt_id", "version_id", "node", "at")


@dataclass(frozen=True, slots=True)
class Waiting:
    """One contact of the pool that passed the filter."""

    contact: Contact
    place: LaterPlace
    temperature: str
    bant: dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of a drawing. ``taken``: a number is in the campaign already; ``barred``: no number may be dialled."""

    drawn: int
    taken: int
    barred: int


def fields_of(s: Session, project_id: int) -> dict[str, Field]:
    """Every field of every published script of the project; of two of one name the newer counts."""
    versions = select(ScriptVersion.id).join(CallScript).where(CallScript.project_id == project_id)
    scripts = scripts_of(s, s.scalars(versions))
    return {name: field for _, script in sorted(scripts.items()) for name, field in script.fields.items()}


def pool(
    s: Session, project: Project, expression: str, now: datetime, ready_by: datetime | None = None
) -> Iterator[Waiting]:
    """Who waits in the pool and passes, the first ready first; ``ready_by``: whose date has come then.

    Raises BadInput for a filter that cannot be used.
    """
    fields = fields_of(s, project.id)
    expression = sieve.check(expression, fields)
    query = (
        select(LaterPlace, Contact)
        .join(Contact, Contact.id == LaterPlace.contact_id)
        .where(LaterPlace.project_id == project.id, LaterPlace.drawn_at.is_(None))
        .order_by(LaterPlace.ready_at, LaterPlace.contact_id)
        .limit(MOST)
    )
    if ready_by is not None:
        query = query.where(LaterPlace.ready_at <= ready_by)
    rows = s.execute(query).all()
    ids = [contact.id for _, contact in rows]
    standings, answers = qualification.of_contacts(s, project, ids, now), _answers(s, ids)
    for place, contact in rows:
        standing = standings[contact.id]
        columns = {**contact.fields, "name": contact.name, "company": contact.company, "email": contact.email}
        days = (now - place.put_at).days
        names = sieve.names_of(fields, answers.get(contact.id, {}), columns, standing, place.reason, days)
        if sieve.passes(expression, names):
            yield Waiting(contact, place, standing.temperature, standing.bant)


def draw(
    s: Session, project: Project, campaign: Campaign, expression: str, by: int | None, now: datetime,
    ready_by: datetime | None = None,
) -> Drawn:  # fmt: skip
    """Copy who passes into a campaign of the same project. Raises BadInput, Refusal ``other_project``."""
    if campaign.project_id != project.id:
        raise Refusal("other_project")
    counts = {"drawn": 0, "taken": 0, "barred": 0}
    for waiting in list(pool(s, project, expression, now, ready_by)):
        counts[_take(s, waiting, campaign, by, now)] += 1
    made = Drawn(**counts)
    audit.write(s, now, by, "later.draw", f"campaign:{campaign.id}", drawn=made.drawn, taken=made.taken)
    tell(s, now, "campaign", f"campaign:{campaign.id}")
    return made


def _take(s: Session, waiting: Waiting, campaign: Campaign, by: int | None, now: datetime) -> str:
    old = waiting.contact
    numbers = [n.number for n in old.numbers if not n.bad]
    there = select(ContactNumber.id).where(ContactNumber.campaign_id == campaign.id, ContactNumber.number.in_(numbers))
    if s.scalar(there.limit(1)) is not None:
        return "taken"
    free = [n for n in numbers if suppression.check(s, n, campaign.project_id) is None]
    if not free:
        return "barred"
    made = _copy(s, old, campaign, now)
    made.number_id = next(n.id for n in made.numbers if n.number in free)
    later.leave(s, old.id, now, made.id)
    funnel.advance(s, made.id, Stage.CONTACTED, "drawn", now, by)
    return "drawn"


def _copy(s: Session, old: Contact, campaign: Campaign, now: datetime) -> Contact:
    made = Contact(
        campaign_id=campaign.id, state=ContactState.READY, band=BAND_ORDER[Band.FRESH], priority=old.priority,
        zone_set_id=old.zone_set_id, owner_id=None, name=old.name, company=old.company, email=old.email,
        fields=dict(old.fields), created_at=now, origin_id=old.id,
    )  # fmt: skip
    made.numbers = [
        ContactNumber(campaign_id=campaign.id, number=n.number, extension=n.extension, position=n.position, bad=n.bad)
        for n in old.numbers
    ]
    s.add(made)
    s.flush()
    for answer in s.scalars(select(Answer).where(Answer.contact_id == old.id)):
        s.add(Answer(contact_id=made.id, **{name: getattr(answer, name) for name in COPIED}))
    s.flush()
    return made


def _answers(s: Session, contacts: list[int]) -> dict[int, dict[str, object]]:
    found: dict[int, dict[str, object]] = {}
    for start in range(0, len(contacts), 10_000):
        some = contacts[start : start + 10_000]
        rows = s.execute(select(Answer.contact_id, Answer.field, Answer.value).where(Answer.contact_id.in_(some)))
        for contact_id, field, value in rows:
            found.setdefault(contact_id, {})[field] = value
    return found


def past(s: Session, contact: Contact) -> list[int]:
    """The contact's own id and those it was drawn from, newest first: whose history is its history."""
    found, origin = [contact.id], contact.origin_id
    while origin is not None and origin not in found:
        found.append(origin)
        origin = s.scalar(select(Contact.origin_id).where(Contact.id == origin))
    return found
