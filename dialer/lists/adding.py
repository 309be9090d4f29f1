"""One contact added by hand or by a program, by the same rules as a row of a file.

Step 1 of the way of a call. May import ``dialer.store``, ``dialer.compliance`` and this room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.compliance import suppression
from dialer.errors import BadInput, Refusal
from dialer.lists import bulk, ranges, reasons, zones
from dialer.lists.dialling_plan import Number
from dialer.lists.numbers import Numbers
from dialer.lists.reasons import RowRejected
from dialer.lists.text import clean
from dialer.rules.words import BAND_ORDER, Band, ContactState
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.outbox import tell
from dialer.store.projects import Campaign


@dataclass(frozen=True)
class Given:
    """What is known of the contact. ``zone`` and ``city`` as people write them; without them the numbers decide."""

    numbers: Sequence[str]
    name: str = ""
    company: str = ""
    email: str = ""
    zone: str = ""
    city: str = ""
    priority: int = 0
    fields: Mapping[str, str] = field(default_factory=dict)


def add(s: Session, campaign: Campaign, given: Given, now: datetime) -> Contact:
    """A new contact, suppressed at once if none of its numbers may be dialled.

    Raises BadInput with one sentence for a number or zone that cannot be used, Refusal ``number_taken``.
    """
    ranges.read(s)
    numbers, zone_names = _read(campaign, given)
    taken = select(ContactNumber.contact_id).where(
        ContactNumber.campaign_id == campaign.id, ContactNumber.number.in_([n.e164 for n in numbers])
    )
    if (there := s.scalar(taken.limit(1))) is not None:
        raise Refusal("number_taken", contact=there)
    city = {"city": clean(given.city)} if given.city else {}
    contact = Contact(
        campaign_id=campaign.id, state=ContactState.READY, band=BAND_ORDER[Band.FRESH], priority=given.priority,
        zone_set_id=bulk.zone_set(s, zone_names), name=clean(given.name), company=clean(given.company),
        email=clean(given.email), fields=city | {k: clean(v) for k, v in given.fields.items()}, created_at=now,
    )  # fmt: skip
    contact.numbers = [
        ContactNumber(campaign_id=campaign.id, number=n.e164, extension=n.extension, position=place)
        for place, n in enumerate(numbers)
    ]
    s.add(contact)
    s.flush()
    _choose_number(s, contact, campaign.project_id)
    tell(s, now, "campaign", f"campaign:{campaign.id}")
    return contact


def _read(campaign: Campaign, given: Given) -> tuple[list[Number], str]:
    reader = Numbers(campaign.project.country)
    try:
        found = [number for text in given.numbers for number in reader.read(text)[0]]
        zone_names = zones.explicit(given.zone, given.city, "") or (zones.of_numbers(found) if found else "")
    except RowRejected as rejected:
        raise BadInput(reasons.REASONS[rejected.code][0].format(rejected.detail)) from rejected
    if not found:
        raise BadInput(reasons.REASONS["no_number"][0])
    return list({number.e164: number for number in found}.values()), zone_names


def _choose_number(s: Session, contact: Contact, project_id: int) -> None:
    """The first number that may be dialled is dialled first."""
    free = [n for n in contact.numbers if suppression.check(s, n.number, project_id) is None]
    contact.number_id = (free or contact.numbers)[0].id
    if not free:
        contact.state = ContactState.SUPPRESSED
