"""Who is asking: Flask-Login over our own people, with an epoch that ends every open session at once."""

from __future__ import annotations

from flask import Flask
from flask_login import LoginManager, UserMixin, current_user

from dialer.people import accounts, may
from dialer.rules.words import Duty
from dialer.settings import Settings
from dialer.store.people import User
from webapp.data import reading


class Person(UserMixin):
    """The person at the browser, as the pages know them; ``user`` is the row with its holdings."""

    def __init__(self, user: User) -> None:
        self.user = user
        self.id = user.id
        self.name = user.name
        self.login = user.login
        self.language = user.language
        self.duties = frozenset(h.duty for h in user.holdings)

    def get_id(self) -> str:
        """What the session cookie holds: the id and the epoch it was made in."""
        return f"{self.user.id}.{self.user.session_epoch}"

    def holds(self, *duties: Duty) -> bool:
        """Whether they hold any of these duties anywhere."""
        return not self.duties.isdisjoint(duties)


def me() -> User:
    """The logged-in person's row. Only for views that are not public."""
    return current_user.user


def can(action: str) -> bool:
    """Whether the person may do this to anything at all: for leaving out links, never for deciding."""
    if not current_user.is_authenticated:
        return False
    with reading() as s:
        return may(s, current_user.user, action)


def _load(session_id: str) -> Person | None:
    number, _, epoch = session_id.partition(".")
    if not number.isdigit():
        return None
    with reading() as s:
        user = accounts.by_id(s, int(number))
    if user is None or not user.active or str(user.session_epoch) != epoch:
        return None
    return Person(user)


def set_up(app: Flask, settings: Settings) -> None:
    """Attach Flask-Login."""
    manager = LoginManager(app)
    manager.login_view = "login.show"
    manager.login_message = None
    manager.user_loader(_load)
    app.jinja_env.globals["can"] = can
