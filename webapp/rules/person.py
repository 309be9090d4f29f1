"""Views: what one person may ask for: their data, its erasure, and what they agreed to."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from typing import Any

from flask import flash, redirect, request, send_file, url_for
from flask_babel import gettext as _

from dialer.clock import now
from dialer.compliance import consents
from dialer.compliance import person as persons
from dialer.compliance.kept import MustKeep
from dialer.errors import BadInput
from dialer.people import audit
from dialer.store.contacts import Contact
from dialer.store.projects import Campaign
from webapp.data import settings, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.rules.room import blueprint


def _same_person(s: Any, contact_id: int) -> tuple[persons.Person, int]:
    contact = s.get_one(Contact, contact_id)
    project_id = s.get_one(Campaign, contact.campaign_id).project_id
    return persons.same_person(s, contact, project_id), project_id


@blueprint.post("/contacts/<int:contact_id>/export")
@needs("person.export", Contact, "contact_id")
def export(contact_id: int) -> Any:
    """A ZIP file with everything kept of the person in this project."""
    with writing() as s:
        found, project_id = _same_person(s, contact_id)
        text = json.dumps(persons.export(s, found), ensure_ascii=False, indent=1)
        sounds = persons.files(settings(), s, found)
        audit.write(s, now(), me().id, "person.export", f"contact:{contact_id}", project=project_id)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("person.json", text)
        for path in sounds:
            out.write(path, f"recordings/{path.name}")
    packed.seek(0)
    return send_file(packed, "application/zip", as_attachment=True, download_name=f"person-{contact_id}.zip")


@blueprint.post("/contacts/<int:contact_id>/erase")
@needs("person.erase", Contact, "contact_id")
def erase(contact_id: int) -> Any:
    """Erase the person in this project; a ticked box stands between a slip of the hand and the loss."""
    if request.form.get("sure") != "yes":
        flash(_("Nothing was erased: tick the box first."), "warning")
        return redirect(url_for("lists.contact", contact_id=contact_id))
    try:
        with writing() as s:
            found, project_id = _same_person(s, contact_id)
            despite = request.form.get("despite_rules") == "yes"
            done = persons.erase(s, found, now(), project_id, despite_rules=despite)
            persons.remove_files(s, settings(), done)
            audit.write(
                s, now(), me().id, "person.erase", f"contact:{contact_id}",
                contacts=done.contacts, despite_rules=despite,
            )  # fmt: skip
    except BadInput as err:
        flash(_why_not(err), "warning")
        return redirect(url_for("lists.contact", contact_id=contact_id))
    flash(_("The person's data is erased. The number is remembered as a keyed hash and not dialled again."), "success")
    return redirect(url_for("lists.contact", contact_id=contact_id))


def _why_not(err: BadInput) -> str:
    if not isinstance(err, MustKeep):
        return _("Nothing was erased: %(why)s.", why=str(err))
    return _(
        "Nothing was erased: the rules of the campaign %(campaign)s (%(source)s) keep its call details until "
        "%(until)s. Tick the second box if another law goes before them.",
        campaign=err.campaign,
        source=err.source,
        until=err.until,
    )


@blueprint.post("/contacts/<int:contact_id>/consent")
@needs("contact.edit", Contact, "contact_id")
def consent(contact_id: int) -> Any:
    """Write down a consent with its proof, or that it was taken back."""
    try:
        with writing() as s:
            contact = s.get_one(Contact, contact_id)
            project_id = s.get_one(Campaign, contact.campaign_id).project_id
            numbers = [row.number for row in contact.numbers]
            if request.form.get("withdraw") == "yes":
                count = sum(consents.withdraw(s, number, now(), project_id=project_id) for number in numbers)
                audit.write(s, now(), me().id, "consent.withdraw", f"contact:{contact_id}", n=count)
            else:
                on, proof = _given()
                for number in numbers:
                    consents.record(s, number, on, proof, now(), project_id=project_id, by=me().id)
                audit.write(s, now(), me().id, "consent.record", f"contact:{contact_id}")
    except BadInput:
        flash(_("Not saved: a consent needs the day it was given, not one to come, and where its proof is."), "warning")
    else:
        flash(_("Saved."), "success")
    return redirect(url_for("lists.contact", contact_id=contact_id))


def _given() -> tuple[date, str]:
    """Day and proof of the form. Raises BadInput."""
    try:
        return date.fromisoformat(request.form.get("given_on", "")), request.form.get("proof", "")
    except ValueError:
        raise BadInput("no day") from None
