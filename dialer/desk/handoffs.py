"""Handoffs: the operator's side. A lead is offered to a closer live, or put into the closers' list.

Room: desk, step 10 of the way of a call. The closer's side is in ``closing``. What a live handoff does on the network
(ring, join, fail) is the engine's to move; people only ask for it here. What people decide is one compare-and-swap on
``Handoff.state``, so of two decisions exactly one counts.
Below the project's gate nothing goes over (``dialer.leads.gate``); what goes over carries its packet, made in the same
transaction. May import ``dialer.store``, ``dialer.rules.words``, ``dialer.leads`` and this room.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, bindparam, select, update
from sqlalchemy.orm import Session

from dialer.desk import leads, session
from dialer.errors import Refusal
from dialer.leads import funnel, gate, packet
from dialer.rules.words import AttemptState, HandoffState, Stage
from dialer.store.calls import Attempt
from dialer.store.desk import Handoff, Lead
from dialer.store.outbox import ask_engine, tell

LIVE = (HandoffState.RINGING, HandoffState.JOINED)
UNDER_WAY = (*LIVE, HandoffState.OFFERED)
FAILURES = ("declined", "no_answer", "busy", "lost", "caller_gone", "cancelled")
"""Why a live handoff came to nothing; each has its sentence and its next step on the operator's desk."""
_OF_ATTEMPT = (
    select(Handoff).where(Handoff.attempt_id == bindparam("attempt", type_=String)).order_by(Handoff.id.desc())
)


def offer_live(s: Session, attempt_id: str, user_id: int, now: datetime) -> Handoff:
    """Ring the longest-ready closer of the campaign for the call this operator is in.

    Raises Refusal: ``not_your_call``, ``no_live_call``, ``already_handed``, ``below_gate``, ``no_closer_ready``.
    """
    attempt = _own_attempt(s, attempt_id, user_id)
    if attempt.state is not AttemptState.CONNECTED:
        raise Refusal("no_live_call")
    refuse_second(s, attempt_id)
    standing = gate.check(s, attempt, now)
    closer_id = _reserve_closer(s, attempt, now)
    handoff = _new(s, attempt, leads.HOT, HandoffState.RINGING, now, live=True, closer_id=closer_id)
    packet.pack(s, handoff, leads.HOT, now, standing)
    ask_engine(s, now, "handoff.live", user_id, handoff=handoff.id)
    announce(s, handoff, now)
    return handoff


def offer_listed(s: Session, attempt_id: str, user_id: int, now: datetime) -> Handoff:
    """Put the lead of this call into the closers' list, for any closer of the campaign to take.

    Raises Refusal: ``not_your_call``, ``already_handed``, ``below_gate``.
    """
    attempt = _own_attempt(s, attempt_id, user_id)
    refuse_second(s, attempt_id)
    gate.check(s, attempt, now)
    return enlist(s, attempt, leads.WARM, now)


def ask_to_let_through(s: Session, attempt_id: str, user_id: int, now: datetime) -> None:
    """Ask the group lead to let this call's lead over, though it is below the gate. Raises Refusal not_your_call."""
    gate.ask(s, _own_attempt(s, attempt_id, user_id), user_id, now)


def enlist(s: Session, attempt: Attempt, temperature: str, now: datetime) -> Handoff:
    """Put a lead that may go over into the closers' list, with its packet."""
    handoff = _new(s, attempt, temperature, HandoffState.OFFERED, now, live=False, closer_id=None)
    packet.pack(s, handoff, temperature, now)
    funnel.advance(s, attempt.contact_id, Stage.HANDED_OFF, "handoff", now, attempt.operator_id)
    tell(s, now, "handoff", f"campaign:{attempt.campaign_id}", handoff=handoff.id)
    announce(s, handoff, now)
    return handoff


def cancel(s: Session, handoff_id: int, user_id: int, now: datetime) -> None:
    """The operator takes a ringing offer back. Raises Refusal ``handoff_gone``."""
    if owned(s, handoff_id, user_id).state is not HandoffState.RINGING:
        raise Refusal("handoff_gone")
    ask_engine(s, now, "handoff.cancel", user_id, handoff=handoff_id)


