"""What every page shares: the base template, filters for dates and numbers, versioned static files, browser texts."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, request, url_for

from dialer.settings import Settings
from webapp import keys, navigation, texts
from webapp.layout import filters

STATIC = Path(__file__).parent.parent / "static"
THEMES = ("auto", "light", "dark")


@lru_cache(maxsize=256)
def _version(name: str, changed: int) -> str:
    return f"{changed:x}"


def static_url(name: str) -> str:
    """The address of a static file with its version, so that browsers may keep it for ever.

    Our own modules carry none: one that is loaded by a page and imported by another module must have one address, or
    the browser runs it twice.
    """
    if name.startswith("js/"):
        return url_for("static", filename=name)
    path = STATIC / name
    changed = path.stat().st_mtime_ns // 1_000_000 if path.exists() else 0
    return url_for("static", filename=name, v=_version(name, changed))


def theme() -> str:
    """The colours the person chose: ``auto`` follows the system."""
    chosen = request.cookies.get("theme", "auto")
    return chosen if chosen in THEMES else "auto"


def _common() -> dict[str, Any]:
    room = request.blueprint or ""
    return {
        "places": navigation.places,
        "shortcuts": keys.of_room(room),
        "page_data": {"keys": keys.as_json(room), "texts": texts.spoken()},
        "theme": theme(),
        "room": room,
    }


def set_up(app: Flask, settings: Settings) -> None:
    """Attach filters, globals and the common context."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(static_url=static_url, demo=settings.demo)
    filters.attach(app)
    app.context_processor(_common)
