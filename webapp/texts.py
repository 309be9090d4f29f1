"""Words that scripts in the browser need, from the same catalogue: read in a page as ``text("name")`` (js/page.js)."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

TEXTS: dict[str, Any] = {
    "connection_lost": _l("Connection lost. Trying again…"),
    "request_failed": _l("That did not work. Try again."),
    "copied": _l("Copied"),
}
"""Rooms add theirs at import: ``TEXTS.update(desk_ringing=_l("Ringing"))``."""


def spoken() -> dict[str, str]:
    """All of them in the language of this request."""
    return {name: str(text) for name, text in TEXTS.items()}
