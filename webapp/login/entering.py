"""Letting somebody in: a session that starts anew, in the language chosen before."""

from __future__ import annotations

from flask import session
from flask_login import current_user, login_user

from dialer.people.accounts import LANGUAGES
from dialer.store.people import User
from webapp.data import writing
from webapp.identity import Person


def let_in(user: User) -> None:
    """The session starts anew with this person in it."""
    language = session.get("language")
    session.clear()
    session.permanent = True
    login_user(Person(user))
    if language in LANGUAGES and language != user.language:
        keep_language(language)


def keep_language(language: str) -> None:
    """Remember it for the session and, once somebody is in, for the person."""
    session["language"] = language
    if current_user.is_authenticated:
        with writing() as s:
            s.get_one(User, current_user.id).language = language
