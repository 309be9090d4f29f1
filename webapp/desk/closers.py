"""Acts of the closer: decline a ringing handoff, judge a lead, take one from the list, be free for the next."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from dialer.desk import closing
from webapp.desk.presence import Form
from webapp.desk.room import act, my_id


@act("/desk/closer/<int:handoff_id>/decline")
def decline(s: Session, now: datetime, form: Form, handoff_id: int) -> None:
    """Not this one."""
    closing.decline(s, handoff_id, my_id(), now)


@act("/desk/closer/<int:handoff_id>/accept")
def accept(s: Session, now: datetime, form: Form, handoff_id: int) -> str:
    """The lead is good."""
    closing.accept(s, handoff_id, my_id(), now)
    return gettext("The lead is accepted.")


@act("/desk/closer/<int:handoff_id>/reject")
def reject(s: Session, now: datetime, form: Form, handoff_id: int) -> str:
    """The lead is not good; the operator learns why."""
    closing.reject(s, handoff_id, my_id(), form.get("reason", ""), now, form.get("code", "other"))
    return gettext("Sent back with your reason.")


@act("/desk/closer/<int:handoff_id>/take")
def take(s: Session, now: datetime, form: Form, handoff_id: int) -> str:
    """This lead is mine from now on."""
    closing.take(s, handoff_id, my_id(), now)
    return gettext("The lead is yours.")


@act("/desk/closer/done")
def done(s: Session, now: datetime, form: Form) -> None:
    """Through with this call."""
    closing.done(s, my_id(), now)
