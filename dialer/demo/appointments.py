"""What a few days before the demo brought: one appointment that took place, and three to come, one of them confirmed.

Made by the same calls that the desk makes; their invitations lie in the demo's mail folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import ids
from dialer.desk.appointments import booking, results, slots
from dialer.rules.words import AttemptState, ContactState, Mode, Outcome
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.projects import Campaign

COUNT = 4
DAYS_AGO = timedelta(days=4)
DISPOSITION = "appointment"
NOTE = "Смотрит цены, решает вместе с директором"


def add(s: Session, campaign_id: int, operator_id: int, now: datetime) -> list[int]:
    """Book them with the campaign's closers for the last contacts of its list; returns the appointments' ids."""
    campaign, made = s.get_one(Campaign, campaign_id), []
    for contact, (booked_at, starts_at, closer_id) in zip(
        _contacts(s, campaign_id), _times(s, campaign, now), strict=False
    ):
        attempt = _talk(s, contact, operator_id, booked_at)
        row = booking.hold(s, attempt.id, closer_id, starts_at, operator_id, booked_at)
        booking.book(s, row.id, operator_id, booked_at, note=NOTE)
        if row.ends_at < now:
            results.end(s, row.id, True, closer_id, now)
        made.append(row.id)
    if made:
        results.confirm(s, made[-1], operator_id, now)
    return made


def _contacts(s: Session, campaign_id: int) -> list[Contact]:
    query = select(Contact).where(Contact.campaign_id == campaign_id, Contact.email != "")
    return list(s.scalars(query.order_by(Contact.id.desc()).limit(COUNT)))


def _times(s: Session, campaign: Campaign, now: datetime) -> Iterator[tuple[datetime, datetime, int]]:
    """(when it was agreed on, when it is, with whom): one that is over, then one on each of the next days."""
    before = now - DAYS_AGO
    for slot in slots.free(s, campaign, before, limit=1):
        yield before, slot.starts_at, slot.closer_id
    ahead = slots.free(s, campaign, now, limit=COUNT * slots.A_DAY)
    for slot in ahead[:: slots.A_DAY]:
        yield now, slot.starts_at, slot.closer_id


def _talk(s: Session, contact: Contact, operator_id: int, at: datetime) -> Attempt:
    """The call in which it was agreed on, long over."""
    number = s.scalars(select(ContactNumber).where(ContactNumber.contact_id == contact.id)).first()
    assert number is not None  # the list has one for everybody
    attempt = Attempt(
        id=ids.new("a"), campaign_id=contact.campaign_id, contact_id=contact.id, number_id=number.id,
        to_number=number.number, provider="pretend", mode=Mode.PROGRESSIVE, state=AttemptState.CLOSED,
        outcome=Outcome.ANSWERED, disposition=DISPOSITION, disposed_by=operator_id, operator_id=operator_id,
        placed_at=at, sent_at=at, answered_at=at, connected_at=at, ended_at=at + timedelta(minutes=3),
    )  # fmt: skip
    s.add(attempt)
    contact.state, contact.disposition, contact.disposed_at = ContactState.CLOSED, DISPOSITION, at
    contact.owner_id, contact.tries = operator_id, 1
    s.flush()
    return attempt
