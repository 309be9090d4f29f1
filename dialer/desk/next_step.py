"""What becomes of the contact: the only place that moves contacts between their states after a claim.

A disposition decides: retried by the campaign's plan, called back at a promised time, closed, suppressed, or a lead.
Everything happens in the caller's transaction. May import ``dialer.store``, ``dialer.rules``, ``dialer.profiles``,
``dialer.compliance``, ``dialer.leads`` (a talk moves the funnel too) and ``dialer.touches``.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Integer, String, bindparam, select, update
from sqlalchemy.orm import Session

from dialer import profiles
from dialer.compliance import rules_for, settle, suppression
from dialer.errors import BadInput, Refusal
from dialer.leads import funnel
from dialer.rules import retry
from dialer.rules.dispositions import Disposition, outcome_to_disposition
from dialer.rules.localtime import UnknownZone
from dialer.rules.words import BAND_ORDER, Band, ContactState, Outcome
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber, ZoneSet
from dialer.store.projects import Campaign
from dialer.store.scripts import CallScript
from dialer.store.transaction import held
from dialer.touches import places

NO_DISPOSITION = "no_disposition"
UNREADABLE = "rules"
"""``Contact.held_by`` where the campaign's rules or retry plan cannot be read; editing the campaign frees them."""
MISSED = "missed"
"""They rang back and nobody was free: no try of ours, so no plan counts it."""
CLAIMABLE = (ContactState.READY, ContactState.WAITING, ContactState.HELD)
SKIP = timedelta(minutes=30)
"""A contact that an operator skipped in preview is shown again after so long."""
OWNER_GRACE = timedelta(minutes=10)
"""A personal callback goes to anybody once its owner has not been ready for so long."""

# Put together once: that takes three times as long as carrying them out.
_HISTORY = (
    select(Attempt.disposition, Attempt.placed_at)
    .where(
        Attempt.contact_id == bindparam("contact", type_=Integer),
        Attempt.id != bindparam("without", type_=String),
        Attempt.disposition.is_not(None),
        Attempt.disposition != MISSED,
    )
    .order_by(Attempt.placed_at)
)
_USABLE = (
    select(ContactNumber.id)
    .where(ContactNumber.contact_id == bindparam("contact", type_=Integer), ~ContactNumber.bad)
    .order_by(ContactNumber.position, ContactNumber.id)
)


def by_operator(code: str) -> Disposition:
    """The disposition an operator chose. Raises Refusal(unknown_disposition)."""
    found = profiles.dispositions().get(code)
    if found is None or found.by != "operator":
        raise Refusal("unknown_disposition")
    return found


def system_disposition(s: Session, attempt: Attempt, now: datetime) -> str:
    """The code for an attempt that nobody disposes of by hand."""
    campaign = s.get_one(Campaign, attempt.campaign_id)
    try:
        least = rules_for(campaign, campaign.project).limit("ring_min_s")
    except BadInput:  # what the network said stands, whatever is wrong with the rules
        least = None
    rang = (now - (attempt.ringing_at or attempt.sent_at or now)).total_seconds()
    return outcome_to_disposition(
        attempt.outcome or Outcome.UNKNOWN,
        rang,
        min(least.value if least else 0, campaign.ring_s),
        abandoned=attempt.abandoned,
        connected=attempt.connected_at is not None,
    )


def follow(
    s: Session,
    attempt: Attempt,
    code: str,
    now: datetime,
    *,
    callback_at: datetime | None = None,
    callback_owner: int | None = None,
    by: int | None = None,
) -> None:
    """Write ``code`` to the contact and what follows from it."""
    contact = held(s, Contact, attempt.contact_id)
    assert contact is not None  # an attempt goes with its contact
    chosen = profiles.dispositions()[code]
    contact.disposition, contact.disposed_at = code, now
    contact.owner_id = by or contact.owner_id
    if chosen.bad_number:
        s.execute(update(ContactNumber).where(ContactNumber.id == attempt.number_id).values(bad=True))
    if chosen.next == "callback" and callback_at is not None:
        _wait(contact, callback_at + (OWNER_GRACE if callback_owner else timedelta()), Band.CALLBACK)
    elif chosen.next == "suppress":
        campaign = s.get_one(Campaign, attempt.campaign_id)
        contact.state, contact.held_by, contact.due_at = ContactState.SUPPRESSED, "suppressed", None
        s.flush()  # what else has this number is settled by what stands in the database
        suppression.add(s, attempt.to_number, now, scope_id=campaign.project_id, source="operator", added_by=by)
    elif chosen.next in ("close", "lead", "callback"):
        _close(contact)
    else:
        # What is looked up is of other attempts and of numbers: nothing that this transaction has yet to write.
        with s.no_autoflush:
            _by_plan(s, contact, attempt, chosen, now)
    if attempt.connected_at is not None:
        funnel.after_call(s, contact, chosen, now, by)
    places.after_call(s, contact, chosen, now)


