"""Views: one contact with all that happened to it; its numbers, shown on request only.

Rule: numbers are masked. Who has the right may have them shown for a reason; each look is written down with it, and
there are at most ``LOOKS_AN_HOUR`` of them.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.compliance import consents, refusals
from dialer.compliance.why import explain
from dialer.desk import answers_told, card_editing
from dialer.desk.appointments import booking
from dialer.errors import BadInput, Refusal
from dialer.people import audit, may
from dialer.reports.contact_history import history
from dialer.store.calls import Recording
from dialer.store.compliance import Consent
from dialer.store.contacts import Contact, ContactList, ZoneSet
from dialer.store.leads import FunnelMove, FunnelPlace
from dialer.store.people import Audit
from dialer.store.projects import Campaign, Project
from dialer.store.touches import TouchPlace
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.language import chosen
from webapp.lists.room import blueprint

LOOKS_AN_HOUR = 30
REFUSALS = 5
LOOKS = {
    "check": _l("To check or mend the number"),
    "call": _l("To call by another way"),
    "complaint": _l("A complaint or a request of the person"),
    "client": _l("The client asks"),
}
"""Why somebody looks at a number."""
TOUCH_ENDS = {
    "done": _l("all of them are through"),
    "reply": _l("they wrote back"),
    "refusal": _l("they refused"),
    "goal": _l("the goal is reached"),
    "unsubscribed": _l("they want no letters"),
    "no_address": _l("there is no address"),
    "changed": _l("the cadence was changed"),
}
"""How the touches after a first call end."""


@blueprint.get("/contacts/<int:contact_id>")
@needs("contact.see", Contact, "contact_id", personal=True)
def contact(contact_id: int) -> str:
    """The card and the history."""
    with reading() as s:
        row = s.get_one(Contact, contact_id)
        numbers = list(row.numbers)
        told = history(s, row)
        campaign = s.get_one(Campaign, row.campaign_id)
        return render_template(
            "lists/contact.html",
            contact=row,
            numbers=numbers,
            told=told,
            answers=answers_told.told(s, told.answers, chosen()),
            playable=_playable(s, told.playable),
            campaign=campaign,
            touch_ends=TOUCH_ENDS,
            project=s.get_one(Project, campaign.project_id),
            zones=s.get_one(ZoneSet, row.zone_set_id).names.split("|"),
            origin=s.get(ContactList, row.list_id) if row.list_id else None,
            why=_why(s, row),
            may_edit=may(s, me(), "contact.edit", row),
            meeting=booking.ahead(s, contact_id),
            may_book=may(s, me(), "appointment.book", row),
            may_unmask=may(s, me(), "contact.number", row),
            looks=LOOKS,
            may_export=may(s, me(), "person.export", row),
            may_erase=may(s, me(), "person.erase", row),
            may_consent=may(s, me(), "contact.edit", row) and bool(numbers),
            consents=_consents(s, row),
            refusals=refusals.of_contact(s, contact_id, REFUSALS),
            stage=s.get(FunnelPlace, contact_id),
            touching=(place := s.get(TouchPlace, contact_id)) is not None and place.stopped_at is None,
            moves=list(
                s.scalars(select(FunnelMove).where(FunnelMove.contact_id == contact_id).order_by(FunnelMove.id))
            ),
        )


def _consents(s: Session, row: Contact) -> list[Consent]:
    """What was agreed to with any of the contact's numbers, newest first; each consent once."""
    found = {
        (one.given_on, one.proof, one.withdrawn_at): one for n in row.numbers for one in consents.of_number(s, n.number)
    }
    return sorted(found.values(), key=lambda one: one.given_on, reverse=True)


def _moves(s: Session, contact_id: int) -> list[FunnelMove]:
    query = select(FunnelMove).where(FunnelMove.contact_id == contact_id)
    return list(s.scalars(query.order_by(FunnelMove.id)))


def _why(s: Session, row: Contact) -> dict[str, Any] | None:
    """Every rule's word on this contact (P6); None where it cannot be asked: no number, or rules of no use."""
    try:
        return explain(s, row.campaign_id, row.id, now()).as_dict(chosen())
    except BadInput:
        return None


def _playable(s: Session, attempts: frozenset[str]) -> set[str]:
    """Those recordings that this person may listen to."""
    rows = s.scalars(select(Recording).where(Recording.attempt_id.in_(attempts)))
    return {row.attempt_id for row in rows if may(s, me(), "recording.listen", row)}


@blueprint.post("/contacts/<int:contact_id>/edit")
@needs("contact.edit", Contact, "contact_id")
def edit_contact(contact_id: int) -> Any:
    """Put name, company or e-mail right."""
    try:
        with writing() as s:
            card_editing.change(s, me().id, contact_id, request.form.to_dict(), now())
    except BadInput:
        flash(_("This is no e-mail address."), "warning")
    return redirect(url_for("lists.contact", contact_id=contact_id))


@blueprint.post("/contacts/<int:contact_id>/numbers")
@needs("contact.number", Contact, "contact_id")
def show_numbers(contact_id: int) -> str:
    """The numbers in full, as a part of the page. Raises Refusal: ``look_reason``, ``too_many_looks``."""
    reason = request.form.get("reason", "")
    if reason not in LOOKS:
        raise Refusal("look_reason")
    with writing() as s:
        recent = select(func.count()).select_from(Audit)
        mine = recent.where(Audit.user_id == me().id, Audit.action == "contact.number", Audit.allowed)
        if (s.scalar(mine.where(Audit.at > now() - timedelta(hours=1))) or 0) >= LOOKS_AN_HOUR:
            raise Refusal("too_many_looks")
        audit.write(s, now(), me().id, "contact.number", f"contact:{contact_id}", reason=reason)
        numbers = list(s.get_one(Contact, contact_id).numbers)
    return render_template("lists/numbers.html", numbers=numbers, full=True)
