"""Views: the funnel board. Cards are dragged, or moved by a dialog that a keyboard opens (M on a card)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Response, render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.errors import Refusal
from dialer.leads import columns as boards
from dialer.leads import funnel as moves
from dialer.people import may
from dialer.people.rights import people_of
from dialer.profiles import dispositions
from dialer.rules.words import AGREED_ON, Stage
from dialer.store.appointments import Appointment
from dialer.store.contacts import Contact
from dialer.store.desk import Handoff, Lead
from dialer.store.projects import Project
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.language import chosen, zone_info
from webapp.leads.room import REASONS, back, blueprint, is_closer, projects
from webapp.problems import NotThere

TOLD: dict[str, Any] = {
    "by_hand": _l("Moved by hand"),
    "exhausted": _l("Every try used up"),
}


@blueprint.get("/funnel")
@needs("lead.see")
def funnels() -> str:
    """The board of the project asked for, else of one's first; or a page that says that there is none."""
    with reading() as s:
        project = _wanted(s)
    return render_template("leads/none.html") if project is None else _page("leads/funnel.html", project.id)


@blueprint.get("/funnel/live")
@needs("lead.see")
def funnel_live() -> str:
    """Its columns, fetched anew when something happens. Raises NotThere."""
    with reading() as s:
        project = _wanted(s)
    if project is None:
        raise NotThere
    return _page("leads/funnel_live.html", project.id)


def _wanted(s: Session) -> Project | None:
    """The project asked for, if it is among one's own: a closer's right reaches their leads, not the project.
    Raises NotThere."""
    mine, wanted = projects(s, "lead.see"), request.args.get("project", type=int)
    if wanted is None:
        return mine[0] if mine else None
    found = next((project for project in mine if project.id == wanted), None)
    if found is None:
        raise NotThere
    return found


def _page(template: str, project_id: int) -> str:
    with reading() as s:
        project = s.get_one(Project, project_id)
        columns = boards.columns(s, project, now(), _own(s, project_id))
        return render_template(
            template,
            project=project,
            mine=projects(s, "lead.see"),
            columns=columns,
            may_move=is_closer() or people_of(s, me(), "lead.move", project_id) != frozenset(),
            may_later=may(s, me(), "later.see", project),
            may_terms=may(s, me(), "project.edit", project),
        )


def _own(s: Session, project_id: int) -> set[int] | None:
    """The contacts handed to this closer or meeting them, or those of a group lead's team; None for all."""
    team = frozenset({me().id}) if is_closer() else people_of(s, me(), "lead.see", project_id)
    if team is None:
        return None
    handed = select(Lead.contact_id).join(Handoff, Handoff.lead_id == Lead.id)
    meets = select(Appointment.contact_id).where(Appointment.closer_id.in_(team), Appointment.state.in_(AGREED_ON))
    mine = set(s.scalars(handed.where(Handoff.closer_id.in_(team)))) | set(s.scalars(meets))
    if not is_closer():
        mine |= set(s.scalars(handed.where(Handoff.operator_id.in_(team))))
        mine |= set(s.scalars(select(Contact.id).where(Contact.owner_id.in_(team))))
    return mine


@blueprint.post("/contacts/<int:contact_id>/stage")
@needs("lead.move", Contact, "contact_id")
def move(contact_id: int) -> Response:
    """Move a contact; won takes a sum, lost a reason, the later pool a reason and a date."""
    form = request.form
    try:
        to = Stage(form.get("stage", ""))
    except ValueError:
        raise Refusal("no_such_move") from None
    with writing() as s:
        place = moves.by_hand(
            s, contact_id, to, me().id, now(), amount=_amount(form.get("amount", "")),
            reason=form.get("reason", ""), ready_at=_day(form.get("ready", "")),
        )  # fmt: skip
        project_id = place.project_id
    return back("leads.funnels", project=project_id)


def _amount(text: str) -> int | None:
    digits = "".join(text.replace("\u00a0", " ").split())
    return int(digits) if digits.isdecimal() and len(digits) < 14 else None


def _day(text: str) -> datetime | None:
    """The morning of a day in the browser's zone; None for what is no date."""
    try:
        return datetime.fromisoformat(text).replace(hour=9, tzinfo=zone_info()).astimezone(UTC)
    except ValueError:
        return None


@blueprint.app_template_filter("cause")
def cause(text: str) -> str:
    """Why a contact stands where it stands, in words; a person's own words stay as they are."""
    code = text.removeprefix("rejected:")
    known = dispositions().get(code)
    if known is not None:
        return known.label.get(chosen(), code)
    return str(REASONS.get(code, TOLD.get(code, code)))
