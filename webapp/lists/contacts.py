"""Views: contacts by name, company, e-mail or number, page by page, in the projects one may see."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response, render_template, request, stream_with_context
from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.clock import now
from dialer.people import projects as projects_of
from dialer.reports import contact_export, contact_search
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
    with reading() as s:
        campaigns = campaigns_of(s, mine)
        page = contact_search.search(
            s, mine, after=asked.get("after", type=int), before=asked.get("before", type=int), **_wanted()
        )
    kept = {name: asked[name] for name in ("q", "campaign", "list", "state") if asked.get(name)}
    return render_template(
        "lists/contacts.html", page=page, campaigns=campaigns, states=list(ContactState), asked=asked, kept=kept
    )


def _wanted() -> dict[str, Any]:
    """What the address asks for, as ``contact_search.search`` takes it."""
    asked, state = request.args, request.args.get("state", "")
    return {
        "text": asked.get("q", ""),
        "campaign_id": asked.get("campaign", type=int),
        "list_id": asked.get("list", type=int),
        "state": ContactState(state) if state in set(ContactState) else None,
    }


@blueprint.get("/contacts.csv")
@needs("contact.export", personal=True)
def contacts_file() -> Response:
    """What the same address without ``.csv`` shows, all pages of it, with whole numbers."""
    mine, wanted = projects_of(me(), "contact.export"), _wanted()

    def content() -> Iterator[str]:
        with reading() as s:
            yield from contact_export.lines(s, mine, **wanted)

    name = f"contacts-{now():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(stream_with_context(content()), mimetype="text/csv", headers=headers)


def campaigns_of(s: Session, projects: set[int] | None) -> list[Campaign]:
    """The campaigns of these projects (None: all), by name."""
    query = select(Campaign).order_by(Campaign.name)
    return list(s.scalars(query if projects is None else query.where(Campaign.project_id.in_(projects))))
