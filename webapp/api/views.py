"""Turning rows into shapes; numbers are masked here unless somebody with the right asked for them."""

from __future__ import annotations

from sqlalchemy.orm import Session

from dialer.desk import drafts, handoffs, script_run
from dialer.desk.card import Card, card
from dialer.desk.script_run import RunView
from dialer.leads import gate
from dialer.people import audit
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.desk import OperatorSession
from webapp.api.room import Ask
from webapp.api.script_shapes import ScriptOut, StepOut
from webapp.api.shapes import (
    CallOut,
    CardOut,
    ContactOut,
    HandoffOut,
    NoteOut,
    NumberOut,
    SessionOut,
    TouchOut,
)
from webapp.layout.filters import masked


def session_out(row: OperatorSession) -> SessionOut:
    """A session."""
    return SessionOut.model_validate(row)


def script_out(run: RunView | None) -> ScriptOut | None:
    """The screen of a script."""
    if run is None:
        return None
    return ScriptOut(
        revision=run.revision,
        languages=list(run.languages),
        step=StepOut.model_validate(run.step),
        objections=dict(run.step.objections),
        visited=[crumb.node for crumb in run.step.visited],
    )


def number_out(row: ContactNumber, full: bool) -> NumberOut:
    """A number, masked unless ``full``."""
    return NumberOut(number=row.number if full else masked(row.number), extension=row.extension, bad=row.bad)


def card_out(shown: Card, full: bool = False) -> CardOut:
    """A contact card."""
    return CardOut(
        id=shown.id,
        name=shown.name,
        company=shown.company,
        email=shown.email,
        fields=dict(shown.fields),
        numbers=[
            NumberOut(
                number=n.number if full else masked(n.number), extension=n.extension, bad=n.bad, current=n.current
            )
            for n in shown.numbers
        ],
        zones=list(shown.there.zones),
        local_time=shown.there.early,
        tries=shown.tries,
        touches=[TouchOut.model_validate(touch) for touch in shown.touches],
        notes=[NoteOut.model_validate(note) for note in shown.notes],
        do_not_call=shown.do_not_call,
        callback_at=shown.callback_at,
    )


def contact_out(contact: Contact) -> ContactOut:
    """A contact as a list has it."""
    return ContactOut(
        id=contact.id,
        campaign_id=contact.campaign_id,
        state=contact.state.value,
        name=contact.name,
        company=contact.company,
        email=contact.email,
        priority=contact.priority,
        tries=contact.tries,
        disposition=contact.disposition,
        numbers=[number_out(row, full=False) for row in contact.numbers],
    )


def call_out(ask: Ask, attempt: Attempt) -> CallOut:
    """The call on the desk; that it was looked at is written down."""
    audit.write(ask.s, ask.now, ask.user.id, "contact.see", f"attempt:{attempt.id}")
    handoff = handoffs.of_attempt(ask.s, attempt.id)
    run = script_run.view(ask.s, attempt.id, attempt.operator_id or ask.user.id, ask.now)
    standing = gate.look(ask.s, attempt, ask.now)
    return CallOut(
        attempt_id=attempt.id,
        state=attempt.state.value,
        on_hold=attempt.on_hold,
        placed_at=attempt.placed_at,
        connected_at=attempt.connected_at,
        ended_at=attempt.ended_at,
        disposition=attempt.disposition,
        contact=card_out(card(ask.s, attempt.contact_id, ask.now, attempt.id)),
        script=script_out(run),
        bant=script_run.bant(ask.s, attempt.id),
        handoff=HandoffOut.model_validate(handoff) if handoff else None,
        may_hand_over=standing.open,
        lacks=standing.standing.lacks,
        draft=drafts.words_of(ask.s, attempt.id, ask.user.id),
    )


def my_attempt(s: Session, user_id: int) -> Attempt | None:
    """The attempt on this person's desk."""
    row = s.get(OperatorSession, user_id)
    attempt = s.get(Attempt, row.attempt_id) if row and row.attempt_id else None
    return attempt
