"""An operator's session: every move of theirs, by themselves or by the engine, goes through here.

Each move is one step of ``rules.operator_states``, with its journal row and its outbox line in the caller's
transaction; the row is locked while it moves. Raises Refusal(``not_now``) where the table refuses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session

from dialer import clock
from dialer.errors import Refusal
from dialer.rules.operator_states import TRANSITIONS, OperatorEvent
from dialer.rules.states import IllegalTransition, step
from dialer.rules.words import CampaignState, OperatorState
from dialer.store.desk import OperatorMove, OperatorSession
from dialer.store.outbox import ask_engine, tell
from dialer.store.projects import Campaign, CampaignMember, Project
from dialer.store.transaction import append, held, remember

PAUSE_REASONS = ("break", "lunch", "training", "meeting", "technical", "personal")
"""Codes; the pages translate them."""
AWAY = "away"
"""Paused by the clock: a wrap-up ended without a sign of them. Whoever answers next must not meet silence (P4)."""
CLOSER_LINE = 2
WORKABLE = (CampaignState.RUNNING, CampaignState.PAUSED)
IN_CALL = (OperatorState.TALKING, OperatorState.DIALLING, OperatorState.WRAP_UP)

_READY = (
    select(OperatorSession)
    .where(
        OperatorSession.campaign_id == bindparam("campaign", type_=Integer),
        OperatorSession.line == bindparam("line", type_=Integer),
        OperatorSession.state == OperatorState.READY,
    )
    .order_by(OperatorSession.since_at, OperatorSession.user_id)
    .limit(bindparam("n", type_=Integer))
    .with_for_update(skip_locked=True, key_share=True)
)
_READY_WITH_PHONE = _READY.where(OperatorSession.leg_up)


def get(s: Session, user_id: int, now: datetime | None = None) -> OperatorSession:
    """The session row of a user, locked for this transaction; an offline one is made on first use."""
    row = held(s, OperatorSession, user_id)
    if row is None:
        row = OperatorSession(user_id=user_id, since_at=now or clock.now(), state=OperatorState.OFFLINE)
        remember(s, row)
        s.flush()
    return row


def move(s: Session, row: OperatorSession, event: OperatorEvent, now: datetime, **changes: Any) -> None:
    """One step of the table; ``changes`` are further columns. Raises Refusal(``not_now``)."""
    try:
        new, _ = step(TRANSITIONS, row.state, event)
    except IllegalTransition as err:
        raise Refusal("not_now", state=err.state.value, event=err.event.value) from err
    old, row.state = row.state, new
    for name, value in changes.items():
        setattr(row, name, value)
    if old is not new:
        row.since_at = now
    row.version += 1
    append(
        s,
        OperatorMove,
        user_id=row.user_id,
        campaign_id=row.campaign_id,
        at=now,
        event=event.value,
        old=old,
        new=new,
        reason=row.reason,
        attempt_id=row.attempt_id,
    )
    announce(s, row, now)


def announce(s: Session, row: OperatorSession, now: datetime) -> None:
    """Tell the user's page, and the campaign's pages, that this session changed."""
    ids = {"user": row.user_id, "state": row.state.value, "attempt": row.attempt_id}
    tell(s, now, "operator", f"user:{row.user_id}", **ids)
    if row.campaign_id is not None:
        tell(s, now, "campaign", f"campaign:{row.campaign_id}", user=row.user_id)


def connect(s: Session, user_id: int, campaign_id: int, now: datetime) -> OperatorSession:
    """Begin to work in a campaign: the engine rings the operator's phone; a closer is ready at once.

    Raises Refusal: not_a_member, campaign_not_running, not_now.
    """
    member = s.get(CampaignMember, (campaign_id, user_id))
    if member is None:
        raise Refusal("not_a_member")
    campaign = s.get_one(Campaign, campaign_id)
    if campaign.state not in WORKABLE:
        raise Refusal("campaign_not_running")
    row = get(s, user_id, now)
    row.campaign_id, row.line = campaign_id, member.line
    move(s, row, OperatorEvent.CONNECT, now, reason="", pause_after="", seen_at=None, attempt_id=None)
    if member.line == CLOSER_LINE:
        move(s, row, OperatorEvent.PHONE_UP, now)
    else:
        ask_engine(s, now, "desk.connect", user_id)
    return row


def reconnect_phone(s: Session, user_id: int, now: datetime) -> None:
    """Ask for the phone to be rung again (the page was reloaded in mid-shift); harmless if it is up."""
    row = get(s, user_id, now)
    row.seen_at = now
    if row.line != CLOSER_LINE and row.state is not OperatorState.OFFLINE and not row.leg_up:
        ask_engine(s, now, "desk.connect", user_id)


def ready(s: Session, user_id: int, now: datetime) -> OperatorSession:
    """End a pause, or take back the wish to pause after this call. Raises Refusal(not_now)."""
    row = get(s, user_id, now)
    if row.state in IN_CALL:
        row.pause_after = ""
        announce(s, row, now)
    else:
        move(s, row, OperatorEvent.READY, now, reason="")
    return row


def pause(s: Session, user_id: int, reason: str, now: datetime) -> OperatorSession:
    """Pause with a reason of PAUSE_REASONS; in a call it begins once the wrap-up is saved.

    Raises Refusal: unknown_reason, not_now.
    """
    if reason not in PAUSE_REASONS:
        raise Refusal("unknown_reason")
    row = get(s, user_id, now)
    if row.state in IN_CALL:
        row.pause_after = reason
        announce(s, row, now)
    elif row.state is OperatorState.PREVIEWING:
        row.pause_after = reason
        ask_engine(s, now, "call.skip", user_id, reason="pause")
    else:
        move(s, row, OperatorEvent.PAUSE, now, reason=reason)
    return row


def leave(s: Session, user_id: int, now: datetime) -> OperatorSession:
    """Stop working. Raises Refusal(not_now) while a call or its wrap-up is open."""
    row = get(s, user_id, now)
    if row.state is OperatorState.OFFLINE:
        return row
    if row.state is OperatorState.PREVIEWING:
        ask_engine(s, now, "call.skip", user_id, reason="leave")
    move(s, row, OperatorEvent.LOGOUT, now, reason="logout", pause_after="")
    ask_engine(s, now, "desk.disconnect", user_id)
    return row


def seen(s: Session, user_id: int, now: datetime) -> None:
    """A sign of life of the user's page or program; who has given one and then gives none for long is sent offline."""
    row = s.get(OperatorSession, user_id)
    if row is not None:
        row.seen_at = now


