"""Who passes: every view says what right it needs, or that it is public; a view that says nothing is not opened.

::

    @blueprint.get("/campaigns/<int:campaign_id>")
    @needs("campaign.see", Campaign, "campaign_id")
    def show(campaign_id): ...

Refused acts, and reads of personal data marked ``personal=True``, go to the audit table (P8).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request, url_for
from flask_login import current_user

from dialer.clock import now
from dialer.errors import Refusal
from dialer.people import audit, authorize
from dialer.rules.rights import MATRIX
from dialer.store import Database
from webapp.data import reading, writing
from webapp.problems import NotThere

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Need:
    """The right a view asks for; ``kind`` and ``argument`` say which row of the store it is about."""

    action: str
    kind: type | None = None
    argument: str = ""
    personal: bool = False


PUBLIC = Need("")


def needs(action: str, kind: type | None = None, argument: str = "", *, personal: bool = False) -> Callable[[F], F]:
    """Mark a view: only for people with the right ``action``, to the row ``kind`` named by the view's ``argument``."""
    MATRIX[action]  # a misspelt action ends at start, not at the first click

    def mark(view: F) -> F:
        view.need = Need(action, kind, argument, personal)  # type: ignore[attr-defined]
        return view

    return mark


def public(view: F) -> F:
    """Mark a view that asks for no login of ours (login page, health, callers who bring their own proof)."""
    view.need = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: F) -> F:
    """Mark a view that every logged-in person may use, about themselves only."""
    view.need = None  # type: ignore[attr-defined]
    return view


def need_of(app: Flask, endpoint: str) -> Need | None:
    """What a view asks for; None: a login only. Raises LookupError if the view does not say."""
    view = app.view_functions[endpoint]
    if endpoint == "static":
        return PUBLIC
    if not hasattr(view, "need"):
        raise LookupError(f"{endpoint} does not say who may use it: add @needs, @signed_in or @public")
    return view.need


def large(most_bytes: int) -> Callable[[F], F]:
    """Mark a view that takes more than the usual request, such as a file."""

    def mark(view: F) -> F:
        view.most_bytes = most_bytes  # type: ignore[attr-defined]
        return view

    return mark


def set_up(app: Flask) -> None:
    """Stand before every view. To be called before CSRF is attached: a stranger's upload is refused unread."""
    app.before_request(_check)
    app.before_request(_limit)


def verify(app: Flask) -> None:
    """Check that every view is marked. Raises LookupError."""
    for rule in app.url_map.iter_rules():
        need_of(app, rule.endpoint)


def _limit() -> None:
    view: Any = current_app.view_functions.get(request.endpoint or "")
    if hasattr(view, "most_bytes"):
        request.max_content_length = view.most_bytes


def _check() -> Any:
    if request.endpoint is None:
        return None  # a 404 says so by itself
    need = need_of(current_app, request.endpoint)
    if need is PUBLIC:
        return None
    if not current_user.is_authenticated:
        return _to_login()
    if need is not None:
        _authorize(need)
    return None


def _to_login() -> Any:
    """A page leads to the login page and back; a part of one takes the whole page there."""
    if request.headers.get("HX-Request") == "true":
        current = urlsplit(request.headers.get("HX-Current-URL", ""))
        there = url_for("login.show", next=f"{current.path}?{current.query}" if current.query else current.path)
        return "", 401, {"HX-Redirect": there}
    return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]


def _authorize(need: Need) -> None:
    key = (request.view_args or {}).get(need.argument)
    name = f"{need.kind.__tablename__}:{key}" if need.kind else request.endpoint or ""  # type: ignore[attr-defined]
    try:
        with reading() as s:
            row = s.get(need.kind, key) if need.kind else None
            if need.kind and row is None:
                raise NotThere
            authorize(s, current_user.user, need.action, row)
    except Refusal:
        _note(need.action, name, allowed=False)
        raise
    if need.personal:
        _note(need.action, name, allowed=True)
    g.need = need


def _note(action: str, name: str, *, allowed: bool) -> None:
    with writing() as s:
        audit.write(s, now(), current_user.id, action, name, allowed=allowed)


def check(db: Database, action: str, row: Any) -> None:
    """Ask for a further right inside a view, for example to a row that the form named. Raises Refusal; audited."""
    try:
        with db.read() as s:
            authorize(s, current_user.user, action, row)
    except Refusal:
        _note(action, f"{row.__tablename__}:{getattr(row, 'id', '')}", allowed=False)
        raise
