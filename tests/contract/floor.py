"""A small shift on one network: the real engine in its own loop, robots that do what the desk's page would."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from typing import Any

from sqlalchemy import select

from dialer import clock, ledger
from dialer.desk import session
from dialer.engine.core import Engine
from dialer.providers import base
from dialer.rules.words import AttemptState, OperatorState, Outcome
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.desk import Listening
from dialer.store.outbox import ask_engine
from dialer.store.people import User
from tests.contract.networks import Network, running, until
from tests.support import world as worlds

OVER = (AttemptState.ENDED, AttemptState.CLOSED)


class Floor:
    """Use :func:`floor`."""

    def __init__(self, db: Database, network: Network, closers: int = 0, **campaign: Any) -> None:
        self.db, self.network = db, network
        self.world = worlds.make(
            db, operators=2 - closers, closers=closers, **{"ring_s": 4, "wrap_up_s": 60, **campaign}
        )
        self.engine = Engine(db, network.provider, name="contract")
        self.events: list[base.Event] = []
        self._post, self.engine.post = self.engine.post, self._hear  # type: ignore[method-assign]
        with db.write() as s:
            for user_id, endpoint in zip(self.world.users, network.endpoints, strict=True):
                s.get_one(User, user_id).endpoint = endpoint

    def _hear(self, event: base.Event) -> None:
        self.events.append(event)
        self._post(event)

    def of(self, leg: str, *kinds: type) -> list[base.Event]:
        """What was told of a leg."""
        return [e for e in list(self.events) if isinstance(e, kinds) and getattr(e, "leg", "") == leg]

    def sit(self, which: int = 0) -> int:
        """An operator is ready."""
        user_id = self.world.users[which]
        with self.db.write() as s:
            session.connect(s, user_id, self.world.campaign_id, clock.now())
        until(lambda: self.world.state(user_id) is OperatorState.READY, what="the operator's phone did not come up")
        return user_id

    def pause(self, user_id: int) -> None:
        with self.db.write() as s:
            session.pause(s, user_id, "lunch", clock.now())

    def dial(self, behaviour: str) -> str:
        """Add a contact who behaves so; returns the attempt once it was sent."""
        number = worlds.number(behaviour)
        contact = self.world.contact(number)

        def sent() -> str | None:
            with self.db.read() as s:
                query = select(Attempt.id).where(Attempt.contact_id == contact, Attempt.sent_at.is_not(None))
                return s.scalars(query).first()

        return str(until(sent, what=f"{behaviour} was not dialled"))

    def get(self, leg: str) -> Attempt:
        with self.db.read() as s:
            return s.get_one(Attempt, leg)

    def listener(self, user_id: int, up: bool = True) -> Listening | None:
        """A supervisor at a call, if their phone is in it (or, with ``up`` false, rings at least)."""
        with self.db.read() as s:
            row = s.get(Listening, user_id)
            return row if row is not None and (row.up or not up) else None

    def reaches(self, leg: str, *states: AttemptState) -> Attempt:
        until(lambda: self.get(leg).state in states, what=f"not {states[0]} but {self.get(leg).state}")
        return self.get(leg)

    def ask(self, kind: str, user_id: int | None = None, **args: Any) -> None:
        with self.db.write() as s:
            ask_engine(s, clock.now(), kind, user_id, **args)
        self.engine.wake()

    def journal(self, leg: str) -> tuple[list[str], Outcome | None, bool]:
        """States up to the end, outcome, abandoned. Ringing is left out: a quick answer has none on any network."""
        with self.db.read() as s:
            states = [move.new.value for move in ledger.journal(s, leg)]
        told = [x for x in states if x not in ("ringing", "closed")]
        attempt = self.get(leg)
        return [told[0]] + [b for a, b in pairwise(told) if a != b], attempt.outcome, attempt.abandoned


@contextmanager
def floor(db: Database, network: Network, closers: int = 0, **campaign: Any) -> Iterator[Floor]:
    """Two people; the engine runs until the block ends; then every call is ended, so that the network is clean."""
    made = Floor(db, network, closers, **campaign)
    network.serve(made.engine)
    with running(made.engine):
        until(lambda: network.provider.ready, what="the network did not come up")
        try:
            yield made
        finally:
            for user_id in made.world.users:
                made.ask("desk.disconnect", user_id)
            until(lambda: all(not made.world.session(u).leg for u in made.world.users if _sat(made, u)))


def _sat(made: Floor, user_id: int) -> bool:
    from dialer.store.desk import OperatorSession

    with made.db.read() as s:
        return s.get(OperatorSession, user_id) is not None
