"""Calls: campaigns. Made, listed, watched, started, paused, stopped."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import select

from dialer import profiles
from dialer.campaigns import editing, running
from dialer.compliance.rules import rules_for
from dialer.errors import BadInput, Refusal
from dialer.people import audit
from dialer.people import projects as projects_of
from dialer.reports import standstill
from dialer.reports import status as report
from dialer.rules.words import Mode
from dialer.store.projects import Campaign, Project
from dialer.store.scripts import CallScript
from webapp.api.campaign_shapes import CampaignIn, CampaignList, CampaignOut, ReasonOut, StatusOut, WorkerOut
from webapp.api.contacts import _campaign
from webapp.api.room import Ask, call
from webapp.problems import NotThere

TAG = "campaigns"


@call("GET", "/campaigns", gives=CampaignList, tag=TAG)
def list_campaigns(ask: Ask) -> CampaignList:
    """Campaigns I may see."""
    ask.needs("campaign.see")
    query = select(Campaign).order_by(Campaign.id)
    mine = projects_of(ask.user, "campaign.see")
    if mine is not None:
        query = query.where(Campaign.project_id.in_(mine))
    return CampaignList(campaigns=[CampaignOut.model_validate(row) for row in ask.s.scalars(query)])


@call("POST", "/campaigns", takes=CampaignIn, gives=CampaignOut, tag=TAG, creates=True)
def create_campaign(ask: Ask, body: CampaignIn) -> CampaignOut:
    """Make a campaign; it dials once it is started."""
    project = ask.s.get(Project, body.project_id)
    if project is None:
        raise NotThere
    ask.needs("campaign.edit", project)
    campaign = Campaign(**body.model_dump(exclude={"mode"}), mode=mode_of(body.mode), created_at=ask.now)
    check(ask, campaign, project)
    ask.s.add(campaign)
    ask.s.flush()
    editing.changed(ask.s, campaign, ask.now)
    audit.write(ask.s, ask.now, ask.user.id, "campaign.edit", f"campaign:{campaign.id}")
    return CampaignOut.model_validate(campaign)


def mode_of(text: str) -> Mode:
    """Raises BadInput."""
    try:
        return Mode(text)
    except ValueError:
        raise BadInput(f"There is no mode {text!r}; choose one of {', '.join(Mode)}.") from None


def check(ask: Ask, campaign: Campaign, project: Project) -> None:
    """Raises BadInput for rules, a retry plan or a script that cannot be used; Refusal ``name_taken``."""
    try:
        rules_for(campaign, project)
    except ValueError as err:
        raise BadInput(str(err)) from err
    if campaign.retry_plan not in profiles.retry_plans():
        raise BadInput(f"There is no retry plan {campaign.retry_plan!r}.")
    script = ask.s.get(CallScript, campaign.script_id) if campaign.script_id else None
    if campaign.script_id and (script is None or script.project_id != project.id):
        raise BadInput("This project has no such script.")
    same = select(Campaign.id).where(Campaign.project_id == project.id, Campaign.name == campaign.name)
    if ask.s.scalar(same.where(Campaign.id != (campaign.id or 0))) is not None:
        raise Refusal("name_taken")


@call("GET", "/campaigns/<int:campaign_id>/status", gives=StatusOut, tag=TAG)
def campaign_status(ask: Ask, campaign_id: int) -> StatusOut:
    """People, calls, outcomes and contacts left at this moment."""
    campaign = _campaign(ask, campaign_id, "campaign.see")
    found = report.status(ask.s, campaign_id, ask.now)
    return StatusOut(
        state=campaign.state.value,
        workers=[WorkerOut.model_validate(worker) for worker in found.workers],
        up={state.value: n for state, n in found.up.items()},
        outcomes={outcome.value: n for outcome, n in found.outcomes.items()},
        dispositions=found.dispositions,
        contacts={state.value: n for state, n in found.contacts.items()},
        held_by=found.held_by,
        attempts=found.attempts,
        answered=found.answered,
        abandoned=found.abandoned,
        abandon_rate=found.abandon_rate,
        left=found.left,
        standstill=[ReasonOut(code=r.code, text=r.text) for r in standstill.reasons(ask.s, campaign, ask.now)],
    )


def _run(ask: Ask, campaign_id: int, what: str, move: Callable[[], Campaign]) -> CampaignOut:
    _campaign(ask, campaign_id, f"campaign.{what}")
    audit.write(ask.s, ask.now, ask.user.id, f"campaign.{what}", f"campaign:{campaign_id}")
    return CampaignOut.model_validate(move())


@call("POST", "/campaigns/<int:campaign_id>/start", gives=CampaignOut, tag=TAG)
def start_campaign(ask: Ask, campaign_id: int) -> CampaignOut:
    """Begin to dial."""
    return _run(ask, campaign_id, "start", lambda: running.start(ask.s, campaign_id, ask.now))


@call("POST", "/campaigns/<int:campaign_id>/pause", gives=CampaignOut, tag=TAG)
def pause_campaign(ask: Ask, campaign_id: int) -> CampaignOut:
    """Place no more calls; those that are up go on."""
    return _run(ask, campaign_id, "pause", lambda: running.pause(ask.s, campaign_id, ask.now))


@call("POST", "/campaigns/<int:campaign_id>/stop", gives=CampaignOut, tag=TAG)
def stop_campaign(ask: Ask, campaign_id: int) -> CampaignOut:
    """Place no more calls and hang up those that are up."""
    return _run(ask, campaign_id, "stop", lambda: running.stop(ask.s, campaign_id, ask.user.id, ask.now))
