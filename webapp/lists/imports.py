"""Views: a file becomes a list: upload, say what the columns are, watch it being imported, see what was rejected.

What is being imported lies in ``dialer.jobs.imports``; the import itself runs in the jobs process.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _

from dialer.clock import now
from dialer.errors import BadInput
from dialer.jobs import imports
from dialer.lists.preview import Preview, preview
from dialer.people import audit
from dialer.store.contacts import ContactList
from dialer.store.projects import Campaign, Project
from webapp.data import jobs, reading, settings, writing
from webapp.guards import large, needs
from webapp.identity import me
from webapp.lists.fields import choices, mapping_of
from webapp.lists.room import blueprint
from webapp.problems import NotThere

MOST_BYTES = 512 * 1024 * 1024
"""About five million rows of CSV."""


@blueprint.get("/campaigns/<int:campaign_id>/import")
@needs("list.import", Campaign, "campaign_id")
def choose_file(campaign_id: int) -> str:
    """The form for the file."""
    with reading() as s:
        return render_template("lists/choose_file.html", campaign=s.get_one(Campaign, campaign_id), problem="")


@blueprint.post("/campaigns/<int:campaign_id>/import")
@needs("list.import", Campaign, "campaign_id")
@large(MOST_BYTES)
def upload(campaign_id: int) -> Any:
    """Take the file; lead on to its columns."""
    file = request.files.get("file")
    with reading() as s:
        campaign = s.get_one(Campaign, campaign_id)
    if file is None or not file.filename:
        return render_template("lists/choose_file.html", campaign=campaign, problem=_("Choose a file first.")), 400
    made, path = imports.new(settings(), campaign_id, me().id, file.filename, me().language)
    file.save(path)
    return redirect(url_for("lists.import_", campaign_id=campaign_id, token=made.token))


@blueprint.get("/campaigns/<int:campaign_id>/import/<token>")
@needs("list.import", Campaign, "campaign_id")
def import_(campaign_id: int, token: str) -> Any:
    """The columns to choose, or how far the import is."""
    found = _upload(campaign_id, token)
    if found.state != "uploaded":
        return _show("lists/progress.html", found)
    return _columns(found)


@blueprint.get("/campaigns/<int:campaign_id>/import/<token>/progress")
@needs("list.import", Campaign, "campaign_id")
def import_progress(campaign_id: int, token: str) -> str:
    """The part of the page that changes."""
    return _show("lists/progress_part.html", _upload(campaign_id, token))


@blueprint.post("/campaigns/<int:campaign_id>/import/<token>")
@needs("list.import", Campaign, "campaign_id")
def begin(campaign_id: int, token: str) -> Any:
    """Begin with the columns as chosen; a second press of the button begins nothing."""
    found = _upload(campaign_id, token)
    if found.state == "uploaded":
        mapping = mapping_of(request.form)
        if "phone" not in mapping:
            return _columns(found, _("Say which column holds the telephone number.")), 400
        imports.save(settings(), replace(found, mapping=mapping, state="queued"))
        with writing() as s:
            audit.write(s, now(), me().id, "list.import", f"campaign:{campaign_id}")
        jobs().import_list(token)
    return redirect(url_for("lists.import_", campaign_id=campaign_id, token=token))


def _upload(campaign_id: int, token: str) -> imports.Upload:
    """The upload of this token, if it belongs to this campaign. Raises NotThere."""
    found = imports.load(settings(), token)
    if found is None or found.campaign_id != campaign_id:
        raise NotThere
    return found


def _columns(found: imports.Upload, problem: str = "") -> Any:
    with reading() as s:
        campaign = s.get_one(Campaign, found.campaign_id)
        country = s.get_one(Project, campaign.project_id).country
    try:
        seen: Preview = preview(imports.file_of(settings(), found.token), None, country)
    except BadInput as error:
        return render_template("lists/choose_file.html", campaign=campaign, problem=str(error)), 400
    return render_template(
        "lists/columns.html", campaign=campaign, upload=found, seen=seen, choices=choices(seen), problem=problem
    )


def _show(template: str, found: imports.Upload) -> str:
    with reading() as s:
        campaign = s.get_one(Campaign, found.campaign_id)
        made = s.get(ContactList, found.list_id) if found.list_id else None
    return render_template(template, campaign=campaign, upload=found, made=made)


@blueprint.get("/lists/<int:list_id>")
@needs("list.import", ContactList, "list_id")
def show_list(list_id: int) -> str:
    """What an import came to."""
    with reading() as s:
        made = s.get_one(ContactList, list_id)
        return render_template("lists/list.html", made=made, campaign=s.get_one(Campaign, made.campaign_id))


@blueprint.get("/lists/<int:list_id>/rejected")
@needs("list.import", ContactList, "list_id", personal=True)
def rejected(list_id: int) -> Response | Any:
    """The rejected rows with their reasons, as a file to mend and import again."""
    with reading() as s:
        made = s.get_one(ContactList, list_id)
    home = settings().data.resolve()
    path = (home / made.report).resolve()
    if not made.report or not path.is_relative_to(home) or not path.is_file():
        flash(_("There is no file of rejected rows."), "warning")
        return redirect(url_for("lists.show_list", list_id=list_id))
    return send_file(path, mimetype="text/csv", as_attachment=True, download_name=f"rejected-{list_id}.csv", max_age=0)
