"""Views: the login page, logging out, changing one's password, preferences, health."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, jsonify, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from sqlalchemy import text

from dialer.clock import now
from dialer.errors import BadInput
from dialer.people import accounts, audit, passwords, throttle
from dialer.people.accounts import LANGUAGES
from dialer.store.people import User
from webapp.data import reading, settings, writing
from webapp.guards import public, signed_in
from webapp.identity import Person, me
from webapp.layout import THEMES
from webapp.login import second
from webapp.login.demo import demo_people
from webapp.login.entering import keep_language, let_in
from webapp.login.room import blueprint

YEAR_S = 31_536_000


def ours(address: str) -> str:
    """The address if it is a path of this site, else the first page (no open redirect)."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\")) and "\n" not in address
    return address.rstrip("?") if inside else url_for("home.show")


@blueprint.get("/login")
@public
def show() -> Any:
    """The form; people already inside are sent on."""
    if current_user.is_authenticated:
        return redirect(url_for("home.show"))
    return _form()


def _form(problem: str = "", status: int = 200) -> tuple[str, int]:
    people = demo_people() if settings().demo else []
    onward = request.values.get("next", "")
    return render_template("login/login.html", problem=problem, people=people, onward=onward), status


@blueprint.post("/login")
@public
def enter() -> Any:
    """Check name and password."""
    login, password = request.form.get("login", ""), request.form.get("password", "")
    user, slow = _check(login, password, request.remote_addr or "")
    if slow:
        return _form(_("Too many attempts. Wait a quarter of an hour, then try again."), 429)
    if user is None:
        return _form(_("The login name or the password is wrong."), 401)
    if user.totp_secret:
        return second.ask(user, ours(request.form.get("next", "")))
    let_in(user)
    return redirect(ours(request.form.get("next", "")))


def _check(login: str, password: str, address: str) -> tuple[User | None, bool]:
    """The person, and whether no password is looked at now. Hashing happens outside any transaction: it is slow."""
    with reading() as s:
        if throttle.blocked(s, login, address, now()):
            return None, True
        user = accounts.by_login(s, login)
    good = passwords.matches(user.password_hash if user and user.active else None, password)
    with writing() as s:
        if not good or user is None:
            throttle.failed(s, login, address, now())
            audit.write(s, now(), user.id if user else None, "login", "session", allowed=False)
            return None, False
        throttle.succeeded(s, login)
        audit.write(s, now(), user.id, "login", "session")
    return user, False


@blueprint.post("/logout")
@signed_in
def leave() -> Response:
    """End this session, or all of this person's."""
    if request.form.get("where") == "everywhere":
        with writing() as s:
            accounts.end_sessions(s.get_one(User, me().id))
    logout_user()
    session.clear()
    return redirect(url_for("login.show"))  # type: ignore[return-value]


@blueprint.get("/password")
@signed_in
def password() -> str:
    """The form for one's own password."""
    return render_template("login/password.html", problem="")


@blueprint.post("/password")
@signed_in
def change_password() -> Any:
    """Change it; every other session of this person ends."""
    if not passwords.matches(me().password_hash, request.form.get("old", "")):
        return render_template("login/password.html", problem=_("The present password is wrong.")), 400
    if request.form.get("new", "") != request.form.get("again", ""):
        return render_template("login/password.html", problem=_("The two new passwords differ.")), 400
    try:
        with writing() as s:
            user = s.get_one(User, me().id)
            accounts.set_password(user, request.form["new"])
            audit.write(s, now(), user.id, "password", f"user:{user.id}")
    except BadInput:
        told = _(
            "A password needs %(from)s to %(to)s characters.", **{"from": passwords.SHORTEST, "to": passwords.LONGEST}
        )
        return render_template("login/password.html", problem=told), 400
    with reading() as s:
        login_user(Person(accounts.by_id(s, user.id) or user))
    flash(_("The password was changed. Other devices have been logged out."), "success")
    return redirect(url_for("home.show"))


@blueprint.post("/preferences")
@public
def preferences() -> Response:
    """Language and colours, kept with the person or, before login, in the session."""
    answer = redirect(ours(request.form.get("next", "")))
    if (language := request.form.get("language")) in LANGUAGES:
        keep_language(language)
    if (theme := request.form.get("theme")) in THEMES:
        secure = settings().public_url.startswith("https://")
        answer.set_cookie("theme", theme, max_age=YEAR_S, samesite="Lax", httponly=True, secure=secure)
    return answer  # type: ignore[return-value]


@blueprint.get("/healthz")
@public
def health() -> Any:
    """Whether this process and its database answer; for supervisors and load balancers."""
    with reading() as s:
        s.execute(text("SELECT 1"))
    return jsonify(status="ok")
