"""After a crash, ours, another engine's or the PBX's: books and network are made to agree before anything is dialled.

What was only placed was never sent: its contact is free again. What was sent and is up is adopted. What was sent and
is not up ended unheard: ``unknown``, which is never retried by itself (P1). Who was answered by nobody while no engine
lived heard the dialplan's apology, and counts as abandoned (P4). What is up and nobody knows is ended. What
belongs to a campaign that another living engine dials is left to that engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer import ledger
from dialer.desk import session
from dialer.engine import handoffs, lease, listening, phones, settle
from dialer.engine.turn import Turn
from dialer.providers.base import Down, HungUp, LiveLeg, Up
from dialer.rules.attempt_states import AttemptEvent
from dialer.rules.words import AttemptState, HandoffState, OperatorState, Outcome
from dialer.store.calls import IS_OPEN, Attempt
from dialer.store.desk import Handoff, Listening, OperatorSession
from dialer.store.projects import Campaign

OURS = ("a", "o", "c", "s")
SENT = (
    AttemptState.SENT,
    AttemptState.RINGING,
    AttemptState.ANSWERED,
    AttemptState.CONNECTED,
    AttemptState.MESSAGED,
)


def newest_attempt(s: Session) -> datetime | None:
    """When the newest attempt was placed; None if there never was one. By an index, whatever the table's size."""
    newest = [
        s.scalar(select(func.max(Attempt.placed_at)).where(Attempt.campaign_id == campaign_id))
        for campaign_id in s.scalars(select(Campaign.id))
    ]
    return max((at for at in newest if at), default=None)


def still_up(before: frozenset[str], batch: Sequence[object]) -> frozenset[str]:
    """The networks whose truth was taken in and that have not gone since, after these events in their order.

    A link may be ready a moment before its truth (:class:`Up`) is taken in. What was asked for in between would be
    missing from that truth, and be taken for lost: so nothing is asked for before.
    """
    up = set(before)
    for item in batch:
        if isinstance(item, Up):
            up.add(item.network)
        elif isinstance(item, Down):
            up.discard(item.network)
    return frozenset(up)


def reconcile(t: Turn, up: Up) -> None:
    """Make the books agree with what is up now. Doing it twice changes nothing more."""
    live = {leg.leg: leg for leg in up.live}
    known = _attempts(t, live, up.network)
    if up.network in ("", t.provider.name):  # our own people's phones are the first network's
        known |= _phones(t, live) | _closers(t, live) | _listeners(t, live)
    # A leg with the PBX's own id is somebody ringing in: the dialplan has told them off or is asking us just now.
    for leg in {leg for leg in live.keys() - known if leg[0] in OURS}:
        t.request(leg, lambda leg=leg: t.provider.hang_up(leg))  # type: ignore[misc]


def _attempts(t: Turn, live: dict[str, LiveLeg], network: str) -> set[str]:
    query = select(Attempt).where(Attempt.state.in_(SENT), IS_OPEN).with_for_update()
    if network:
        query = query.where(Attempt.provider == network)
    known: set[str] = set()
    others = set(t.s.scalars(lease.of_others(t.engine, t.now)))
    fresh = network not in t.met
    for attempt in t.s.scalars(query).all():
        known.add(attempt.id)
        if attempt.campaign_id in others:
            continue
        leg = live.get(attempt.id)
        if leg is None:
            _lost(t, attempt)
        elif fresh and leg.answered and not leg.room and leg.leg not in t.asked:
            _apologised(t, attempt)
        elif leg.room and attempt.state is AttemptState.ANSWERED:
            attempt.room = leg.room
            ledger.move(t.s, attempt, AttemptEvent.JOINED, t.now, {"adopted": True})
    return known


def _apologised(t: Turn, attempt: Attempt) -> None:
    """Nobody answered the dialplan's question: it says sorry and hangs up; an operator reserved for it is free."""
    if (
        attempt.state in (AttemptState.CONNECTED, AttemptState.MESSAGED)
        or t.s.get_one(Campaign, attempt.campaign_id).amd
    ):
        return  # on hold, told off already, or still listened to by the machine detection
    ledger.move(t.s, attempt, AttemptEvent.ANSWERED, t.now)
    ledger.move(t.s, attempt, AttemptEvent.MESSAGE, t.now, {"adopted": True})
    attempt.abandoned = True
    if attempt.operator_id is not None:
        row = session.get(t.s, attempt.operator_id, t.now)
        if row.attempt_id == attempt.id and row.state is OperatorState.TALKING:
            session.free(t.s, row, t.now)


def _lost(t: Turn, attempt: Attempt) -> None:
    ledger.move(t.s, attempt, AttemptEvent.LOST, t.now)
    settle.ended(t, attempt, Outcome.UNKNOWN)


def _phones(t: Turn, live: dict[str, LiveLeg]) -> set[str]:
    known: set[str] = set()
    others = set(t.s.scalars(lease.of_others(t.engine, t.now)))
    for row in t.s.scalars(select(OperatorSession).where(OperatorSession.leg != "").with_for_update()).all():
        known.add(row.leg)
        if row.campaign_id in others:
            continue
        if row.leg not in live:
            phones.gone(t, row.leg)
        elif live[row.leg].room:
            phones.joined(t, row.leg)
    return known


def _closers(t: Turn, live: dict[str, LiveLeg]) -> set[str]:
    query = select(Handoff).where(Handoff.leg != "", Handoff.state.in_((HandoffState.RINGING, HandoffState.JOINED)))
    known: set[str] = set()
    others = set(t.s.scalars(lease.of_others(t.engine, t.now)))
    for handoff in t.s.scalars(query.with_for_update()).all():
        known.add(handoff.leg)
        if t.s.get_one(Attempt, handoff.attempt_id).campaign_id in others:
            continue
        if handoff.leg not in live:
            handoffs.closer_gone(t, HungUp(handoff.leg, t.now, Outcome.UNKNOWN))
        elif live[handoff.leg].room:
            handoffs.closer_joined(t, handoff.leg)
    return known


def _listeners(t: Turn, live: dict[str, LiveLeg]) -> set[str]:
    known = set(t.s.scalars(select(Listening.leg)))
    for leg in known:
        if leg not in live:
            listening.gone(t, leg)
        elif live[leg].room:
            listening.joined(t, leg)
    return known


def give_back_placed(t: Turn) -> None:
    """Free what an engine that died had placed but never sent: a claim and its attempt are one transaction."""
    others = lease.of_others(t.engine, t.now)
    query = select(Attempt).where(Attempt.state == AttemptState.PLACED, IS_OPEN, Attempt.campaign_id.not_in(others))
    for attempt in t.s.scalars(query.with_for_update()).all():
        row = session_looking_at(t, attempt)
        if row is not None:
            continue  # somebody is looking at it in preview: it waits for their Dial
        if ledger.move(t.s, attempt, AttemptEvent.LOST, t.now) is not None:
            settle.give_back(t, attempt)
            settle.free_who_waits(t, attempt)


def session_looking_at(t: Turn, attempt: Attempt) -> OperatorSession | None:
    """The operator who previews this attempt, if one does."""
    if attempt.operator_id is None:
        return None
    row = t.s.get(OperatorSession, attempt.operator_id)
    looking = row is not None and row.attempt_id == attempt.id and row.state is OperatorState.PREVIEWING
    return row if looking else None
