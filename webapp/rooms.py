"""The list of blueprints: each is a package (or module) of ``webapp`` that offers ``blueprint``."""

from __future__ import annotations

import importlib

from flask import Flask

ROOMS = (
    "webapp.login",
    "webapp.home",
    "webapp.manager",
    "webapp.lists",
    "webapp.rules",
    "webapp.recordings",
    "webapp.script",
    "webapp.people",
    "webapp.desk",
    "webapp.leads",
    "webapp.listening",
    "webapp.figures",
    "webapp.appointments",
    "webapp.touches",
    "webapp.live",
    "webapp.api",
    "webapp.twilio",
)


def open_all(app: Flask) -> None:
    """Register every room."""
    for name in ROOMS:
        app.register_blueprint(importlib.import_module(name).blueprint)
