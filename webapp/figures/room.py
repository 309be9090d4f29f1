"""The blueprint of the figures' pages, and what was asked for: a project, a period, and whose figures."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.errors import BadInput
from dialer.people.rights import people_of, scope
from dialer.people.teams import TeamPeople, of_project
from dialer.reports import period as periods
from dialer.reports.period import Period
from dialer.store.projects import Campaign, CampaignMember, Project
from webapp.identity import me
from webapp.language import zone_info
from webapp.problems import NotThere

blueprint = Blueprint("figures", __name__, template_folder="templates")
USUAL = "today"


@dataclass(frozen=True)
class Wanted:
    """``people`` None is everybody; ``problem`` says why another period than the one asked for is shown."""

    project: Project
    period: Period
    name: str
    people: frozenset[int] | None
    problem: str
    team: TeamPeople | None = None
    """The team asked for, of a project the person sees whole."""
    teams: tuple[TeamPeople, ...] = ()


def projects(s: Session) -> list[Project]:
    """Projects whose figures the person may see, by name: of operators and closers those they work in."""
    allowed = scope(s, me(), "report.see")
    query = select(Project).order_by(Project.name)
    if allowed.projects is not None:
        held = {project_id for project_id, _people in allowed.groups if project_id is not None}
        working = (
            select(Campaign.project_id)
            .join(CampaignMember, CampaignMember.campaign_id == Campaign.id)
            .where(CampaignMember.user_id == me().id)
        )
        query = query.where(Project.id.in_(allowed.projects | held) | Project.id.in_(working))
    return list(s.scalars(query))


def wanted(s: Session) -> Wanted | None:
    """What the address asks for; None where there is no project. Raises NotThere for one out of reach."""
    mine, number = projects(s), request.args.get("project", type=int)
    project = next((one for one in mine if one.id == number), None) if number else next(iter(mine), None)
    if project is None:
        if number:
            raise NotThere
        return None
    period, name, problem = _period()
    people = people_of(s, me(), "report.see", project.id)
    teams = tuple(of_project(s, project.id)) if people is None else ()
    team = next((one for one in teams if one.id == request.args.get("team", type=int)), None)
    return Wanted(project, period, name, team.members if team else people, problem, team, teams)


def _period() -> tuple[Period, str, str]:
    given = {key: request.args.get(key, "") for key in ("period", "from", "to")}
    name = "" if given["from"] or given["to"] else given["period"] or USUAL
    try:
        return periods.asked(name, given["from"], given["to"], now(), zone_info()), name, ""
    except BadInput as problem:
        return periods.named(USUAL, now(), zone_info()), USUAL, str(problem)
