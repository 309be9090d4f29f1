"""Acts on one's own calls and contacts: call somebody again, put an outcome or a card right."""

from __future__ import annotations

from datetime import datetime

from flask import render_template, request
from flask_babel import gettext
from markupsafe import escape
from sqlalchemy.orm import Session

from dialer import clock
from dialer.desk import by_hand, card_editing, choosing, correcting
from dialer.errors import BadInput, Refusal
from dialer.store.calls import Attempt
from webapp.data import writing
from webapp.desk.calls import my_call
from webapp.desk.outcomes import moment
from webapp.desk.presence import Form
from webapp.desk.room import act, blueprint, my_id, refused_text
from webapp.guards import needs


@act("/desk/call/by-hand")
def call_by_hand(s: Session, now: datetime, form: Form) -> None:
    """Dial this contact of mine now."""
    if not form.get("contact", "").isdigit():
        raise Refusal("no_such_contact")
    by_hand.ask(s, my_id(), int(form["contact"]), now)


@blueprint.post("/desk/find")
@needs("desk.use")
def find() -> tuple[str, int]:
    """The contacts of a manual campaign, to choose from; a part of the page."""
    try:
        with writing() as s:
            found = choosing.find(s, my_id(), request.form.get("q", "")[:80], clock.now())
            return render_template("desk/found.html", found=found), 200
    except Refusal as refusal:
        return escape(refused_text(refusal)), 409


@act("/desk/contact")
def edit_contact(s: Session, now: datetime, form: Form) -> str:
    """Put the card of the contact on the desk right."""
    _, attempt = my_call(s)
    try:
        card_editing.change(s, my_id(), attempt.contact_id, form.to_dict(), now)
    except BadInput:
        raise Refusal("no_email") from None
    return gettext("The card is changed.")


@act("/desk/correct")
def correct(s: Session, now: datetime, form: Form) -> str:
    """Put another outcome in the place of the one that was saved."""
    attempt = s.get(Attempt, form.get("call", ""))
    if attempt is None:
        raise Refusal("not_your_call")
    at = moment(s, attempt, form.get("callback_at", ""), now)
    correcting.correct(s, attempt.id, my_id(), form.get("disposition", ""), now, callback_at=at, callback_owner=my_id())
    return gettext("The outcome is changed.")
