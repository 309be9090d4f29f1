"""Callbacks: a time promised to a contact, its owner, and what is due.

Room: desk, step 10 of the way of a call. One open callback per contact: a new promise replaces the old one.
May import ``dialer.store``, ``dialer.people`` and ``capacity``. The claim reads what is due from the contact
itself; this table says who promised what.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from dialer.desk import capacity
from dialer.errors import Refusal
from dialer.people import audit
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.desk import Callback
from dialer.store.outbox import tell
from dialer.store.people import Holding, Team
from dialer.store.projects import Campaign, CampaignMember

FARTHEST = timedelta(days=366)
PROMISE, CONFIRMATION = "promise", "confirmation"
REPLACED = "replaced"


@dataclass(frozen=True, slots=True)
class CallbackLine:
    """One open callback as a list shows it. ``zone_names`` is ``ZoneSet.names``; ``mine`` has an owner."""

    id: int
    contact_id: int
    campaign_id: int
    name: str
    company: str
    zone_names: str
    due_at: datetime
    mine: bool
    note: str


@dataclass(frozen=True, slots=True)
class Badge:
    """How many callbacks wait for a person, how many are due, and when the next one is."""

    waiting: int
    due: int
    next_at: datetime | None


def make(
    s: Session,
    contact_id: int,
    due_at: datetime,
    made_by: int,
    now: datetime,
    owner_id: int | None = None,
    note: str = "",
    *,
    team_id: int | None = None,
    kind: str = PROMISE,
) -> Callback:
    """Promise a time, kept by ``owner_id``, by somebody of ``team_id``, or by anyone. An open promise to the same
    contact is replaced and stays in the table.

    Raises Refusal: ``callback_in_the_past``, ``callback_too_far``, ``no_such_contact``, ``slot_full`` (detail
    ``next_at``: the next time that is free).
    """
    if due_at <= now:
        raise Refusal("callback_in_the_past")
    if due_at > now + FARTHEST:
        raise Refusal("callback_too_far")
    contact = s.get(Contact, contact_id)
    if contact is None:
        raise Refusal("no_such_contact")
    if kind == PROMISE:
        capacity.check(s, contact, due_at, owner_id, team_id)
    replaced = {"cancelled_at": now, "cancelled_by": made_by, "cancel_reason": REPLACED}
    s.execute(update(Callback).where(_open(), Callback.contact_id == contact_id).values(replaced))
    made = Callback(
        contact_id=contact_id, campaign_id=contact.campaign_id, owner_id=owner_id, team_id=team_id, kind=kind,
        due_at=due_at, made_by=made_by, made_at=now, note=note.strip()[:500],
    )  # fmt: skip
    s.add(made)
    s.flush()
    _tell(s, made, now)
    return made


def keep(s: Session, contact_id: int, now: datetime, by: int | None = None, called_at: datetime | None = None) -> None:
    """The promise to this contact was kept: somebody has called, by a call placed at ``called_at``."""
    found = s.scalars(_OPEN_OF, {"contact": contact_id}).one_or_none()
    if found is not None:
        _end(s, found, now, kept_at=now, kept_by=by, called_at=called_at or now)


def cancel(s: Session, callback_id: int, user_id: int, now: datetime, reason: str) -> None:
    """Take a promise back, for a reason that is kept and audited.

    Raises Refusal: ``reason_needed``; ``no_such_callback`` if it is settled, unknown or another's.
    """
    reason = reason.strip()[:200]
    if not reason:
        raise Refusal("reason_needed")
    which = (Callback.id == callback_id) & or_(_reachable(user_id), Callback.made_by == user_id)
    if not _settle(s, which, now, cancelled_at=now, cancelled_by=user_id, cancel_reason=reason):
        raise Refusal("no_such_callback")
    audit.write(s, now, user_id, "callback.cancel", f"callback:{callback_id}")


def outdo(s: Session, contact_id: int, by: int, now: datetime, reason: str) -> None:
    """Something better than the promised call is agreed on; the promise stays in the table with the reason."""
    _settle(s, Callback.contact_id == contact_id, now, cancelled_at=now, cancelled_by=by, cancel_reason=reason)


def for_user(s: Session, user_id: int, limit: int = 100) -> list[CallbackLine]:
    """Open callbacks this person may keep: their own, and anyone's in the campaigns they work in; soonest first."""
    rows = s.execute(
        select(Callback, Contact.name, Contact.company, ZoneSet.names)
        .join(Contact, Contact.id == Callback.contact_id)
        .join(ZoneSet, ZoneSet.id == Contact.zone_set_id)
        .where(_open(), _reachable(user_id))
        .order_by(Callback.due_at, Callback.id)
        .limit(limit)
    )
    return [
        CallbackLine(c.id, c.contact_id, c.campaign_id, name, company, zone, c.due_at, c.owner_id == user_id, c.note)
        for c, name, company, zone in rows
    ]


def team_of(s: Session, user_id: int, campaign_id: int) -> int | None:
    """The team of this person that can keep a promise of this campaign; None without one."""
    query = (
        select(Holding.team_id)
        .join(Team, Team.id == Holding.team_id)
        .join(Campaign, Campaign.project_id == Team.project_id)
        .where(Holding.user_id == user_id, Campaign.id == campaign_id)
    )
    return s.scalars(query.order_by(Holding.id)).first()


def badge(s: Session, user_id: int, now: datetime) -> Badge:
    """The figures of the desk's callback badge."""
    where = (_open(), _reachable(user_id))
    waiting, next_at = s.execute(select(func.count(), func.min(Callback.due_at)).where(*where)).one()
    due = s.scalar(select(func.count()).where(*where, Callback.due_at <= now)) or 0
    return Badge(waiting, due, next_at)


def _open() -> ColumnElement[bool]:
    return Callback.kept_at.is_(None) & Callback.cancelled_at.is_(None)


def _reachable(user_id: int) -> ColumnElement[bool]:
    """One's own; one's team's; anyone's of the campaigns one works in. What was escalated is anyone's."""
    campaigns = select(CampaignMember.campaign_id).where(CampaignMember.user_id == user_id)
    teams = select(Holding.team_id).where(Holding.user_id == user_id, Holding.team_id.is_not(None))
    nobodys = Callback.owner_id.is_(None) & (Callback.team_id.is_(None) | Callback.team_id.in_(teams))
    anyones = (nobodys | Callback.escalated_at.is_not(None)) & Callback.campaign_id.in_(campaigns)
    return or_(Callback.owner_id == user_id, anyones)


def _settle(s: Session, which: ColumnElement[bool], now: datetime, **values: Any) -> bool:
    found = s.scalars(select(Callback).where(_open(), which)).one_or_none()
    if found is not None:
        _end(s, found, now, **values)
    return found is not None


def _end(s: Session, callback: Callback, now: datetime, **values: Any) -> None:
    for column, value in values.items():
        setattr(callback, column, value)
    _tell(s, callback, now)


_OPEN_OF = select(Callback).where(_open(), Callback.contact_id == bindparam("contact", type_=Integer))
"""Asked with every wrap-up, so it is put together once."""


def _tell(s: Session, callback: Callback, now: datetime) -> None:
    audience = f"user:{callback.owner_id}" if callback.owner_id else f"campaign:{callback.campaign_id}"
    tell(s, now, "callback", audience, callback=callback.id)
