"""Views: the list of campaigns, making and changing one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from dialer.campaigns import editing
from dialer.clock import now
from dialer.compliance.rules import rules_for
from dialer.errors import BadInput
from dialer.people import audit, may
from dialer.people import projects as projects_of
from dialer.reports.status import contacts_by_state, workers
from dialer.rules.words import Mode
from dialer.store.projects import Campaign, Project
from dialer.touches import ready
from webapp.data import reading, writing
from webapp.guards import needs
from webapp.identity import me
from webapp.manager import choices, rules_form
from webapp.manager.forms import DAYS, CampaignForm
from webapp.manager.room import blueprint

COLUMNS = (
    "name",
    "caller_id",
    "trunk",
    "ring_s",
    "wrap_up_s",
    "preview_s",
    "max_lines",
    "retry_plan",
    "record",
    "amd",
    "announcement",
    "machine_message",
)


@blueprint.get("/campaigns")
@needs("campaign.see")
def campaigns() -> str:
    """Every campaign one may see, running ones first."""
    query = select(Campaign, Project).join(Project, Project.id == Campaign.project_id)
    mine = projects_of(me(), "campaign.see")
    if mine is not None:
        query = query.where(Campaign.project_id.in_(mine))
    with reading() as s:
        rows = [_row(s, campaign, project) for campaign, project in s.execute(query)]
        editable = _projects_to_add_to(s)
    rows.sort(key=lambda r: (r.campaign.state.value != "running", r.project.name, r.campaign.name))
    return render_template("manager/campaigns.html", rows=rows, editable=editable)


def _row(s: Session, campaign: Campaign, project: Project) -> SimpleNamespace:
    people = workers(s, campaign.id)
    return SimpleNamespace(
        campaign=campaign,
        project=project,
        contacts=contacts_by_state(s, campaign.id),
        online=sum(w.state.value != "offline" for w in people),
        people=len(people),
    )


def _projects_to_add_to(s: Session) -> list[Project]:
    every = s.scalars(select(Project).order_by(Project.name))
    return [p for p in every if may(s, me(), "campaign.edit", p)]


@blueprint.route("/projects/<int:project_id>/campaigns/new", methods=["GET", "POST"])
@needs("campaign.edit", Project, "project_id")
def new_campaign(project_id: int) -> Any:
    """Make one."""
    with reading() as s:
        project = s.get_one(Project, project_id)
    campaign = Campaign(project_id=project_id, name="", rules={}, created_at=now())
    form = CampaignForm()
    return _serve(form, project, campaign, {"hours_" + day: "" for day, _n in DAYS})


@blueprint.route("/campaigns/<int:campaign_id>/edit", methods=["GET", "POST"])
@needs("campaign.edit", Campaign, "campaign_id")
def edit_campaign(campaign_id: int) -> Any:
    """Change one."""
    with reading() as s:
        campaign = s.get_one(Campaign, campaign_id)
        project = s.get_one(Project, campaign.project_id)
    form = CampaignForm(obj=campaign, data={"mode": campaign.mode.value, "script_id": campaign.script_id or 0})
    return _serve(form, project, campaign, {})


def _serve(form: CampaignForm, project: Project, campaign: Campaign, defaults: dict[str, str]) -> Any:
    with reading() as s:
        touches = choices.cadences(project, campaign.cadence or "")
        form.offer(choices.scripts(s, project.id), choices.retry_plans(), choices.rule_profiles(), touches)
    if not form.is_submitted():
        rules_form.fill(form, campaign.rules)
        form.touches.data = choices.cadence(project, campaign.cadence or "")
        if not campaign.id and not form.script_id.data and len(form.script_id.choices) == 2:
            form.script_id.data = form.script_id.choices[1].value
    elif form.validate() and _save(form, project, campaign):
        return redirect(url_for("manager.status", campaign_id=campaign.id))
    status = 400 if form.errors else 200
    return render_template(
        "manager/campaign_form.html", form=form, project=project, campaign=campaign, days=DAYS
    ), status


def _save(form: CampaignForm, project: Project, campaign: Campaign) -> bool:
    """Write the form into the campaign; False, with the error at its field, if it cannot be used."""
    rules = rules_form.read(form, campaign.rules)
    try:
        rules_for(SimpleNamespace(rules=rules), project)
    except (BadInput, ValueError) as err:
        form.profiles.errors = [*form.profiles.errors, str(err)]
        return False
    try:
        _write(form, campaign, rules)
    except IntegrityError:
        form.name.errors = [*form.name.errors, _("There is already a campaign of this name in the project.")]
        return False
    return True


def _put_cadence(s: Session, form: CampaignForm, row: Campaign) -> None:
    """Only another choice changes anything: what was written by hand stays."""
    wanted = form.touches.data
    if form.touches.raw_data and wanted not in (choices.OWN, choices.cadence(row.project, row.cadence)):
        ready.put(s, row, wanted, now())


def _write(form: CampaignForm, campaign: Campaign, rules: dict[str, Any]) -> None:
    """Rules, fields and the release of held contacts are one transaction: a changed rule counts from the next claim."""
    with writing() as s:
        row = s.get_one(Campaign, campaign.id) if campaign.id else campaign
        for name in COLUMNS:
            setattr(row, name, form[name].data)
        row.mode = Mode(form.mode.data)
        row.script_id = form.script_id.data or None
        row.calls_per_second = float(form.calls_per_second.data)
        row.rules = rules
        s.add(row)
        s.flush()
        _put_cadence(s, form, row)
        released = editing.changed(s, row, now())
        audit.write(s, now(), me().id, "campaign.edit", f"campaign:{row.id}", released=released)
        campaign.id = row.id
    flash(_("Saved."), "success")
    if released:
        flash(
            ngettext("%(num)d held contact is looked at again.", "%(num)d held contacts are looked at again.", released)
        )
