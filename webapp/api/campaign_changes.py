"""Calls: changing a campaign and its people; the projects one may work for."""

from __future__ import annotations

from sqlalchemy import select

from dialer.campaigns import editing
from dialer.errors import BadInput
from dialer.people import audit
from dialer.people import projects as projects_of
from dialer.rules.words import Duty
from dialer.store.projects import Project
from webapp.api.campaign_shapes import (
    CampaignChange,
    CampaignOut,
    MemberList,
    MemberOut,
    MembersIn,
    ProjectList,
    ProjectOut,
)
from webapp.api.campaigns import TAG, check, mode_of
from webapp.api.contacts import _campaign
from webapp.api.room import Ask, call
from webapp.manager.members import able


@call("GET", "/projects", gives=ProjectList, tag=TAG)
def list_projects(ask: Ask) -> ProjectList:
    """Projects I may see."""
    ask.needs("project.see")
    query = select(Project).order_by(Project.name)
    mine = projects_of(ask.user, "project.see")
    if mine is not None:
        query = query.where(Project.id.in_(mine))
    return ProjectList(projects=[ProjectOut.model_validate(row) for row in ask.s.scalars(query)])


@call("GET", "/campaigns/<int:campaign_id>", gives=CampaignOut, tag=TAG)
def get_campaign(ask: Ask, campaign_id: int) -> CampaignOut:
    """How this campaign dials."""
    return CampaignOut.model_validate(_campaign(ask, campaign_id, "campaign.see"))


@call("PATCH", "/campaigns/<int:campaign_id>", takes=CampaignChange, gives=CampaignOut, tag=TAG)
def change_campaign(ask: Ask, body: CampaignChange, campaign_id: int) -> CampaignOut:
    """Change what is given and nothing else; it counts from the next claim, and held contacts are looked at again."""
    campaign = _campaign(ask, campaign_id, "campaign.edit")
    given = body.model_dump(exclude_unset=True)
    if body.mode is not None:
        given["mode"] = mode_of(body.mode)
    with ask.s.no_autoflush:
        for name, value in given.items():
            if value is None and name != "script_id":
                raise BadInput(f"{name} cannot be empty.")
            setattr(campaign, name, value)
        check(ask, campaign, ask.s.get_one(Project, campaign.project_id))
    editing.changed(ask.s, campaign, ask.now)
    audit.write(ask.s, ask.now, ask.user.id, "campaign.edit", f"campaign:{campaign.id}")
    return CampaignOut.model_validate(campaign)


def _members(ask: Ask, campaign_id: int) -> MemberList:
    rows = editing.members(ask.s, campaign_id)
    return MemberList(members=[MemberOut(user_id=user.id, name=user.name, line=member.line) for member, user in rows])


@call("GET", "/campaigns/<int:campaign_id>/members", gives=MemberList, tag=TAG)
def list_members(ask: Ask, campaign_id: int) -> MemberList:
    """Who works in the campaign."""
    _campaign(ask, campaign_id, "campaign.see")
    return _members(ask, campaign_id)


@call("PUT", "/campaigns/<int:campaign_id>/members", takes=MembersIn, gives=MemberList, tag=TAG)
def set_members(ask: Ask, body: MembersIn, campaign_id: int) -> MemberList:
    """Make these the people of the campaign; 400 for somebody without the duty in its project."""
    campaign = _campaign(ask, campaign_id, "campaign.members")
    for duty, wanted in ((Duty.OPERATOR, body.operators), (Duty.CLOSER, body.closers)):
        if unfit := set(wanted) - {user.id for user in able(ask.s, campaign, duty)}:
            raise BadInput(f"Not {duty.value} in this project: {', '.join(map(str, sorted(unfit)))}.")
    editing.set_members(ask.s, campaign, set(body.operators), set(body.closers), ask.now)
    audit.write(ask.s, ask.now, ask.user.id, "campaign.members", f"campaign:{campaign.id}")
    ask.s.flush()
    return _members(ask, campaign_id)
