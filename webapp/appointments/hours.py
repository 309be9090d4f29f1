"""Views: when a closer takes appointments; their own page, and that of whoever plans for them."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, render_template, request
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.desk.appointments import hours as calendars
from dialer.desk.appointments import slots
from dialer.errors import BadInput
from dialer.people import audit
from dialer.rules.words import Duty
from dialer.store.appointments import CloserCalendar
from dialer.store.people import User
from dialer.store.projects import Project
from webapp.appointments.feed import address_of
from webapp.appointments.room import blueprint
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.language import zone_info
from webapp.manager.forms import DAYS
from webapp.problems import NotThere

SPAN = re.compile(r"^\s*(\d{1,2}:\d{2})\s*[-–—]\s*(\d{1,2}:\d{2})\s*$")
USUAL = {str(day): [["09:00", "18:00"]] for day in range(1, 6)}


@blueprint.route("/appointments/hours", methods=["GET", "POST"])
@needs("calendar.edit")
def hours() -> Any:
    """My working hours by day, length, buffer, notice, days off; and the address of my feed."""
    with reading() as s:
        feed = address_of(s, me().id)
    return _page(me().id, feed)


@blueprint.route("/appointments/hours/<int:closer_id>", methods=["GET", "POST"])
@needs("calendar.edit", User, "closer_id")
def hours_of(closer_id: int) -> Any:
    """A closer's hours, for their group lead and manager; the feed's address stays the closer's own."""
    with reading() as s:
        if not slots.is_closer(s, closer_id):
            raise NotThere
    return _page(closer_id, "")


def _page(closer_id: int, feed: str) -> Any:
    problem = ""
    if request.method == "POST":
        try:
            _save(closer_id)
            flash(_("Saved. What is booked already stays booked."), "success")
            return redirect(request.path)
        except BadInput:
            problem = _("Nothing was saved yet: look at hours (09:00–13:00, 14:00–18:00), days off and minutes.")
    shown = _shown(closer_id)
    return render_template("appointments/hours.html", problem=problem, feed=feed, **shown), 400 if problem else 200


def _shown(closer_id: int) -> dict[str, Any]:
    with reading() as s:
        row, closer = s.get(CloserCalendar, closer_id), s.get_one(User, closer_id)
        week, zone = (row.week, row.zone) if row else _of_the_project(s, closer)
    typed = request.form
    days = []
    for n, (_code, name) in enumerate(DAYS, 1):
        told = ", ".join(f"{a}–{b}" for a, b in week.get(str(n), []))
        days.append((n, name, typed.get(f"day_{n}", told)))
    return {
        "closer": closer,
        "mine": closer_id == me().id,
        "own": row is not None,
        "seats": typed.get("seats", row.seats if row else 1),
        "days": days,
        "zone": typed.get("zone", zone),
        "off": typed.get("off", ", ".join(row.days_off) if row else ""),
        "minutes": {
            name: typed.get(name, getattr(row, f"{name}_min") if row else usual)
            for name, usual in (("length", 30), ("buffer", 10), ("notice", 60))
        },
    }


def _of_the_project(s: Session, closer: User) -> tuple[dict[str, Any], str]:
    """What holds until somebody saves other hours: those of the second line of the closer's first project."""
    for project_id in sorted(h.project_id for h in closer.holdings if h.project_id and h.duty is Duty.CLOSER):
        usual = calendars.of(s, closer.id, s.get_one(Project, project_id))
        spans = {day: [[f"{a:%H:%M}", f"{b:%H:%M}"] for a, b in given] for day, given in usual.week.items()}
        return {str(day): told for day, told in spans.items()}, str(usual.zone)
    return USUAL, str(zone_info())


def _save(closer_id: int) -> None:
    form = request.form
    week = {str(n): _spans(form.get(f"day_{n}", "")) for n in range(1, 8)}
    off = [part for part in re.split(r"[,;\s]+", form.get("off", "")) if part]
    numbers = [form.get(name, "").strip() for name in ("length", "buffer", "notice", "seats")]
    if not all(text.isdecimal() for text in numbers):
        raise BadInput("Minutes are whole numbers.")
    with writing() as s:
        calendars.save(s, closer_id, form.get("zone", "").strip(), week, off, *map(int, numbers))
        audit.write(s, now(), me().id, "calendar.edit", f"user:{closer_id}")


def _spans(text: str) -> list[list[str]]:
    """``09:00–13:00, 14:00–18:00``; empty is a day off. Raises BadInput."""
    found = []
    for part in filter(str.strip, text.split(",")):
        match = SPAN.match(part)
        if match is None:
            raise BadInput("Hours are written as 09:00–13:00, 14:00–18:00.")
        found.append([match[1].zfill(5), match[2].zfill(5)])
    return found
