"""Views: what a draft changes against the published version and what is wrong with it; publishing it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from dialer.clock import now
from dialer.people import audit
from dialer.scripting import checking, drafts, versions
from dialer.store.scripts import CallScript, ScriptVersion
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.language import chosen
from webapp.script.room import blueprint, whole_number


@blueprint.get("/scripts/<int:script_id>/publish")
@needs("script.publish", CallScript, "script_id")
def review(script_id: int) -> str:
    """Changes, findings, and the button."""
    with reading() as s:
        script = s.get_one(CallScript, script_id)
        published = s.get(ScriptVersion, script.published_id) if script.published_id else None
        same = versions.is_published(s, script)
    found = checking.check(drafts.clean(script.draft), chosen())
    changes = versions.changes(published.text if published else None, script.draft)
    return render_template(
        "script/review.html", script=script, published=published, same=same, found=found, changes=changes
    )


@blueprint.post("/scripts/<int:script_id>/publish")
@needs("script.publish", CallScript, "script_id")
def publish(script_id: int) -> Any:
    """Make the draft as it was reviewed the next version."""
    with writing() as s:
        revision, note = whole_number(request.form.get("revision")), request.form.get("note", "").strip()
        made = versions.publish_draft(s, script_id, revision, me().id, now(), note)
        audit.write(s, now(), me().id, "script.publish", f"script:{script_id}", version=made.number)
    flash(_("Version %(n)s is published. Calls that begin from now on follow it.", n=made.number), "success")
    return redirect(url_for("script.version", version_id=made.id))
