"""Acts of the wrap-up: the draft as it is typed, and the outcome with note and callback in one transaction."""

from __future__ import annotations

from datetime import datetime

from flask import Response, jsonify, request
from flask_babel import gettext
from sqlalchemy.orm import Session

from dialer import clock
from dialer.desk import callbacks, drafts, local_time, session, wrap_up
from dialer.errors import Refusal
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ZoneSet
from webapp.data import writing
from webapp.desk.presence import Form
from webapp.desk.room import act, blueprint, my_id, refused_text
from webapp.guards import needs


@blueprint.post("/desk/draft")
@needs("desk.use")
def keep_draft() -> Response:
    """Keep the note, outcome and callback as they stand; answers when the wrap-up ends now."""
    now = clock.now()
    try:
        with writing() as s:
            drafts.save(s, request.form.get("attempt", ""), my_id(), request.form, now)
            row = session.get(s, my_id(), now)
            drafts.extend(s, row, now)
            until = row.wrap_until_at
    except Refusal as refusal:
        response = jsonify(error=refusal.code, said=refused_text(refusal))
        response.status_code = 409
        return response
    return jsonify(until=until.isoformat() if until else None)


@act("/desk/save")
def save(s: Session, now: datetime, form: Form) -> str:
    """Write what came of the call; the next call may come."""
    attempt_id = form.get("attempt", "")
    attempt = s.get(Attempt, attempt_id)
    if attempt is None:
        raise Refusal("not_your_call")
    wanted = form.get("callback_owner")
    team = callbacks.team_of(s, my_id(), attempt.campaign_id) if wanted == "team" else None
    wrap_up.save(
        s, attempt_id, my_id(), form.get("disposition", ""), now,
        note=form.get("note", ""), callback_at=moment(s, attempt, form.get("callback_at", ""), now),
        callback_owner=my_id() if wanted == "me" else None, callback_team=team,
    )  # fmt: skip
    drafts.drop(s, attempt_id, my_id())
    return gettext("Saved.")


def moment(s: Session, attempt: Attempt, text: str, now: datetime) -> datetime | None:
    """A wall clock over there (``2026-03-05T10:00``) as an instant; what has an offset keeps it."""
    if not text:
        return None
    at = local_time.instant(s.get_one(ZoneSet, s.get_one(Contact, attempt.contact_id).zone_set_id).names, text, now)
    if at is None:
        raise Refusal("callback_needs_time")
    return at


@act("/desk/callbacks/<int:callback_id>/cancel")
def cancel_callback(s: Session, now: datetime, form: Form, callback_id: int) -> str:
    """Take a promise back."""
    callbacks.cancel(s, callback_id, my_id(), now, form.get("reason", ""))
    return gettext("The callback is cancelled.")
