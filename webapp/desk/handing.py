"""Acts of the operator: hand the lead to the second line, live or into the list; read what the closer said."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from dialer.desk import handoffs
from webapp.desk.presence import Form
from webapp.desk.room import act, my_id


@act("/desk/handoff/live")
def offer_live(s: Session, now: datetime, form: Form) -> None:
    """Ring the longest-ready closer."""
    handoffs.offer_live(s, form.get("attempt", ""), my_id(), now)


@act("/desk/handoff/listed")
def offer_listed(s: Session, now: datetime, form: Form) -> str:
    """Put the lead into the closers' list."""
    handoffs.offer_listed(s, form.get("attempt", ""), my_id(), now)
    return gettext("The lead is in the closers' list.")


@act("/desk/handoff/ask")
def ask_group_lead(s: Session, now: datetime, form: Form) -> str:
    """Ask the group lead to let a lead below the gate through."""
    handoffs.ask_to_let_through(s, form.get("attempt", ""), my_id(), now)
    return gettext("Your group lead is asked.")


@act("/desk/handoff/<int:handoff_id>/cancel")
def cancel_offer(s: Session, now: datetime, form: Form, handoff_id: int) -> None:
    """Stop ringing the closer."""
    handoffs.cancel(s, handoff_id, my_id(), now)


@act("/desk/handoff/<int:handoff_id>/leave")
def leave_them(s: Session, now: datetime, form: Form, handoff_id: int) -> None:
    """Leave contact and closer to it."""
    handoffs.leave(s, handoff_id, my_id(), now)


@act("/desk/handoff/<int:handoff_id>/seen")
def read_result(s: Session, now: datetime, form: Form, handoff_id: int) -> None:
    """The operator has read the closer's answer."""
    handoffs.seen(s, handoff_id, my_id(), now)
