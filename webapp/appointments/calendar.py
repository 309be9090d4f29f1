"""Views: the appointments of a closer, of a group or of a project; confirm, move, call off, say what came of it."""

from __future__ import annotations

from datetime import datetime
from itertools import groupby
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.desk import local_time
from dialer.desk.appointments import booking, lists, results, slots
from dialer.mail import stuck
from dialer.people import audit, may
from dialer.people.rights import scope
from dialer.store.appointments import Appointment
from dialer.store.mail import Letter
from dialer.store.people import User
from dialer.store.projects import Campaign
from webapp.appointments.outside import slot_of
from webapp.appointments.room import blueprint
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import can, me
from webapp.language import zone_info
from webapp.leads.room import back, campaigns, is_closer


@blueprint.get("/appointments")
@needs("appointment.see")
def index() -> str:
    """What is ahead by day, and what the last two weeks brought."""
    return render_template("appointments/index.html", **_shown())


@blueprint.get("/appointments/live")
@needs("appointment.see")
def live() -> str:
    """Its inner part, fetched anew when something happens."""
    return render_template("appointments/live.html", **_shown())


def _shown() -> dict[str, Any]:
    at = now()
    with reading() as s:
        closer = me().id if is_closer() else None
        reach = None if closer else scope(s, me(), "appointment.see")
        found = lists.of_campaigns(s, campaigns(s, "appointment.see"), at, closer, reach)
        open_ones = [line for line in found if line.ahead]
        return {
            "at": at,
            "days": [(day, list(of)) for day, of in groupby(open_ones, key=_day)],
            "past": [line for line in reversed(found) if not line.ahead],
            "changes": {line.row.id for line in found if may(s, me(), "appointment.change", line.row)},
            "free": _free(s, open_ones, at),
            "there": {line.row.id: local_time.at_callee(line.zones, line.row.starts_at).zones[0] for line in found},
            "own": slots.is_closer(s, me().id),
            "closers": _closers(s),
            "stuck": _stuck(s),
        }


def _closers(s: Session) -> list[tuple[int, str]]:
    """Other people's hours that this person may change: (id, name)."""
    of = {one for campaign_id in campaigns(s, "calendar.edit") for one in slots.closers(s, campaign_id)} - {
        (me().id, me().name)
    }
    found = [(user_id, name) for user_id, name in of if may(s, me(), "calendar.edit", s.get_one(User, user_id))]
    return sorted(found, key=lambda one: (one[1], one[0]))


def _stuck(s: Session) -> list[stuck.Stuck]:
    """Letters that did not leave and that this person may send again: of their project, or of their group."""
    if not can("letter.again"):
        return []
    found = stuck.letters(s, campaigns(s, "letter.again"))
    return [one for one in found if may(s, me(), "letter.again", s.get_one(Letter, one.letter_id))]


def _day(line: lists.Line) -> object:
    return line.row.starts_at.astimezone(zone_info()).date()


def _free(s: Session, found: list[lists.Line], at: datetime) -> dict[int, list[slots.Slot]]:
    """campaign id -> free times, for moving."""
    ids = {line.row.campaign_id for line in found}
    return {one: slots.free(s, s.get_one(Campaign, one), at, limit=40, a_day=20) for one in ids}


@blueprint.post("/appointments/<int:appointment_id>/confirm")
@needs("appointment.change", Appointment, "appointment_id")
def confirm(appointment_id: int) -> Any:
    """They will be there."""
    with writing() as s:
        results.confirm(s, appointment_id, me().id, now())
    return back("appointments.index")


@blueprint.post("/appointments/<int:appointment_id>/move")
@needs("appointment.change", Appointment, "appointment_id")
def move(appointment_id: int) -> Any:
    """Another time: ``slot`` is a closer's id and an instant with an offset."""
    closer_id, starts_at = slot_of(request.form.get("slot", ""))
    with writing() as s:
        booking.reschedule(s, appointment_id, starts_at, me().id, now(), closer_id)
    return back("appointments.index")


@blueprint.post("/appointments/<int:appointment_id>/cancel")
@needs("appointment.change", Appointment, "appointment_id")
def cancel(appointment_id: int) -> Any:
    """Call it off."""
    with writing() as s:
        booking.cancel(s, appointment_id, request.form.get("reason", ""), me().id, now())
    return back("appointments.index")


@blueprint.post("/appointments/<int:appointment_id>/end")
@needs("appointment.change", Appointment, "appointment_id")
def end(appointment_id: int) -> Any:
    """It took place, or nobody appeared."""
    with writing() as s:
        took_place = request.form.get("took_place") == "1"
        results.end(s, appointment_id, took_place, me().id, now(), request.form.get("reason", ""))
    return back("appointments.index")


@blueprint.post("/letters/<int:letter_id>/again")
@needs("letter.again", Letter, "letter_id")
def send_again(letter_id: int) -> Any:
    """Send a letter that did not leave, or of which nobody knows; a person has decided so. Raises Refusal."""
    with writing() as s:
        stuck.send_again(s, letter_id, now())
        audit.write(s, now(), me().id, "letter.again", f"letter:{letter_id}")
    return back("appointments.index")
