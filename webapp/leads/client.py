"""Views: what the client sees, and the manager's side of it: agreed leads, shared recordings, disputes."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_login import current_user

from dialer.clock import now
from dialer.leads import client
from dialer.people import audit, may
from dialer.people import projects as projects_of
from dialer.recordings import names
from dialer.recordings.access import open_recording
from dialer.rules.words import Duty
from dialer.store.calls import Recording
from dialer.store.contacts import Contact
from webapp.data import reading, settings, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.leads.room import blueprint
from webapp.problems import NotThere


@blueprint.get("/agreed")
@needs("lead.client", personal=True)
def agreed() -> str:
    """The leads agreed on. The client sees no numbers, and recordings only where they were shared."""
    with reading() as s:
        leads = client.agreed(s, projects_of(me(), "lead.client"), now())
        acts = {
            lead.contact_id: {
                action: may(s, me(), action, s.get_one(Contact, lead.contact_id))
                for action in ("lead.share", "lead.dispute", "lead.settle")
            }
            for lead in leads
        }
    return render_template("leads/agreed.html", leads=leads, acts=acts, viewer=current_user.holds(Duty.CLIENT_VIEWER))


@blueprint.post("/agreed/<attempt_id>/share")
@needs("lead.share", Recording, "attempt_id")
def share(attempt_id: str) -> Any:
    """Let the client hear this call."""
    with writing() as s:
        client.share(s, attempt_id, me().id, now())
    flash(_("The client may hear this call for 30 days."), "success")
    return redirect(url_for("leads.agreed"))


@blueprint.get("/agreed/<attempt_id>/listen")
@needs("lead.client", Recording, "attempt_id")
def listen(attempt_id: str) -> Response:
    """The sound of a shared call; written down each time. Raises Refusal(no_recording)."""
    with reading() as s:
        if not client.is_shared(s, attempt_id, now()):
            raise NotThere
        path = open_recording(s, attempt_id, names.settled_folder(settings()))
    with writing() as s:
        audit.write(s, now(), me().id, "recording.listen", f"recording:{attempt_id}", shared=True)
    answer = send_file(path, mimetype="audio/mpeg", conditional=True, etag=True, max_age=0, download_name=path.name)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Disposition"] = "inline"
    return answer


@blueprint.post("/agreed/<int:contact_id>/dispute")
@needs("lead.dispute", Contact, "contact_id")
def dispute(contact_id: int) -> Any:
    """The client does not agree."""
    with writing() as s:
        client.dispute(s, contact_id, request.form.get("reason", ""), me().id, now())
    flash(_("Sent. The project manager looks at this lead and answers here."), "success")
    return redirect(url_for("leads.agreed"))


@blueprint.post("/agreed/<int:contact_id>/settle")
@needs("lead.settle", Contact, "contact_id")
def settle(contact_id: int) -> Any:
    """The manager's answer."""
    with writing() as s:
        upheld = request.form.get("upheld") == "1"
        client.settle(s, contact_id, upheld, request.form.get("answer", ""), me().id, now())
    return redirect(url_for("leads.agreed"))