def leave(s: Session, handoff_id: int, user_id: int, now: datetime) -> None:
    """The closer is in: the operator leaves the two to it. Raises Refusal ``handoff_gone``."""
    if owned(s, handoff_id, user_id).state is not HandoffState.JOINED:
        raise Refusal("handoff_gone")
    ask_engine(s, now, "handoff.leave", user_id, handoff=handoff_id)


def of_attempt(s: Session, attempt_id: str) -> Handoff | None:
    """The newest handoff of a call."""
    return s.scalars(_OF_ATTEMPT, {"attempt": attempt_id}).first()


def unseen_results(s: Session, operator_id: int) -> list[tuple[Handoff, Lead]]:
    """What closers said of this operator's leads and the operator has not yet put aside, newest first."""
    rows = s.execute(
        select(Handoff, Lead)
        .join(Lead, Lead.id == Handoff.lead_id)
        .where(
            Handoff.operator_id == operator_id,
            Handoff.state.in_((HandoffState.ACCEPTED, HandoffState.REJECTED)),
            Handoff.seen_by_operator_at.is_(None),
        )
        .order_by(Handoff.settled_at.desc())
        .limit(50)
    )
    return [(handoff, lead) for handoff, lead in rows]


def seen(s: Session, handoff_id: int, operator_id: int, now: datetime) -> None:
    """The operator has read the closer's answer. Raises Refusal ``handoff_gone``."""
    owned(s, handoff_id, operator_id).seen_by_operator_at = now


def owned(s: Session, handoff_id: int, operator_id: int) -> Handoff:
    """This operator's handoff. Raises Refusal ``handoff_gone``."""
    handoff = s.get(Handoff, handoff_id)
    if handoff is None or handoff.operator_id != operator_id:
        raise Refusal("handoff_gone")
    return handoff


def move(
    s: Session,
    handoff: Handoff,
    old: tuple[HandoffState, ...],
    new: HandoffState,
    now: datetime,
    only_if: ColumnElement[bool] | None = None,
    **values: Any,
) -> None:
    """One compare-and-swap of a handoff's state, told to both sides. Raises Refusal ``handoff_gone``."""
    which = (Handoff.id == handoff.id) & Handoff.state.in_(old)
    if only_if is not None:
        which &= only_if
    done = s.execute(update(Handoff).where(which).values(state=new, **values))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Refusal("handoff_gone")
    s.refresh(handoff)
    announce(s, handoff, now)


def announce(s: Session, handoff: Handoff, now: datetime) -> None:
    """Tell the pages of both sides that this handoff has changed."""
    for user_id in {handoff.operator_id, handoff.closer_id} - {None}:
        tell(s, now, "handoff", f"user:{user_id}", handoff=handoff.id)


def _own_attempt(s: Session, attempt_id: str, user_id: int) -> Attempt:
    attempt = s.get(Attempt, attempt_id)
    if attempt is None or attempt.operator_id != user_id:
        raise Refusal("not_your_call")
    return attempt


def refuse_second(s: Session, attempt_id: str) -> None:
    """One call goes over once. Raises Refusal ``already_handed``."""
    taken = select(Handoff.id).where(
        Handoff.attempt_id == attempt_id, Handoff.state.in_((*UNDER_WAY, HandoffState.ACCEPTED))
    )
    if s.scalars(taken).first() is not None:
        raise Refusal("already_handed")


def _reserve_closer(s: Session, attempt: Attempt, now: datetime) -> int:
    """The longest-ready closer of the campaign, moved out of Ready in this transaction."""
    closer = session.longest_ready(s, attempt.campaign_id, session.CLOSER_LINE)
    if closer is None:
        raise Refusal("no_closer_ready")
    session.offer(s, closer, attempt.id, now)
    return closer.user_id


def _new(
    s: Session,
    attempt: Attempt,
    temperature: str,
    state: HandoffState,
    now: datetime,
    *,
    live: bool,
    closer_id: int | None,
) -> Handoff:
    lead = leads.make(s, attempt, temperature, now)
    handoff = Handoff(
        lead_id=lead.id, attempt_id=attempt.id, operator_id=attempt.operator_id, closer_id=closer_id,
        live=live, state=state, offered_at=now,
    )  # fmt: skip
    s.add(handoff)
    s.flush()
    return handoff
