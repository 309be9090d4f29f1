"""The calendar feed of one closer: an address that itself is the key, for calendar programs that cannot log in."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, flash, redirect, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer

from dialer.clock import now
from dialer.desk.appointments import lists
from dialer.people import audit
from dialer.store.appointments import CloserCalendar
from dialer.store.people import User
from webapp.appointments.room import blueprint
from webapp.data import reading, writing
from webapp.guards import needs, public
from webapp.identity import me
from webapp.problems import NotThere

SALT = "calendar feed"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=SALT)


def address() -> str:
    """The address of the person's own feed."""
    with reading() as s:
        row = s.get(CloserCalendar, me().id)
    token = _signer().dumps([me().id, row.feed_epoch if row else 0])
    return url_for("appointments.feed", token=token, _external=True)


@blueprint.get("/calendar/<token>.ics")
@public
def feed(token: str) -> Response:
    """The feed, to whoever has its address. An old address, and that of somebody switched off, is not there."""
    try:
        user_id, epoch = _signer().loads(token)
    except (BadSignature, ValueError, TypeError):
        raise NotThere from None
    with reading() as s:
        user, row = s.get(User, user_id), s.get(CloserCalendar, user_id)
        if user is None or not user.active or epoch != (row.feed_epoch if row else 0):
            raise NotThere
        text = lists.feed(s, user_id, now())
    return Response(text, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "no-store"})


@blueprint.post("/calendar/renew")
@needs("calendar.edit")
def renew() -> Any:
    """Make the old address useless."""
    with writing() as s:
        row = s.get(CloserCalendar, me().id)
        if row is None:
            flash(_("Save your hours first."), "danger")
            return redirect(url_for("appointments.hours"))
        row.feed_epoch += 1
        audit.write(s, now(), me().id, "calendar.renew", f"user:{me().id}")
    flash(_("The old address of the feed works no longer."), "success")
    return redirect(url_for("appointments.hours"))
