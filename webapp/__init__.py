"""The pages: Flask, one blueprint per duty, templates and static files beside it.

``create_app`` puts the common things together; ``guards`` decides who passes, ``security`` what the browser is told,
``language`` how it speaks, ``problems`` how a refusal reads, ``navigation`` and ``keys`` where one may go.
May import ``dialer`` and ``scripts``.
"""

from __future__ import annotations

from typing import Any

from flask import Flask

from dialer.settings import Settings
from dialer.store import Database
from webapp import guards, identity, language, layout, problems, rooms, security, words


def create_app(settings: Settings, db: Database, **config: Any) -> Flask:
    """The WSGI application. ``config`` overrides Flask's configuration, for tests. Raises SettingsError."""
    app = Flask("webapp", template_folder="layout/templates")
    app.extensions["warmline"] = {"db": db, "settings": settings}
    app.config.update(
        SECRET_KEY=settings.require_secret_key(),
        # Everything but a list import is small; the import view raises its own limit.
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
    )
    app.config.update(config)
    guards.set_up(app)
    for part in (security, identity, language, layout, problems):
        part.set_up(app, settings)
    words.attach(app)
    rooms.open_all(app)
    guards.verify(app)
    return app
