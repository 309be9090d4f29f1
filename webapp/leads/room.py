"""The blueprint of the second line's pages, its words, and which campaigns and projects a person sees here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, Response, redirect, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.people.rights import scope
from dialer.rules.words import Duty
from dialer.store.projects import Campaign, CampaignMember, Project
from webapp import problems
from webapp.identity import me
from webapp.problems import wants_part

blueprint = Blueprint("leads", __name__, template_folder="templates")
CLOSER_LINE = 2
REASONS: dict[str, Any] = {
    "no_budget": _l("No budget"),
    "no_authority": _l("Does not decide"),
    "no_need": _l("No need"),
    "no_timing": _l("Not now"),
    "wrong_contact": _l("Wrong person or firm"),
    "duplicate": _l("Known already"),
    "already_customer": _l("Already a customer"),
    "not_reached": _l("Could not be reached"),
    "other": _l("Another reason"),
}
"""Why a closer sends a lead back."""
LETTERS = {"B": _l("Budget"), "A": _l("Authority"), "N": _l("Need"), "T": _l("Timing")}
problems.SENTENCES.update(
    below_gate=_l("The lead is below the project's gate: ask what is missing, or ask your group lead."),
    already_decided=_l("Somebody has decided this already."),
    not_a_closer=_l("This person is not a closer of the campaign."),
    no_such_move=_l("A contact cannot be moved there from where it stands."),
    amount_needed=_l("Write the sum that was won, as a whole number."),
    date_needed=_l("Choose a day to come back to this contact."),
    not_agreed=_l("This lead is not among those agreed on."),
    already_disputed=_l("This lead is being looked at already."),
    no_dispute=_l("Nothing is left to answer here."),
    other_project=_l("The campaign belongs to another project."),
    code_wrong=_l("The code is wrong or was used already. Wait for the next one."),
    look_reason=_l("Say why you look at the numbers."),
)


def is_closer() -> bool:
    """Whether the person sees the board as a closer: their own leads and nobody's."""
    wide = {Duty.GROUP_LEAD, Duty.SUPERVISOR, Duty.PROJECT_MANAGER}
    return not any(h.duty in wide for h in me().holdings)


def campaigns(s: Session, action: str) -> list[int]:
    """The campaigns whose leads the person sees: a closer's own, else those of their projects."""
    if is_closer():
        mine = select(CampaignMember.campaign_id).where(
            CampaignMember.user_id == me().id, CampaignMember.line == CLOSER_LINE
        )
        return list(s.scalars(mine))
    allowed = scope(s, me(), action)
    query = select(Campaign.id)
    if allowed.projects is not None:
        teams = {project_id for project_id, _people in allowed.groups if project_id is not None}
        query = query.where(Campaign.project_id.in_(allowed.projects | teams))
    return list(s.scalars(query))


def projects(s: Session, action: str) -> list[Project]:
    """The projects of those campaigns, by name."""
    of = select(Campaign.project_id).where(Campaign.id.in_(campaigns(s, action)))
    return list(s.scalars(select(Project).where(Project.id.in_(of)).order_by(Project.name)))


def back(endpoint: str, **arguments: Any) -> Response:
    """After an act: a script gets nothing but "done", a form is led back to its page."""
    if wants_part():
        return Response(status=204)
    return redirect(url_for(endpoint, **arguments))  # type: ignore[return-value]


@blueprint.app_template_filter("instant")
def instant(text: str) -> datetime:
    """An instant that a packet keeps as text."""
    return datetime.fromisoformat(text)


@blueprint.context_processor
def _words() -> dict[str, Any]:
    return {"reasons": REASONS, "letters": LETTERS}
