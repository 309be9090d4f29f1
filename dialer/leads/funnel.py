"""The funnel: how far each contact has come. Moved by what happens and by hand; every move is journalled.

What happens only ever moves a contact forward, or out (won, lost, later pool). A contact without a row is new.
May import ``dialer.store`` and ``dialer.rules``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from dialer.errors import Refusal
from dialer.leads import later
from dialer.rules import funnel as rules
from dialer.rules.dispositions import Disposition
from dialer.rules.words import ContactState, Stage
from dialer.store.contacts import Contact
from dialer.store.leads import FunnelMove, FunnelPlace
from dialer.store.outbox import tell
from dialer.store.projects import Campaign
from dialer.store.transaction import append, held, remember

MAX_REASON = 300
MOST = 10**12
NOT_READY = frozenset({"no_need", "refused_soft", "info_sent", "exhausted", "gatekeeper_refusal", "break_off"})
"""Dispositions after which a contact that is worked through waits in the later pool instead of being lost."""
LOST = frozenset(
    {"refused_hard", "not_target", "wrong_person", "deceased", "incapable", "language", "dnc", "duplicate"}
)


def place(s: Session, contact_id: int) -> Stage:
    """Where a contact stands."""
    row = s.get(FunnelPlace, contact_id)
    return row.stage if row else Stage.NEW


def advance(s: Session, contact_id: int, to: Stage, cause: str, now: datetime, by: int | None = None) -> bool:
    """Something happened: move forward to ``to``; False if the contact is as far already, or is won or lost.

    Offered to whoever makes things happen: ``advance(s, contact_id, Stage.APPOINTMENT, "booked", now, closer_id)``.
    """
    row = _row(s, contact_id, now)
    again = row.stage in (Stage.LATER_POOL, Stage.LOST)  # talked to once more: it is on its way again
    if row.stage is to or (not again and not rules.forward(row.stage, to)):
        return False
    if row.stage is Stage.LATER_POOL:
        later.leave(s, contact_id, now)
    _move(s, row, to, cause, now, by)
    return True


def by_hand(
    s: Session, contact_id: int, to: Stage, by: int, now: datetime, *,
    amount: int | None = None, reason: str = "", ready_at: datetime | None = None,
) -> FunnelPlace:  # fmt: skip
    """A person moves a contact. ``amount`` with won, ``reason`` with lost and later pool, ``ready_at`` with the latter.

    Raises Refusal: ``no_such_move``, ``amount_needed``, ``reason_needed``, ``date_needed``.
    """
    row = _row(s, contact_id, now)
    reason = reason.strip()[:MAX_REASON]
    if not rules.may_move(row.stage, to):
        raise Refusal("no_such_move", old=row.stage.value, new=to.value)
    if to in rules.NEEDS_AMOUNT and (amount is None or not 0 <= amount <= MOST):
        raise Refusal("amount_needed")
    if to in rules.NEEDS_REASON and not reason:
        raise Refusal("reason_needed")
    if to is Stage.LATER_POOL:
        if ready_at is None or ready_at <= now:
            raise Refusal("date_needed")
        later.put(s, contact_id, row.project_id, "by_hand", ready_at, now, by, reason)
    elif row.stage is Stage.LATER_POOL:
        later.leave(s, contact_id, now)
    _move(s, row, to, "hand", now, by, amount if to is Stage.WON else None, reason)
    return row


def after_call(s: Session, contact: Contact, chosen: Disposition, now: datetime, by: int | None) -> None:
    """A talk was disposed of, and the contact moved on by it: contacted, lost, or not ready."""
    row = held(s, FunnelPlace, contact.id)
    stage = row.stage if row else Stage.NEW
    early = stage in (*rules.EARLY, Stage.QUALIFIED, Stage.LATER_POOL)
    if early and chosen.code in LOST:
        if contact.state in (ContactState.CLOSED, ContactState.SUPPRESSED):
            _out(s, contact, Stage.LOST, chosen.code, now, by)
    elif early and chosen.code in NOT_READY and contact.state is ContactState.CLOSED:
        _out(s, contact, Stage.LATER_POOL, chosen.code, now, by)
    else:
        advance(s, contact.id, Stage.CONTACTED, chosen.code, now, by)


def sent_back(s: Session, contact_id: int, code: str, now: datetime, by: int) -> None:
    """A closer did not take the lead: not ready yet, lost, or the first line's again."""
    contact = s.get_one(Contact, contact_id)
    if code in ("no_timing", "no_budget"):
        _out(s, contact, Stage.LATER_POOL, f"rejected:{code}", now, by)
    elif code in ("wrong_contact", "duplicate", "already_customer"):
        _out(s, contact, Stage.LOST, f"rejected:{code}", now, by)
    else:
        _move(s, _row(s, contact_id, now), Stage.CONTACTED, f"rejected:{code}", now, by)


def _out(s: Session, contact: Contact, to: Stage, cause: str, now: datetime, by: int | None) -> None:
    row = _row(s, contact.id, now)
    if to is Stage.LATER_POOL:
        ready_at = later.told_date(s, contact.id, now) or now + timedelta(days=later.USUAL_DAYS)
        later.put(s, contact.id, row.project_id, cause.removeprefix("rejected:"), ready_at, now, by)
    if row.stage is not to:
        _move(s, row, to, cause, now, by, reason=cause)


def _row(s: Session, contact_id: int, now: datetime) -> FunnelPlace:
    row = held(s, FunnelPlace, contact_id)
    if row is None:
        contact = s.get_one(Contact, contact_id)
        project_id = s.get_one(Campaign, contact.campaign_id).project_id
        row = FunnelPlace(
            contact_id=contact_id, project_id=project_id, campaign_id=contact.campaign_id,
            stage=Stage.NEW, since_at=now,
        )  # fmt: skip
        remember(s, row)
    return row


def _move(
    s: Session, row: FunnelPlace, to: Stage, cause: str, now: datetime, by: int | None,
    amount: int | None = None, reason: str = "",
) -> None:  # fmt: skip
    append(
        s, FunnelMove, contact_id=row.contact_id, at=now, old=row.stage, new=to, cause=cause[:40], by=by,
        amount=amount, reason=reason,
    )  # fmt: skip
    row.stage, row.since_at, row.amount, row.reason = to, now, amount, reason
    tell(s, now, "funnel", f"campaign:{row.campaign_id}", contact=row.contact_id)
