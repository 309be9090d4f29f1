"""A small call centre in memory: one project and campaign, a few operators, contacts, the engine, a pretend network.

Time stands still until :meth:`World.run` moves it; a day passes in a second.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from dialer.desk import session
from dialer.engine.core import Engine
from dialer.lab.behaviours import named
from dialer.providers.pretend import PretendProvider
from dialer.rules.words import CampaignState, Mode, OperatorState
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ContactNumber, ZoneSet
from dialer.store.desk import OperatorSession
from dialer.store.people import User
from dialer.store.projects import Campaign, CampaignMember, Project
from tests.conftest import NOON

LONG_S = 20
_digits = itertools.count(100)


def number(behaviour: str = "talk") -> str:
    """A number nobody else has, whose phone behaves so."""
    return named(behaviour).number(f"+79{next(_digits) % 1_000_000:06d}")


@dataclass
class World:
    """Use :func:`make`."""

    db: Database
    now: datetime = NOON
    campaign_id: int = 0
    project_id: int = 0
    users: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.provider = PretendProvider(lambda: self.now)
        self.engine = self.new_engine()

    def new_engine(self, name: str = "engine-1") -> Engine:
        """Another engine on the same database and network, as after a crash."""
        return Engine(self.db, self.provider, name=name, clock=lambda: self.now, steady=lambda: self.now.timestamp())

    def start(self) -> None:
        self.engine.start()
        self.settle()

    def settle(self) -> None:
        """Let everything that can happen at this instant happen."""
        for _ in range(6):
            self.provider.advance()
            self.engine.turn()

    def run(self, seconds: float, step_s: float = 0) -> None:
        """Let time pass, by quarters of a second; by whole ones in a long wait, where nothing turns on less."""
        step_s = step_s or (0.25 if seconds < LONG_S else 1.0)
        end = self.now + timedelta(seconds=seconds)
        while self.now < end:
            self.now += timedelta(seconds=step_s)
            for _ in range(2):
                self.provider.advance()
                self.engine.turn()

    def contact(self, *numbers: str, **values: Any) -> int:
        """Add a contact with these numbers (default: one who answers); returns its id."""
        numbers = numbers or (number(),)
        with self.db.write() as s:
            zone = _zone(s, values.pop("zones", "Europe/Moscow"))
            values = {"name": "Lin", "state": "ready", "created_at": self.now, **values}
            contact = Contact(campaign_id=self.campaign_id, zone_set_id=zone, **values)
            s.add(contact)
            s.flush()
            for position, text in enumerate(numbers):
                row = ContactNumber(contact_id=contact.id, campaign_id=self.campaign_id, number=text, position=position)
                s.add(row)
                s.flush()
                contact.number_id = contact.number_id or row.id
            return contact.id

    def operator_ready(self, which: int = 0) -> int:
        """Log an operator in and wait until their phone is up; returns the user id."""
        with self.db.write() as s:
            session.connect(s, self.users[which], self.campaign_id, self.now)
        self.settle()
        self.run(0.5)
        return self.users[which]

    def session(self, user_id: int) -> OperatorSession:
        with self.db.read() as s:
            return s.get_one(OperatorSession, user_id)

    def state(self, user_id: int) -> OperatorState:
        return self.session(user_id).state

    def attempts(self) -> list[Attempt]:
        with self.db.read() as s:
            return list(s.scalars(select(Attempt).order_by(Attempt.placed_at, Attempt.id)))

    def get(self, contact_id: int) -> Contact:
        with self.db.read() as s:
            return s.get_one(Contact, contact_id)


def _zone(s: Any, names: str) -> int:
    found = s.scalars(select(ZoneSet).where(ZoneSet.names == names)).first()
    if found is None:
        found = ZoneSet(names=names)
        s.add(found)
        s.flush()
    return int(found.id)


def make(
    db: Database, *, operators: int = 2, closers: int = 1, mode: Mode = Mode.PROGRESSIVE, **campaign: Any
) -> World:
    """A world with a running campaign; the engine is not started yet."""
    world = World(db)
    with db.write() as s:
        project = Project(name="Alpha", client="Acme", country="RU", qualification="open", created_at=NOON)
        s.add(project)
        s.flush()
        values = {"name": "Spring survey", "caller_id": "+74950001122", "ring_s": 20, "rules": {"profiles": ["demo"]}}
        row = Campaign(
            project_id=project.id, state=CampaignState.RUNNING, mode=mode, created_at=NOON, **{**values, **campaign}
        )
        s.add(row)
        s.flush()
        for n in range(operators + closers):
            user = User(login=f"u{n}", name=f"User {n}", password_hash="", endpoint=f"op-{n}", created_at=NOON)
            s.add(user)
            s.flush()
            s.add(CampaignMember(campaign_id=row.id, user_id=user.id, line=1 if n < operators else 2))
            world.users.append(user.id)
        world.campaign_id, world.project_id = row.id, project.id
    return world


class Beside(World):
    """Another running campaign of the same project, on the same engine, network and clock, with people of its own."""

    def __init__(self, first: World, *, operators: int = 1, mode: Mode = Mode.PROGRESSIVE) -> None:
        self.first, self.db, self.provider, self.engine = first, first.db, first.provider, first.engine
        self.project_id, self.users = first.project_id, []
        values = {"name": "Autumn survey", "rules": {"profiles": ["demo"]}, "created_at": NOON}
        with first.db.write() as s:
            row = Campaign(project_id=first.project_id, state=CampaignState.RUNNING, mode=mode, **values)
            s.add(row)
            s.flush()
            self.campaign_id = row.id
            for n in range(operators):
                user = User(login=f"v{n}", name=f"User {n}", password_hash="", endpoint=f"op-2{n}", created_at=NOON)
                s.add(user)
                s.flush()
                s.add(CampaignMember(campaign_id=row.id, user_id=user.id, line=1))
                self.users.append(user.id)

    @property
    def now(self) -> datetime:  # type: ignore[override]
        return self.first.now

    @now.setter
    def now(self, at: datetime) -> None:
        self.first.now = at
