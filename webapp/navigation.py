"""Where one may go: the menu is made of what the person's duties allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l

from webapp.identity import can


@dataclass(frozen=True)
class Place:
    """One entry of the menu; ``action`` is the right without which it is not shown; ``key`` its shortcut's name."""

    endpoint: str
    label: Any
    action: str = ""
    key: str = ""


PLACES = (
    Place("home.show", _l("Start"), key="go-home"),
    Place("desk.show", _l("Desk"), "desk.use", "go-desk"),
    Place("manager.campaigns", _l("Campaigns"), "campaign.see", "go-campaigns"),
    Place("manager.projects", _l("Projects"), "project.see"),
    Place("lists.contacts", _l("Contacts"), "contact.list", "go-contacts"),
    Place("lists.suppression", _l("Do not call"), "suppression.see"),
    Place("recordings.index", _l("Recordings"), "recording.list", "go-recordings"),
    Place("script.index", _l("Scripts"), "script.see"),
    Place("people.index", _l("People"), "people.see"),
)


def places() -> list[Place]:
    """The menu of the person at the browser."""
    known = current_app.view_functions
    return [p for p in PLACES if p.endpoint in known and (not p.action or can(p.action))]
