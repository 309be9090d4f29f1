"""Views: booking from a contact's page, outside of a call."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dialer.clock import now
from dialer.desk import local_time
from dialer.desk.appointments import booking, outside, slots
from dialer.errors import Refusal
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.projects import Campaign
from webapp.appointments.room import blueprint
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.problems import sentence

SHOWN, A_DAY = 120, 12


@blueprint.route("/contacts/<int:contact_id>/appointment", methods=["GET", "POST"])
@needs("appointment.book", Contact, "contact_id", personal=True)
def book(contact_id: int) -> Any:
    """Free times of the campaign's closers; a refusal comes back with what was typed."""
    problem = ""
    if request.method == "POST":
        try:
            _book(contact_id)
            return redirect(url_for("lists.contact", contact_id=contact_id))
        except Refusal as refusal:
            problem = sentence(refusal)
    return _page(contact_id, problem), 409 if problem else 200


def _book(contact_id: int) -> None:
    closer_id, starts_at = slot_of(request.form.get("slot", ""))
    email, note = request.form.get("email", ""), request.form.get("note", "")
    with writing() as s:
        row = outside.book(s, contact_id, closer_id, starts_at, me(), now(), email, note)
    told = _("Booked. The invitation goes to %(address)s.", address=row.email)
    flash(told if row.email else _("Booked. There is no address to send an invitation to."), "success")


def slot_of(text: str) -> tuple[int, datetime]:
    """A closer's id and an instant, as a form sends them. Raises Refusal ``slot_taken``."""
    closer, _sep, moment = text.partition("|")
    try:
        return int(closer), datetime.fromisoformat(moment).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refusal("slot_taken") from None


def _page(contact_id: int, problem: str) -> str:
    at = now()
    with reading() as s:
        contact = s.get_one(Contact, contact_id)
        found = slots.free(s, s.get_one(Campaign, contact.campaign_id), at, SHOWN, A_DAY)
        zones = s.get_one(ZoneSet, contact.zone_set_id).names
        email = booking.told_email(s, contact)
    zone = ZoneInfo(local_time.at_callee(zones, at).zones[0])
    days = groupby(found, key=lambda slot: slot.starts_at.astimezone(zone).date())
    return render_template(
        "appointments/book.html",
        contact=contact,
        days=[(day, list(of)) for day, of in days],
        zone=zone,
        several=len({slot.closer_id for slot in found}) > 1,
        email=email,
        problem=problem,
        typed=request.form,
    )
