"""Who may do what, as data: the one table behind every page, command and API call (P8).

An action that is not listed for a duty is refused. ``Reach`` says how far the right goes: a holding in one project
reaches that project only; a holding without a project reaches every project. ``dialer.people`` decides.
May import the standard library and ``dialer.rules.words`` only.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from dialer.rules.words import Duty


class Reach(StrEnum):
    """How far a right goes, narrowest first."""

    OWN = "own"
    """One's own calls, contacts of those calls, one's own callbacks."""
    TEAM = "team"
    """What belongs to members of one's team; a holding without a team reaches the project."""
    PROJECT = "project"
    ALL = "all"
    """Whatever the project."""


O, C, G, S = Duty.OPERATOR, Duty.CLOSER, Duty.GROUP_LEAD, Duty.SUPERVISOR  # noqa: E741
W, B, P, V, A = Duty.SCRIPT_WRITER, Duty.BASE_ADMIN, Duty.PROJECT_MANAGER, Duty.CLIENT_VIEWER, Duty.SYSTEM_ADMIN


def _project(*duties: Duty) -> dict[Duty, Reach]:
    return dict.fromkeys(duties, Reach.PROJECT)


MATRIX: Mapping[str, Mapping[Duty, Reach]] = {
    # Calls and what comes of them
    "desk.use": {O: Reach.OWN, C: Reach.OWN, G: Reach.OWN},
    "call.listen": {G: Reach.TEAM, **_project(S, P)},
    "call.manual": {O: Reach.OWN, C: Reach.OWN},
    "call.choose": {O: Reach.OWN},
    # People on the lists
    "contact.see": {O: Reach.OWN, C: Reach.OWN, G: Reach.TEAM, **_project(S, B, P)},
    "contact.number": _project(S, B, P),
    "contact.list": _project(S, B, P),
    "contact.edit": {O: Reach.OWN, C: Reach.OWN, **_project(B, P)},
    "contact.export": _project(B),
    "person.export": _project(B, P),
    "person.erase": _project(B),
    "list.import": _project(B),
    "suppression.see": _project(G, S, B, P),
    "suppression.add": _project(O, C, G, S, B),
    "suppression.remove": _project(B),
    # Projects and campaigns
    "project.see": _project(G, S, W, B, P),
    "project.create": _project(P),
    "project.edit": _project(P),
    "campaign.see": {**_project(G, S, B, P), A: Reach.ALL},
    "campaign.edit": _project(P),
    "campaign.members": _project(G, P),
    "campaign.start": _project(P),
    "campaign.pause": _project(G, S, P),
    "campaign.stop": {**_project(P), A: Reach.ALL},
    # Scripts
    "script.see": _project(G, S, W, P, V),
    "script.edit": _project(W),
    "script.publish": _project(W, P),
    "script.comment": _project(G, S, W, P),
    # Answers hold addresses and numbers that people gave
    "answers.export": _project(B, P),
    # Leads and the second line
    "lead.board": {C: Reach.OWN, G: Reach.TEAM, **_project(S, P)},
    "lead.see": {C: Reach.OWN, G: Reach.TEAM, **_project(S, P)},
    "lead.move": {C: Reach.OWN, G: Reach.TEAM, **_project(P)},
    "lead.assign": {G: Reach.TEAM, **_project(P)},
    "lead.let_through": {G: Reach.TEAM, **_project(P)},
    "lead.share": _project(S, P),
    "lead.settle": _project(P),
    "lead.client": _project(P, V),
    "lead.dispute": _project(V),
    "later.see": _project(G, S, B, P),
    "later.draw": _project(B, P),
    "project.organisation": _project(P),
    # Appointments
    "appointment.see": {C: Reach.OWN, G: Reach.TEAM, **_project(S, P)},
    "appointment.change": {C: Reach.OWN, G: Reach.TEAM, **_project(P)},
    "appointment.book": {O: Reach.OWN, C: Reach.OWN, G: Reach.TEAM, **_project(P)},
    "calendar.edit": {C: Reach.OWN, G: Reach.TEAM, **_project(P)},
    # Letters
    "letter.again": {G: Reach.TEAM, **_project(P)},
    "touches.edit": _project(P),
    # Recordings
    "recording.list": {C: Reach.OWN, G: Reach.TEAM, **_project(S, P)},
    "recording.listen": {C: Reach.OWN, G: Reach.TEAM, **_project(S, P)},
    "recording.download": _project(S, P),
    # Figures
    "report.see": {O: Reach.OWN, C: Reach.OWN, G: Reach.TEAM, **_project(S, P, V)},
    "report.people": {O: Reach.OWN, C: Reach.OWN, G: Reach.TEAM, **_project(S, P)},
    "plan.edit": {G: Reach.TEAM, **_project(P)},
    # The installation
    "people.see": {A: Reach.ALL},
    "people.edit": {A: Reach.ALL},
    "audit.see": {**_project(S, P), A: Reach.ALL},
}
"""action -> duty -> how far. A test walks this table over every route of the pages."""

EVERYWHERE = frozenset({"project.create"})
"""Actions on the installation as a whole: a holding limited to one project does not give them."""


def reach(action: str, duty: Duty) -> Reach | None:
    """How far ``duty`` may ``action``; None is a refusal. Raises KeyError for an action that does not exist."""
    return MATRIX[action].get(duty)
