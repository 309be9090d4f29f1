"""Calls: rules of calling, what contacts wait for, consents, a person's data."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from dialer.compliance import consents, rules_for
from dialer.compliance import person as persons
from dialer.compliance.retry_forecast import forecast
from dialer.compliance.shown import as_dict
from dialer.compliance.waiting import look
from dialer.people import audit
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign
from webapp.api.contacts import _campaign, _contact
from webapp.api.room import Ask, call
from webapp.api.shapes import Shape, Taken
from webapp.data import settings

TAG = "rules"


class RulesOut(Shape):
    """The strictest merge: every value with its source, and the sources with version and date of review."""

    profile: str
    rules: list[dict[str, Any]]
    barred: list[str]
    sources: list[dict[str, str]]


class HourOut(Shape):
    at: datetime
    counts: dict[str, int]


class WaitingOut(Shape):
    """How many contacts wait for what: ``now``, then hour by hour for seven days. ``free`` may be called."""

    now: dict[str, int]
    hours: list[HourOut]
    sampled: bool
    talking: int


class RetriesQuery(Taken):
    plan: str = Field(default="", max_length=60)
    per_hour: float = Field(default=0, ge=0, le=100_000)
    contacts: int = Field(default=0, ge=0, le=100_000_000)


class DayOut(Shape):
    day: date
    first: int
    again: int
    closed: int


class RetriesOut(Shape):
    """Calls a day by a retry plan, before the launch. ``shares``: where the outcomes' shares come from."""

    days: list[DayOut]
    calls: int
    unfinished: int
    shares: str


class ConsentIn(Taken):
    given_on: date
    proof: str = Field(min_length=1, max_length=500)
    purpose: str = Field(default="", max_length=200)
    sha256: str = Field(default="", pattern="^([0-9a-f]{64})?$")


class ConsentsOut(Shape):
    recorded: int


class ErasedOut(Shape):
    contacts: int
    attempts: int
    numbers: int
    recordings: int


class PersonOut(Shape):
    """Everything kept of the person in this project, by table."""

    tables: dict[str, list[dict[str, Any]]]


@call("GET", "/campaigns/<int:campaign_id>/rules", gives=RulesOut, tag=TAG)
def get_rules(ask: Ask, campaign_id: int) -> RulesOut:
    """The rules a campaign dials by, each value with its source."""
    campaign = _campaign(ask, campaign_id, "campaign.see")
    return RulesOut(**as_dict(rules_for(campaign, campaign.project)))


@call("GET", "/campaigns/<int:campaign_id>/waiting", gives=WaitingOut, tag=TAG)
def get_waiting(ask: Ask, campaign_id: int) -> WaitingOut:
    """What holds the campaign's contacts, now and for the next seven days."""
    found = look(ask.s, _campaign(ask, campaign_id, "campaign.see"), ask.now).as_dict()
    return WaitingOut(**found)


@call("GET", "/campaigns/<int:campaign_id>/retries", asks=RetriesQuery, gives=RetriesOut, tag=TAG)
def get_retries(ask: Ask, query: RetriesQuery, campaign_id: int) -> RetriesOut:
    """How many calls a day a retry plan makes of the campaign's list."""
    campaign = _campaign(ask, campaign_id, "campaign.see")
    found, shares = forecast(ask.s, campaign, ask.now, plan=query.plan, per_hour=query.per_hour, size=query.contacts)
    days = [DayOut(day=day.day, first=day.first, again=day.again, closed=day.closed) for day in found.days]
    return RetriesOut(days=days, calls=found.calls, unfinished=found.unfinished, shares=shares)


@call("POST", "/contacts/<int:contact_id>/consents", takes=ConsentIn, gives=ConsentsOut, tag=TAG, creates=True)
def record_consent(ask: Ask, body: ConsentIn, contact_id: int) -> ConsentsOut:
    """The person agreed to be called in this project: for each of their numbers, with the proof."""
    contact = _contact(ask, contact_id, "contact.edit")
    project_id = ask.s.get_one(Campaign, contact.campaign_id).project_id
    given = {"project_id": project_id, "purpose": body.purpose, "sha256": body.sha256, "by": ask.user.id}
    for row in contact.numbers:
        consents.record(ask.s, row.number, body.given_on, body.proof, ask.now, **given)  # type: ignore[arg-type]
    audit.write(ask.s, ask.now, ask.user.id, "consent.record", f"contact:{contact_id}")
    return ConsentsOut(recorded=len(contact.numbers))


@call("POST", "/contacts/<int:contact_id>/consents/withdraw", gives=ConsentsOut, tag=TAG)
def withdraw_consent(ask: Ask, contact_id: int) -> ConsentsOut:
    """The person takes their consents back, in this project."""
    contact = _contact(ask, contact_id, "contact.edit")
    project_id = ask.s.get_one(Campaign, contact.campaign_id).project_id
    count = sum(consents.withdraw(ask.s, row.number, ask.now, project_id=project_id) for row in contact.numbers)
    audit.write(ask.s, ask.now, ask.user.id, "consent.withdraw", f"contact:{contact_id}", n=count)
    return ConsentsOut(recorded=count)


@call("GET", "/contacts/<int:contact_id>/person", gives=PersonOut, tag=TAG)
def export_person(ask: Ask, contact_id: int) -> PersonOut:
    """Everything kept of the person in this project; recordings by their names."""
    found, _ = _same_person(ask, _contact(ask, contact_id, "person.export"))
    audit.write(ask.s, ask.now, ask.user.id, "person.export", f"contact:{contact_id}")
    return PersonOut(tables=persons.export(ask.s, found))


@call("DELETE", "/contacts/<int:contact_id>/person", gives=ErasedOut, tag=TAG)
def erase_person(ask: Ask, contact_id: int) -> ErasedOut:
    """Erase the person in this project; the number is remembered as a keyed hash and never dialled again."""
    found, project_id = _same_person(ask, _contact(ask, contact_id, "person.erase"))
    done = persons.erase(ask.s, found, ask.now, project_id)
    audit.write(ask.s, ask.now, ask.user.id, "person.erase", f"contact:{contact_id}", contacts=done.contacts)
    removed = persons.remove_files(ask.s, settings(), done)
    return ErasedOut(contacts=done.contacts, attempts=done.attempts, numbers=done.numbers, recordings=removed)


def _same_person(ask: Ask, contact: Contact) -> tuple[persons.Person, int]:
    project_id = ask.s.get_one(Campaign, contact.campaign_id).project_id
    return persons.same_person(ask.s, contact, project_id), project_id
