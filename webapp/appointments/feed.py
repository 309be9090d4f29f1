"""The calendar feed of one closer: an address that itself is the key, for calendar programs that cannot log in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, current_app, flash, redirect, url_for
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.desk.appointments import lists
from dialer.errors import Refusal
from dialer.people import audit
from dialer.store.appointments import CloserCalendar
from dialer.store.people import User
from webapp.appointments.room import blueprint
from webapp.data import reading, writing
from webapp.guards import needs, public
from webapp.identity import me
from webapp.problems import NotThere, sentence

SALT = "calendar feed"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=SALT)


def address_of(s: Session, user_id: int) -> str:
    """The address of somebody's feed: for their eyes only, since it is the key too."""
    row = s.get(CloserCalendar, user_id)
    token = _signer().dumps([user_id, row.feed_epoch if row else 0])
    return url_for("appointments.feed", token=token, _external=True)


def renewed(s: Session, user_id: int, at: datetime) -> str:
    """A new address; the old one is useless. Raises Refusal ``hours_first``: nobody set any hours yet."""
    row = s.get(CloserCalendar, user_id, with_for_update=True)
    if row is None:
        raise Refusal("hours_first")
    row.feed_epoch += 1
    s.flush()
    audit.write(s, at, user_id, "calendar.renew", f"user:{user_id}")
    return address_of(s, user_id)


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
    try:
        with writing() as s:
            renewed(s, me().id, now())
        flash(_("The old address of the feed works no longer."), "success")
    except Refusal as refusal:
        flash(sentence(refusal), "danger")
    return redirect(url_for("appointments.hours"))
