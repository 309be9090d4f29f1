"""Pretend calls along a script: a respondent with answers is walked through it by the desk's own services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from dialer.desk import script_run
from dialer.rules.words import AttemptState, ContactState, Mode, Outcome
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber, ZoneSet
from dialer.store.projects import Campaign

STEP_S = 20
MAX_STEPS = 60


@dataclass(frozen=True)
class Respondent:
    """``answers`` by field, ``buttons`` by step (the first button, or "next", elsewhere); ``gone_at`` is the step at
    which they hang up; ``objects`` the step at which they bring an objection."""

    answers: Mapping[str, Any] = field(default_factory=dict)
    buttons: Mapping[str, str] = field(default_factory=dict)
    gone_at: str = ""
    objects: Mapping[str, str] = field(default_factory=dict)


def add_contact(s: Session, campaign_id: int, number: str, now: datetime) -> Contact:
    """A contact of its own for each number."""
    zone = s.query(ZoneSet).filter_by(names="Europe/Moscow").one_or_none() or ZoneSet(names="Europe/Moscow")
    s.add(zone)
    s.flush()
    contact = Contact(
        campaign_id=campaign_id,
        state=ContactState.READY,
        zone_set_id=zone.id,
        name="Пётр",
        company="ООО",
        created_at=now,
    )
    contact.numbers.append(ContactNumber(campaign_id=campaign_id, number=number))
    s.add(contact)
    s.flush()
    return contact


def place(s: Session, contact: Contact, attempt_id: str, operator_id: int | None, at: datetime) -> Attempt:
    """A call that is up."""
    attempt = Attempt(
        id=attempt_id, campaign_id=contact.campaign_id, contact_id=contact.id, number_id=contact.numbers[0].id,
        to_number=contact.numbers[0].number, provider="pretend", mode=Mode.PROGRESSIVE, state=AttemptState.CONNECTED,
        operator_id=operator_id, placed_at=at, sent_at=at, answered_at=at, connected_at=at,
    )  # fmt: skip
    s.add(attempt)
    s.flush()
    return attempt


def close(s: Session, attempt: Attempt, disposition: str, at: datetime, outcome: Outcome = Outcome.ANSWERED) -> None:
    """The call is over and has its outcome, as the wrap-up leaves it."""
    attempt.state, attempt.outcome, attempt.disposition = AttemptState.CLOSED, outcome, disposition
    attempt.ended_at = attempt.closed_at = at
    contact = s.get_one(Contact, attempt.contact_id)
    contact.state, contact.disposition, contact.disposed_at = ContactState.CLOSED, disposition, at
    s.flush()


def talk(s: Session, attempt: Attempt, who: Respondent, at: datetime) -> tuple[str, datetime]:
    """Walk the script; the outcome it suggests ("" where they hung up without one) and when it was over."""
    operator = attempt.operator_id or 0
    run = script_run.ensure(s, attempt.id, operator, at)
    assert run is not None
    objected: set[str] = set()
    for _ in range(MAX_STEPS):
        shown = script_run.view(s, attempt.id, operator, at)
        assert shown is not None
        step = shown.step
        if step.ended:
            return step.ended, at
        at += timedelta(seconds=STEP_S)
        if who.gone_at == step.node:
            ended = script_run.end(s, attempt.id, operator, shown.revision, "hung_up", at).ended
            return ended or "", at
        if step.node in who.objects and step.node not in objected:
            objected.add(step.node)
            script_run.objection(s, attempt.id, operator, shown.revision, who.objects[step.node], at)
            continue
        values = {q.field: who.answers[q.field] for q in step.questions if q.field in who.answers}
        moved = script_run.answer(s, attempt.id, operator, shown.revision, values, at) if values else None
        if moved and moved.ended:
            return moved.ended, at
        press(s, attempt, who, at)
    raise AssertionError(f"the talk goes round in circles at {step.node}")


def press(s: Session, attempt: Attempt, who: Respondent, at: datetime) -> None:
    """The respondent's button of the step shown, or the first there is."""
    operator = attempt.operator_id or 0
    shown = script_run.view(s, attempt.id, operator, at)
    assert shown is not None
    codes = [button.code for button in shown.step.buttons]
    code = who.buttons.get(shown.step.node, codes[0])
    script_run.choose(s, attempt.id, operator, shown.revision, code, at)


def campaign_of(s: Session, project_id: int, script_id: int, name: str, now: datetime) -> Campaign:
    """A campaign that calls along a script."""
    made = Campaign(project_id=project_id, name=name, script_id=script_id, mode=Mode.PROGRESSIVE, created_at=now)
    s.add(made)
    s.flush()
    return made
