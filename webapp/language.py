"""How the pages speak: Russian or English, kept with the person; dates in the zone of the browser."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, available_timezones

from flask import Flask, request, session
from flask_babel import Babel
from flask_login import current_user

from dialer.people.accounts import LANGUAGES
from dialer.settings import Settings

NAMES = {"en": "English", "ru": "Русский"}
ZONE_COOKIE = "zone"
_ZONES = available_timezones()


def chosen() -> str:
    """The language of this request: the person's, else the one chosen before login, else the browser's."""
    if current_user and current_user.is_authenticated:
        return current_user.language
    if session.get("language") in LANGUAGES:
        return session["language"]
    return request.accept_languages.best_match(LANGUAGES) or "en"


def zone() -> str:
    """The browser's time zone as its cookie says (set by page.js); UTC until it does."""
    told = request.cookies.get(ZONE_COOKIE, "")
    return told if told in _ZONES else "UTC"


def zone_info() -> ZoneInfo:
    """The same as an object."""
    return ZoneInfo(zone())


def midnight() -> datetime:
    """When the day of the person at the browser began."""
    return datetime.now(zone_info()).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def set_up(app: Flask, settings: Settings) -> None:
    """Attach Flask-Babel."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=chosen, timezone_selector=zone)
    app.jinja_env.globals.update(languages=LANGUAGES, language=chosen)
