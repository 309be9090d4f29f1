"""Contacts follow the suppression list: who has no number left that may be dialled is ``suppressed``, and freed again.

A contact that is being dialled or talked to (``claimed``) is left alone: the gate asks again just before sending, and
the next claim sees the list as it then is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from dialer import profiles
from dialer.compliance.entries import covering
from dialer.rules.words import ContactState
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.desk import Callback
from dialer.store.outbox import tell
from dialer.store.projects import Campaign

OPEN = (ContactState.READY, ContactState.WAITING, ContactState.HELD)
RULE = "suppressed"
BATCH = 1000
WORKED = ("close", "suppress", "lead")
"""What a last disposition leads to that leaves nothing to dial, so that a freed contact is closed, not ready."""


def settle(s: Session, contact_ids: Iterable[int], now: datetime) -> int:
    """Bring these contacts in line with the list, in the caller's transaction; returns how many changed state."""
    ids = sorted(set(contact_ids))
    changed = 0
    campaigns: set[int] = set()
    for start in range(0, len(ids), BATCH):
        moved = _settle(s, ids[start : start + BATCH], now)
        changed += len(moved)
        campaigns |= {contact.campaign_id for contact in moved}
    for campaign_id in sorted(campaigns):
        tell(s, now, "campaign", f"campaign:{campaign_id}", campaign=campaign_id)
    return changed


def settle_campaign(s: Session, campaign_id: int, now: datetime) -> int:
    """The same for every open or suppressed contact of a campaign: after an import of contacts, for one."""
    states = (*OPEN, ContactState.SUPPRESSED)
    query = select(Contact.id).where(Contact.campaign_id == campaign_id, Contact.state.in_(states))
    return settle(s, s.scalars(query), now)


def _settle(s: Session, ids: list[int], now: datetime) -> list[Contact]:
    contacts = s.scalars(
        select(Contact)
        .where(Contact.id.in_(ids), Contact.state.in_((*OPEN, ContactState.SUPPRESSED)))
        .options(selectinload(Contact.numbers))
        .order_by(Contact.id)
        .with_for_update(of=Contact)
        .execution_options(populate_existing=True)
    ).all()
    projects = _projects(s, {contact.campaign_id for contact in contacts})
    wanted = {(n.number, projects[c.campaign_id]) for c in contacts for n in c.numbers}
    covered = set(covering(s, wanted))
    moved = [contact for contact in contacts if _follow(contact, projects[contact.campaign_id], covered, now)]
    _cancel_callbacks(s, [c.id for c in moved if c.state is ContactState.SUPPRESSED], now)
    s.flush()
    return moved


def _projects(s: Session, campaign_ids: Collection[int]) -> dict[int, int]:
    rows = s.execute(select(Campaign.id, Campaign.project_id).where(Campaign.id.in_(campaign_ids)))
    return {row.id: row.project_id for row in rows}


def _follow(contact: Contact, project_id: int, covered: set[tuple[str, int]], now: datetime) -> bool:
    """Move one contact; whether its state changed."""
    stopped = [n for n in contact.numbers if (n.number, project_id) in covered]
    usable = [n for n in contact.numbers if not n.bad and n not in stopped]
    if contact.state is not ContactState.SUPPRESSED and not usable and stopped:
        contact.state, contact.held_by = ContactState.SUPPRESSED, RULE
        return True
    _choose_number(contact, usable)
    if contact.state is not ContactState.SUPPRESSED or not usable:
        return False
    contact.state, contact.held_by = _state_when_freed(contact, now), None
    return True


def _choose_number(contact: Contact, usable: list[ContactNumber]) -> None:
    """Point the contact at a number that may be dialled, if the one it points at may not."""
    if usable and contact.number_id not in [number.id for number in usable]:
        contact.number_id = usable[0].id


def _state_when_freed(contact: Contact, now: datetime) -> ContactState:
    last = profiles.dispositions().get(contact.disposition or "")
    if last is not None and last.next in WORKED:
        return ContactState.CLOSED
    if contact.due_at is not None and contact.due_at > now:
        return ContactState.WAITING
    contact.due_at = None
    return ContactState.READY


def _cancel_callbacks(s: Session, contact_ids: list[int], now: datetime) -> None:
    """Nobody is promised a call that must not be made."""
    still_open = (Callback.contact_id.in_(contact_ids), Callback.kept_at.is_(None), Callback.cancelled_at.is_(None))
    owners = set(s.scalars(select(Callback.owner_id).where(*still_open))) if contact_ids else set()
    if not contact_ids:
        return
    s.execute(update(Callback).where(*still_open).values(cancelled_at=now, cancel_reason="suppressed"))
    for owner in owners - {None}:
        tell(s, now, "callback", f"user:{owner}")
