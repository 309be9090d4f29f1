"""Views: the second factor. Asked for after the password by who has set it up; set up on a page of its own.

Where ``Settings.needs_second_factor``, who holds a duty above operator gets to no other page before.
"""

from __future__ import annotations

import time
from typing import Any

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from dialer.clock import now
from dialer.people import accounts, audit, second_factor, throttle
from dialer.store.people import User
from webapp.data import reading, settings, writing
from webapp.guards import public, signed_in
from webapp.identity import me
from webapp.login.entering import let_in
from webapp.login.room import blueprint

WAITS = "second"
SECRET = "second_secret"  # noqa: S105 - the name under which the session keeps it
PATIENCE_S = 300
OPEN_ROOMS = frozenset({"login", "live"})


def ask(user: User, onward: str) -> Any:
    """The password was right: on to the code. Nobody is logged in by this."""
    language = session.get("language", user.language)
    session.clear()
    session["language"] = language
    session[WAITS] = {"user": user.id, "epoch": user.session_epoch, "at": int(time.time()), "onward": onward}
    return redirect(url_for("login.code"))


def _waiting() -> User | None:
    kept = session.get(WAITS)
    if not kept or time.time() - kept["at"] > PATIENCE_S:
        return None
    with reading() as s:
        user = accounts.by_id(s, kept["user"])
    return user if user and user.active and user.session_epoch == kept["epoch"] else None


@blueprint.get("/login/code")
@public
def code() -> Any:
    """The form for the code."""
    return render_template("login/code.html", problem="") if _waiting() else redirect(url_for("login.show"))


@blueprint.post("/login/code")
@public
def enter_code() -> Any:
    """Check the code; as slow to guess as a password."""
    user = _waiting()
    if user is None:
        return redirect(url_for("login.show"))
    address = request.remote_addr or ""
    with writing() as s:
        if throttle.blocked(s, user.login, address, now()):
            told = _("Too many attempts. Wait a quarter of an hour, then try again.")
            return render_template("login/code.html", problem=told), 429
        before = len(user.recovery)
        good = second_factor.take(s, user, request.form.get("code", ""), now())
        left = len(s.get_one(User, user.id).recovery)
        audit.write(s, now(), user.id, "second_factor", "session", allowed=good)
        if not good:
            throttle.failed(s, user.login, address, now())
    if not good:
        told = _("The code is wrong or was used already. Wait for the next one.")
        return render_template("login/code.html", problem=told), 401
    onward = session[WAITS]["onward"]
    let_in(user)
    if left < before:
        flash(_("A recovery code was used; %(left)s are left. Set the second factor up anew soon.", left=left), "info")
    return redirect(onward)


@blueprint.get("/second-factor")
@signed_in
def second_factor_page() -> str:
    """Set it up: a secret for the authenticator, then a code from it."""
    return _page("")


def _page(problem: str) -> str:
    secret = session.setdefault(SECRET, second_factor.new_secret())
    spaced = " ".join(secret[i : i + 4] for i in range(0, len(secret), 4))
    return render_template(
        "login/second_factor.html",
        problem=problem,
        has=bool(me().totp_secret),
        secret=spaced,
        address=second_factor.address(me(), secret),
        must=_must(),
    )


@blueprint.post("/second-factor")
@signed_in
def set_up_second_factor() -> Any:
    """Keep the secret once a code fits."""
    secret = session.get(SECRET)
    with writing() as s:
        user = s.get_one(User, me().id)
        codes = second_factor.set_up(s, user, str(secret), request.form.get("code", ""), now()) if secret else []
    if not codes:
        return _page(_("The code does not fit. Look at the clock of your device, then type the next code.")), 400
    session.pop(SECRET, None)
    return render_template("login/recovery.html", codes=codes)


def _must() -> bool:
    needed = settings().needs_second_factor and not me().totp_secret
    return needed and second_factor.above_operator(me())


@blueprint.before_app_request
def _lead_there() -> Any:
    """Who must have a second factor and has none sees the page for it and nothing else."""
    room = (request.endpoint or "static").partition(".")[0]
    if room in OPEN_ROOMS or request.endpoint == "static" or not current_user.is_authenticated:
        return None
    if request.endpoint not in current_app.view_functions or not _must():
        return None
    return redirect(url_for("login.second_factor_page"))
