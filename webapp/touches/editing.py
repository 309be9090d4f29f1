"""Views: a project's letters, and the cadence of each of its campaigns."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select

from dialer.clock import now
from dialer.errors import BadInput
from dialer.people import audit
from dialer.store.contacts import Contact
from dialer.store.mail import Letter
from dialer.store.projects import Campaign, Project
from dialer.store.touches import MailTemplate, TouchPlace
from dialer.touches import cadence, replies, texts
from webapp.data import reading, settings, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.touches.room import blueprint

EXAMPLE = """steps:
  - {after: 1h, email: first letter}
  - {after: 2d, call: another part of the day}
  - {after: 3d, email: second letter}
stop: [reply, refusal, goal]
"""


@blueprint.route("/projects/<int:project_id>/letters", methods=["GET", "POST"])
@needs("touches.edit", Project, "project_id")
def letters(project_id: int) -> Any:
    """Templates and cadences. What cannot be saved comes back as it was typed, with one sentence; a letter may be tried
    with a real contact first."""
    problem, tried = "", None
    if request.method == "POST":
        try:
            if "body" in request.form:
                tried = _try(project_id)
            if request.form.get("act") != "try":
                _save(project_id)
                flash(_("Saved."), "success")
                return redirect(url_for("touches.letters", project_id=project_id))
        except BadInput as error:
            problem = str(error)
    return _page(project_id, problem, tried), 400 if problem else 200


def _try(project_id: int) -> tuple[str, str] | None:
    """Subject and text as the chosen contact would get them (the one who answered last, if none is chosen); None
    where the project has no contact. Raises BadInput with the line that cannot be worked out."""
    form = request.form
    draft = MailTemplate(project_id=project_id, subject=form.get("subject", ""), body=_lines(form.get("body", "")))
    with reading() as s:
        texts.check(s, project_id, draft.subject, draft.body)
        known = {contact.id: contact for contact in texts.answered(s, project_id)}
        contact = known.get(form.get("contact", type=int) or 0) or next(iter(known.values()), None)
        return texts.compose(s, draft, contact, way_out_like(), now()) if contact else None


def way_out_like() -> str:
    """Stands where each letter has its own way out."""
    return f"{settings().public_url.rstrip('/')}/unsubscribe/…"


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _save(project_id: int) -> None:
    form, at = request.form, now()
    with writing() as s:
        if "cadence" in form:
            campaign = s.get(Campaign, form.get("campaign", type=int) or 0)
            if campaign is None or campaign.project_id != project_id:
                raise BadInput("There is no such campaign in this project.")
            text = form["cadence"].replace("\r\n", "\n").strip()
            _name_known_letters(s.scalars(_names(project_id)).all(), cadence.read(text))
            campaign.cadence = text
            audit.write(s, at, me().id, "touches.edit", f"campaign:{campaign.id}")
        else:
            row = texts.save(s, project_id, form.get("name", ""), form.get("subject", ""), form.get("body", ""), at)
            audit.write(s, at, me().id, "touches.edit", f"mail_template:{row.id}")


def _names(project_id: int) -> Any:
    return select(MailTemplate.name).where(MailTemplate.project_id == project_id)


def _name_known_letters(known: Any, read: cadence.Cadence) -> None:
    if unknown := [step.email for step in read.steps if step.email and step.email not in known]:
        raise BadInput(f"There is no letter named {unknown[0]}: write it first.")


def _page(project_id: int, problem: str, tried: tuple[str, str] | None) -> str:
    with reading() as s:
        project = s.get_one(Project, project_id)
        campaigns = list(s.scalars(select(Campaign).where(Campaign.project_id == project_id).order_by(Campaign.name)))
        places = s.execute(
            select(TouchPlace.campaign_id, TouchPlace.stop_reason, func.count())
            .where(TouchPlace.campaign_id.in_([c.id for c in campaigns]))
            .group_by(TouchPlace.campaign_id, TouchPlace.stop_reason)
        )
        standing: dict[int, dict[str, int]] = {}
        for campaign_id, reason, n in places:
            standing.setdefault(campaign_id, {})[reason or "under_way"] = n
        templates = list(s.scalars(select(MailTemplate).where(MailTemplate.project_id == project_id)))
        sent = select(func.count()).select_from(Letter).join(Contact, Contact.id == Letter.contact_id)
        mine = Contact.campaign_id.in_([c.id for c in campaigns])
        return render_template(
            "touches/letters.html",
            project=project,
            campaigns=campaigns,
            templates=sorted(templates, key=lambda t: t.name),
            standing=standing,
            counts={
                "sent": s.scalar(sent.where(mine, Letter.sent_at.is_not(None))) or 0,
                "failed": s.scalar(sent.where(mine, Letter.failed_at.is_not(None))) or 0,
            },
            problem=problem,
            tried=tried,
            contacts=texts.answered(s, project_id),
            typed=request.form,
            example=EXAMPLE,
        )


@blueprint.post("/contacts/<int:contact_id>/replied")
@needs("contact.edit", Contact, "contact_id")
def replied(contact_id: int) -> Any:
    """They wrote back: the cadence stops."""
    with writing() as s:
        stopped = replies.replied(s, contact_id, now(), me().id)
    flash(
        _("Noted. No further letters or calls follow by themselves.") if stopped else _("Nothing was under way."),
        "success",
    )
    return redirect(url_for("lists.contact", contact_id=contact_id))
