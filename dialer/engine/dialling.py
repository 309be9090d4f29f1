"""Placing calls of one campaign: ripen, pacing, claim, gate, ledger; ``sending`` sends them a turn later.

Rule 1: an attempt is placed in one transaction and sent in the next; between them it was certainly not dialled.
Rule 2: the gate is asked at the claim and again in the transaction that marks the attempt sent (P2); each refusal is
written to the journal with its rule, values and profile versions.
Rule 3: nothing is placed or sent while the provider is out of sync, or for an operator whose phone is gone.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer import ledger
from dialer.compliance import refusals
from dialer.desk import next_step, session
from dialer.engine import claim, crash, gate, lookups, routing
from dialer.engine.learning import Learner
from dialer.engine.turn import Turn
from dialer.rules.compliance import Refused
from dialer.rules.operator_states import OperatorEvent
from dialer.rules.pacing import Bucket, Decision, Snapshot, calls_to_place, nothing
from dialer.rules.words import Mode, OperatorState
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.desk import OperatorSession
from dialer.store.projects import Campaign

log = logging.getLogger(__name__)
CLAIM_ROUNDS = 3
"""How often a turn claims anew after refusals; what is refused is held, so the next claim does not see it again."""


def ripen(t: Turn, campaign: Campaign) -> None:
    """What came due by the passing of time: retries, callbacks, holds, and callbacks that wait for their owner."""
    claim.ripen(t.s, campaign.id, t.now)
    callbacks_for_owners(t, campaign)


def dial(t: Turn, campaign: Campaign, bucket: Bucket, now_s: float, learner: Learner | None = None) -> Decision:
    """Place what pacing and the list allow; returns how many and why. ``learner``: what a predictive campaign knows."""
    if campaign.mode is Mode.PREVIEW:
        return preview(t, campaign)
    now = snapshot(t.s, campaign, bucket.available(now_s))
    if campaign.mode is Mode.PREDICTIVE and learner is not None:
        now = learner.complete(t.s, campaign, t.now, now)
    decision = calls_to_place(now)
    if campaign.mode is Mode.PREDICTIVE and decision.place:
        _log(campaign, now, decision, learner.looks if learner else 0)
    if decision.place and (why := routing.Chooser(t, campaign).hindrance()):
        return nothing(why)
    placed = place(t, campaign, decision.place) if decision.place else []
    bucket.take(len(placed))
    if placed:
        crash.point("placed")
    if len(placed) < decision.place:
        why = f"placed {len(placed)} of {decision.place}: no further contact may be dialled now ({decision.why})"
        short = {"short": decision.place - len(placed)}
        decision = replace(decision, place=len(placed), why=why, facts={**decision.facts, **short})
    return replace(decision, facts={**now.counts(decision.risk), **decision.facts})


def _log(campaign: Campaign, now: Snapshot, decision: Decision, looks: int) -> None:
    """The sentence; at level DEBUG the snapshot too, from which the decision can be made again.

    The tables in it are logged when they are built (``learning``), and are named by their number here.
    """
    if log.isEnabledFor(logging.DEBUG):
        plain = replace(now, outlook=None).plain()
        log.debug("snapshot of campaign %s: %s", campaign.id, json.dumps({**plain, "outlook": looks}))
    log.info("pacing of campaign %s: %s", campaign.id, decision.why)


def snapshot(s: Session, campaign: Campaign, tokens: int) -> Snapshot:
    """Count what pacing needs to know."""
    ready = s.scalar(lookups.READY, {"campaign": campaign.id})
    rows: Any = s.execute(lookups.CALLS_UP, {"campaign": campaign.id}).all()
    return Snapshot(
        mode=campaign.mode,
        ready=ready or 0,
        ringing=sum(n for state, free, n in rows if free and state in lookups.PENDING),
        waiting=sum(n for state, free, n in rows if free and state is lookups.WAITING),
        lines=sum(n for _, _, n in rows),
        max_lines=campaign.max_lines,
        tokens=tokens,
    )


def place(t: Turn, campaign: Campaign, n: int, operator: OperatorSession | None = None) -> list[Attempt]:
    """Claim up to ``n`` contacts that may be dialled now and write their attempts."""
    placed: list[Attempt] = []
    n = min(n, routing.Chooser(t, campaign).left())
    for _ in range(CLAIM_ROUNDS):
        if len(placed) >= n:
            break
        zones = gate.open_zone_sets(t.s, campaign, claim.zone_sets(t.s, campaign.id), t.now)
        claimed = claim.claim(t.s, campaign.id, zones, n - len(placed))
        if not claimed:
            break
        placed += place_claimed(t, campaign, claimed, operator)
    return placed


def place_claimed(
    t: Turn,
    campaign: Campaign,
    contacts: Iterable[Contact],
    operator: OperatorSession | None = None,
    mode: Mode | None = None,
) -> list[Attempt]:
    """Ask the gate about claimed contacts; those it allows become attempts, the others are held by their rule."""
    contacts = list(contacts)
    rules = gate.rules_of(campaign)
    verdicts = gate.check(t.s, campaign, contacts, t.now)
    version = next_step.script_version(t.s, campaign)
    numbers = _numbers(t.s, contacts)
    chooser = routing.Chooser(t, campaign, verdicts)
    placed = []
    for contact in contacts:
        refused = verdicts[contact.id]
        number = numbers.get(contact.number_id or 0)
        if refused is not None or number is None:
            no = refused or Refused("no_number", None)
            refusals.note(t.s, campaign.id, contact.id, no, rules, t.now)
            next_step.hold(t.s, contact, no.rule, no.until, t.now)
            continue
        way = chooser.take(contact.id)
        if way is None:
            next_step.release(t.s, contact.id)
            continue
        placed.append(
            ledger.place(
                t.s,
                campaign,
                contact,
                number,
                t.now,
                **routing.columns(way),
                mode=mode,
                operator_id=operator.user_id if operator else None,
                script_version_id=version,
            )
        )
    t.s.flush()  # operators' sessions point at their attempts without the mapper knowing
    if contacts:
        t.touch(campaign.id)
    return placed


def _numbers(s: Session, contacts: list[Contact]) -> dict[int, ContactNumber]:
    ids = [c.number_id for c in contacts if c.number_id]
    return {n.id: n for n in s.scalars(lookups.NUMBERS, {"ids": ids})} if ids else {}


def preview(t: Turn, campaign: Campaign) -> Decision:
    """Show each ready operator the next contact; dial for those whose countdown is over."""
    shown = 0
    for row in _operators(t.s, campaign.id, OperatorState.READY):
        placed = place(t, campaign, 1, row)
        if not placed:
            break
        session.move(t.s, row, OperatorEvent.PREVIEW, t.now, attempt_id=placed[0].id)
        shown += 1
    for row in _operators(t.s, campaign.id, OperatorState.PREVIEWING):
        if row.since_at + timedelta(seconds=campaign.preview_s) <= t.now:
            session.move(t.s, row, OperatorEvent.DIAL, t.now)
    return Decision(shown, f"preview: shown {shown}", facts={"shown": shown})


def _operators(s: Session, campaign_id: int, state: OperatorState) -> list[OperatorSession]:
    query = select(OperatorSession).where(
        OperatorSession.campaign_id == campaign_id,
        OperatorSession.line == 1,
        OperatorSession.state == state,
        OperatorSession.leg_up,
    )
    return list(s.scalars(query.order_by(OperatorSession.since_at).with_for_update()))


def callbacks_for_owners(t: Turn, campaign: Campaign) -> None:
    """A promised call goes to its owner, or to one of its team, the moment they are ready and it is due."""
    busy: set[int] = set()
    for callback, row in t.s.execute(lookups.PROMISED, {"campaign": campaign.id, "now": t.now}).all():
        if row.user_id in busy or row.state is not OperatorState.READY:
            continue
        contact = t.s.get_one(Contact, callback.contact_id, with_for_update=True)
        if contact.state not in next_step.CLAIMABLE:
            continue
        next_step.take(contact)
        placed = place_claimed(t, campaign, [contact], row)
        if placed:
            busy.add(row.user_id)
            session.move(t.s, row, OperatorEvent.DIAL, t.now, attempt_id=placed[0].id)