def free(s: Session, row: OperatorSession, now: datetime) -> None:
    """After a call, a wrap-up or a preview: ready, the pause asked for, or offline if the phone is gone."""
    if row.line != CLOSER_LINE and not row.leg_up:
        move(s, row, OperatorEvent.FREED_OFFLINE, now, reason="phone_lost", attempt_id=None, pause_after="")
    elif row.pause_after:
        move(s, row, OperatorEvent.FREED_PAUSED, now, reason=row.pause_after, attempt_id=None, pause_after="")
    else:
        move(s, row, OperatorEvent.FREED_READY, now, reason="", attempt_id=None)


@dataclass(frozen=True, slots=True)
class Work:
    """A campaign somebody may work in now, on this line."""

    campaign_id: int
    name: str
    project: str
    state: CampaignState
    line: int


def campaigns_of(s: Session, user_id: int) -> list[Work]:
    """Campaigns that this person may begin to work in now; those that run first."""
    rows = s.execute(
        select(Campaign, Project.name, CampaignMember.line)
        .join(Project, Project.id == Campaign.project_id)
        .join(CampaignMember, CampaignMember.campaign_id == Campaign.id)
        .where(CampaignMember.user_id == user_id, Campaign.state.in_(WORKABLE))
        .order_by(Campaign.id)
    )
    found = [Work(campaign.id, campaign.name, name, campaign.state, line) for campaign, name, line in rows]
    return sorted(found, key=lambda work: work.state is not CampaignState.RUNNING)


def longest_ready(s: Session, campaign_id: int, line: int) -> OperatorSession | None:
    """The member of this line who has been ready longest, locked; None if nobody is."""
    return next(iter(ready_first(s, campaign_id, line, 1)), None)


def ready_first(s: Session, campaign_id: int, line: int, n: int) -> list[OperatorSession]:
    """Up to ``n`` members of this line who are ready, the one who has been so longest first, locked."""
    query = _READY if line == CLOSER_LINE else _READY_WITH_PHONE
    return list(s.scalars(query, {"campaign": campaign_id, "line": line, "n": n}))


def offer(s: Session, row: OperatorSession, attempt_id: str, now: datetime) -> None:
    """Reserve a ready closer for a handoff: their phone is about to ring."""
    move(s, row, OperatorEvent.OFFER, now, attempt_id=attempt_id)