def _by_plan(s: Session, contact: Contact, attempt: Attempt, chosen: Disposition, now: datetime) -> None:
    """Rules, a plan or a zone that cannot be read let nobody be dialled; the contact is kept, and says why it waits."""
    try:
        step = _step(s, contact, attempt, chosen, now)
    except (BadInput, UnknownZone) as err:
        hold(s, contact, UNREADABLE if isinstance(err, BadInput) else "zone", None, now)
        return
    number = _next_number(s, contact, attempt, step)
    if isinstance(step, retry.RetryAt) and number is not None:
        contact.number_id = number
        _wait(contact, step.at, Band.RETRY)
    else:
        _close(contact)


def _step(
    s: Session, contact: Contact, attempt: Attempt, chosen: Disposition, now: datetime
) -> retry.RetryAt | retry.Close | retry.Follow:
    campaign = s.get_one(Campaign, attempt.campaign_id)
    zones = tuple(s.get_one(ZoneSet, contact.zone_set_id).names.split("|"))
    plan = profiles.retry_plan(campaign.retry_plan)
    return retry.next_step(plan, chosen, _history(s, attempt), zones, rules_for(campaign, campaign.project), now)


def _history(s: Session, attempt: Attempt) -> list[retry.Touch]:
    """The contact's earlier attempts that were disposed of, oldest first."""
    rows = s.execute(_HISTORY, {"contact": attempt.contact_id, "without": attempt.id})
    return [retry.Touch(row.disposition, row.placed_at) for row in rows]


def _next_number(s: Session, contact: Contact, attempt: Attempt, step: object) -> int | None:
    """The number to dial next: the same, or the next usable one in the contact's order; None if none is left."""
    usable = s.scalars(_USABLE, {"contact": contact.id}).all()
    if not usable:
        return None
    same = not isinstance(step, retry.RetryAt) or step.number == "same"
    if same and attempt.number_id in usable:
        return attempt.number_id
    later = [number for number in usable if number > attempt.number_id]
    return later[0] if later else usable[0]


def _wait(contact: Contact, until: datetime, band: Band) -> None:
    contact.state, contact.due_at, contact.band, contact.held_by = ContactState.WAITING, until, BAND_ORDER[band], None


def _close(contact: Contact) -> None:
    contact.state, contact.due_at, contact.held_by = ContactState.CLOSED, None, None


def hold(s: Session, contact: Contact, rule: str, until: datetime | None, now: datetime) -> None:
    """The gate refused a contact that was claimed: it waits for the rule, which the why page names.

    A campaign that was paused meanwhile is nothing the contact has to wait for; a number that turned out bad gives way
    to the contact's next one.
    """
    if rule == "campaign":
        contact.state, contact.due_at = ContactState.READY, None
    elif rule == "bad_number":
        _give_way(s, contact)
    elif rule == "suppressed":
        contact.state, contact.due_at = ContactState.READY, None
        s.flush()
        settle.settle(s, [contact.id], now)  # another number of theirs may be free
    else:
        contact.state, contact.held_by, contact.due_at = ContactState.HELD, rule, until


def _give_way(s: Session, contact: Contact) -> None:
    contact.number_id = s.scalars(_USABLE, {"contact": contact.id}).first()
    if contact.number_id is None:
        _close(contact)
    else:
        contact.state, contact.due_at = ContactState.READY, None


def release(s: Session, contact_id: int) -> None:
    """Give a claimed contact back: it was not dialled."""
    s.execute(
        update(Contact)
        .where(Contact.id == contact_id, Contact.state == ContactState.CLAIMED)
        .values(state=ContactState.READY, due_at=None)
    )


def again(s: Session, contact_id: int, now: datetime) -> None:
    """The network refused an attempt, so nothing rang: the contact is due at once, whatever its plan says."""
    contact = held(s, Contact, contact_id)
    if contact is not None and contact.state in (ContactState.WAITING, ContactState.CLOSED):
        _wait(contact, now, Band.RETRY)


def skip(s: Session, contact_id: int, now: datetime) -> None:
    """An operator skipped this contact in preview: somebody sees it again later."""
    s.execute(
        update(Contact)
        .where(Contact.id == contact_id, Contact.state == ContactState.READY)
        .values(state=ContactState.WAITING, due_at=now + SKIP)
    )


def take(contact: Contact) -> None:
    """Claim one certain contact: a personal callback that is due, or a person who rings back."""
    contact.state, contact.held_by = ContactState.CLAIMED, None


def rang_back(contact: Contact, now: datetime) -> None:
    """They rang us and met nobody: the next call that may be made is theirs, unless a person had closed the contact."""
    last = profiles.dispositions().get(contact.disposition or "")
    judged = last is not None and last.by == "operator"
    if contact.state in CLAIMABLE or (contact.state is ContactState.CLOSED and not judged):
        _wait(contact, now, Band.CALLBACK)


def script_version(s: Session, campaign: Campaign) -> int | None:
    """The version of the campaign's script that a call placed now is pinned to."""
    script = s.get(CallScript, campaign.script_id) if campaign.script_id else None
    return script.published_id if script else None
