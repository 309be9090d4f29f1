"""Acts of the desk: keep a free time while the contact agrees to it, book it, give it back."""

from __future__ import annotations

from datetime import UTC, datetime

from flask_babel import gettext
from sqlalchemy.orm import Session

from dialer.desk import script_run
from dialer.desk.appointments import booking
from dialer.errors import Refusal
from webapp.desk.presence import Form
from webapp.desk.room import act, my_id


@act("/desk/appointments/hold")
def hold_time(s: Session, now: datetime, form: Form) -> None:
    """Keep this time for ten minutes; ``field`` is the question of the script that it answers."""
    try:
        starts_at, closer_id = datetime.fromisoformat(form.get("starts_at", "")), int(form.get("closer", ""))
    except ValueError:
        raise Refusal("slot_taken") from None
    attempt_id = form.get("attempt", "")
    booking.hold(s, attempt_id, closer_id, starts_at.astimezone(UTC), my_id(), now)
    if field := form.get("field", ""):
        revision = form.get("revision", "")
        at = int(revision) if revision.isdigit() else -1
        script_run.answer(s, attempt_id, my_id(), at, {field: starts_at.isoformat()}, now)


@act("/desk/appointments/<int:appointment_id>/book")
def book_time(s: Session, now: datetime, form: Form, appointment_id: int) -> str:
    """Book the time that is kept."""
    row = booking.book(s, appointment_id, my_id(), now, form.get("email", ""))
    if row.email:
        return gettext("Booked. The invitation goes to %(address)s.", address=row.email)
    return gettext("Booked. There is no address to send an invitation to.")


@act("/desk/appointments/<int:appointment_id>/give-up")
def give_time_up(s: Session, now: datetime, form: Form, appointment_id: int) -> None:
    """Give it back."""
    booking.give_up(s, appointment_id, my_id(), now)
