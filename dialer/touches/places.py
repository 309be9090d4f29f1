"""Where each contact stands in its campaign's cadence: begun by the first call, moved by what happens, stopped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from dialer.errors import BadInput
from dialer.rules.dispositions import Disposition
from dialer.rules.words import ContactState
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign
from dialer.store.touches import TouchPlace
from dialer.touches import cadence
from dialer.touches.cadence import Cadence


def of_campaign(campaign: Campaign) -> Cadence:
    """The campaign's cadence; one that cannot be read any more counts as none: calls must go on."""
    try:
        return cadence.read(campaign.cadence)
    except BadInput:
        return cadence.NONE


def after_call(s: Session, contact: Contact, chosen: Disposition, now: datetime) -> None:
    """A call was disposed of and the contact moved on: begin, go on to the next touch, or stop.

    While the retry plan or a promise has the contact, the cadence waits; once nothing else is planned, it goes on.
    """
    campaign = s.get_one(Campaign, contact.campaign_id)
    if not campaign.cadence:
        return
    touches, place = of_campaign(campaign), s.get(TouchPlace, contact.id)
    if place is not None and place.stopped_at is not None:
        return
    if reason := touches.ends(chosen):
        _close(s, place or _begin(s, contact), reason, now)
        return
    if chosen.next == "info":
        contact.state, contact.due_at = ContactState.CLOSED, None  # letters first; the cadence calls again
    if contact.state is ContactState.CLOSED and touches.steps:
        place = place or _begin(s, contact)
        if place.due_at is None:
            schedule(place, touches, now)


def _begin(s: Session, contact: Contact) -> TouchPlace:
    place = TouchPlace(contact_id=contact.id, campaign_id=contact.campaign_id, step=0)
    s.add(place)
    s.flush()
    return place


def schedule(place: TouchPlace, touches: Cadence, now: datetime) -> None:
    """When the next touch is due; behind the last one the cadence is done."""
    if place.step < len(touches.steps):
        place.due_at = now + touches.steps[place.step].after
    else:
        place.due_at, place.stopped_at, place.stop_reason = None, now, "done"


def stop(s: Session, contact_id: int, reason: str, now: datetime) -> bool:
    """End a contact's cadence; False if there is none under way. A call it had planned is not made any more."""
    place = s.get(TouchPlace, contact_id, with_for_update=True)
    if place is None or place.stopped_at is not None:
        return False
    called = place.due_at is None and place.step > 0
    _close(s, place, reason, now)
    contact = s.get_one(Contact, contact_id, with_for_update=True, populate_existing=True)
    if called and contact.state in (ContactState.WAITING, ContactState.READY):
        contact.state, contact.due_at = ContactState.CLOSED, None
    return True


def _close(s: Session, place: TouchPlace, reason: str, now: datetime) -> None:
    place.due_at, place.stopped_at, place.stop_reason = None, now, reason
    s.flush()
