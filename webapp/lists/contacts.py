"""View: contacts by name, company, e-mail or number, page by page, in the projects one may see."""

from __future__ import annotations

from flask import render_template, request
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.people import projects as projects_of
from dialer.reports import contact_search
from dialer.rules.words import ContactState
from dialer.store.projects import Campaign
from webapp.data import reading
from webapp.guards import needs
from webapp.identity import me
from webapp.lists.room import blueprint


@blueprint.get("/contacts")
@needs("contact.list", personal=True)
def contacts() -> str:
    """The list; htmx asks for the same address while somebody types."""
    mine = projects_of(me(), "contact.list")
    asked = request.args
    state = asked.get("state", "")
    with reading() as s:
        campaigns = campaigns_of(s, mine)
        page = contact_search.search(
            s,
            mine,
            text=asked.get("q", ""),
            campaign_id=asked.get("campaign", type=int),
            list_id=asked.get("list", type=int),
            state=ContactState(state) if state in set(ContactState) else None,
            after=asked.get("after", type=int),
            before=asked.get("before", type=int),
        )
    kept = {name: asked[name] for name in ("q", "campaign", "list", "state") if asked.get(name)}
    return render_template(
        "lists/contacts.html", page=page, campaigns=campaigns, states=list(ContactState), asked=asked, kept=kept
    )


def campaigns_of(s: Session, projects: set[int] | None) -> list[Campaign]:
    """The campaigns of these projects (None: all), by name."""
    query = select(Campaign).order_by(Campaign.name)
    return list(s.scalars(query if projects is None else query.where(Campaign.project_id.in_(projects))))
