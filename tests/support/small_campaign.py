"""A project with a campaign and contacts, for tests of rules and suppression; no engine, no network."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from dialer.rules.words import AttemptState, CampaignState, ContactState, Mode
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber, ZoneSet
from dialer.store.messages import Outbox
from dialer.store.projects import Campaign, Project
from tests.conftest import NOON

_ids = itertools.count(1)


@dataclass
class Desk:
    """One project and its campaign. Make with :func:`desk`."""

    db: Database
    project_id: int
    campaign_id: int

    def contact(self, *numbers: str, zones: str = "Europe/Moscow", bad: tuple[str, ...] = (), **values: Any) -> int:
        """A contact with these numbers, ready unless said otherwise; returns its id."""
        with self.db.write() as s:
            zone = s.scalars(select(ZoneSet).where(ZoneSet.names == zones)).first() or ZoneSet(names=zones)
            s.add(zone)
            s.flush()
            contact = Contact(campaign_id=self.campaign_id, zone_set_id=zone.id, created_at=NOON, **values)
            s.add(contact)
            s.flush()
            rows = [
                ContactNumber(
                    contact_id=contact.id, campaign_id=self.campaign_id, number=text, position=n, bad=text in bad
                )
                for n, text in enumerate(numbers)
            ]
            s.add_all(rows)
            s.flush()
            contact.number_id = rows[0].id if rows else None
            return contact.id

    def get(self, contact_id: int) -> Contact:
        with self.db.read() as s:
            return s.get_one(Contact, contact_id)

    def state(self, contact_id: int) -> ContactState:
        return self.get(contact_id).state

    def dials(self, contact_id: int) -> str:
        """The number that is next for a contact."""
        with self.db.read() as s:
            return s.get_one(ContactNumber, s.get_one(Contact, contact_id).number_id or 0).number

    def attempt(self, contact_id: int, number: str, placed_at: datetime, **values: Any) -> str:
        """An earlier attempt, closed unless said otherwise; returns its id."""
        attempt_id = f"a{next(_ids)}"
        with self.db.write() as s:
            given = {"state": AttemptState.CLOSED, "provider": "pretend", "mode": Mode.PROGRESSIVE, **values}
            s.add(
                Attempt(
                    id=attempt_id,
                    campaign_id=self.campaign_id,
                    contact_id=contact_id,
                    number_id=s.get_one(Contact, contact_id).number_id or 0,
                    to_number=number,
                    placed_at=placed_at,
                    **given,
                )
            )
        return attempt_id

    def told(self) -> list[tuple[str, str]]:
        """What the pages were told so far: (topic, audience)."""
        with self.db.read() as s:
            return [(line.topic, line.audience) for line in s.scalars(select(Outbox).order_by(Outbox.id))]


def desk(db: Database, name: str = "Spring", rules: dict[str, Any] | None = None, **values: Any) -> Desk:
    """A running campaign of a project of its own."""
    with db.write() as s:
        project = Project(name=name, client="Acme", created_at=NOON)
        s.add(project)
        s.flush()
        given = {"state": CampaignState.RUNNING, "rules": rules or {}, **values}
        campaign = Campaign(project_id=project.id, name=f"{name} calls", created_at=NOON, **given)
        s.add(campaign)
        s.flush()
        return Desk(db, project.id, campaign.id)
