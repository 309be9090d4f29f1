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
    about: Any = ""


PLACES = (  # the first page itself is behind the name in the corner
    Place("desk.show", _l("Desk"), "desk.use", "go-desk", _l("Calls, the script and outcomes")),
    Place("leads.board", _l("Second line"), "lead.board", about=_l("Leads that wait, and by when")),
    Place(
        "appointments.index",
        _l("Appointments"),
        "appointment.see",
        about=_l("Who meets which closer, and when"),
    ),
    Place("leads.funnels", _l("Funnel"), "lead.see", about=_l("How far each contact has come")),
    Place("leads.agreed", _l("Agreed leads"), "lead.client", about=_l("What was accepted, to hear and to check")),
    Place("figures.show", _l("Figures"), "report.see", about=_l("People, load, conversion and plan")),
    Place("manager.campaigns", _l("Campaigns"), "campaign.see", "go-campaigns", _l("Start, watch, pause and stop")),
    Place("manager.projects", _l("Projects"), "project.see", about=_l("What clients pay for")),
    Place("lists.contacts", _l("Contacts"), "contact.list", "go-contacts", _l("Find anybody and what was said")),
    Place("lists.suppression", _l("Do not call"), "suppression.see", about=_l("Numbers that are never dialled")),
    Place("recordings.index", _l("Recordings"), "recording.list", "go-recordings", _l("Find a call and hear it")),
    Place("rules.simulate", _l("Simulate"), "campaign.see", about=_l("Try a team and a list on a virtual clock")),
    Place(
        "listening.index", _l("Live calls"), "call.listen", about=_l("Listen, whisper to the operator, talk to both")
    ),
    Place("script.index", _l("Scripts"), "script.see", about=_l("What operators say, step by step")),
    Place("people.index", _l("People"), "people.see", about=_l("Who works here, with which duties")),
)


def places() -> list[Place]:
    """The menu of the person at the browser."""
    known = current_app.view_functions
    return [p for p in PLACES if p.endpoint in known and (not p.action or can(p.action))]
