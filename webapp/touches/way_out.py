"""Views: the way out of letters. The address itself is the key; opening it changes nothing, only the button does, since
mail programs open addresses by themselves. A mail program's own button posts without a token (RFC 8058)."""

from __future__ import annotations

from flask import render_template, request

from dialer.clock import now
from dialer.store.contacts import Contact
from dialer.touches import replies
from webapp.data import reading, settings, writing
from webapp.guards import public
from webapp.problems import NotThere
from webapp.security import csrf
from webapp.touches.room import blueprint

ONE_CLICK = "One-Click"


def _contact_id(token: str) -> int:
    """Raises NotThere."""
    found = replies.contact_of(settings().secret_key.get_secret_value(), token)
    with reading() as s:
        if found is None or s.get(Contact, found) is None:
            raise NotThere
    return found


@blueprint.get("/unsubscribe/<token>")
@public
def ask(token: str) -> str:
    """Are you sure, and may we still call?"""
    _contact_id(token)
    return render_template("touches/way_out.html", done=False, token=token)


@csrf.exempt
@blueprint.post("/unsubscribe/<token>")
@public
def leave(token: str) -> str:
    """No more letters."""
    contact_id = _contact_id(token)
    with writing() as s:
        replies.unsubscribe(s, contact_id, now(), calls_too=request.form.get("calls") == "1")
    return render_template("touches/way_out.html", done=True, token=token)
