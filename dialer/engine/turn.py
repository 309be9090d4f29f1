"""What one turn of the engine carries: its transaction, its instant, and what to do once that is committed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import CompoundSelect, bindparam, select, union
from sqlalchemy.orm import Session

from dialer.desk import session
from dialer.providers.base import Doubtful, Event, Failed, Provider, ProviderError, Unknown
from dialer.rules.words import OperatorState
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact, ZoneSet
from dialer.store.desk import Listening, OperatorSession
from dialer.store.outbox import tell
from dialer.store.projects import Campaign
from dialer.store.transaction import hold_many

log = logging.getLogger(__name__)
_ATTENDED: CompoundSelect[str] = union(
    select(OperatorSession.attempt_id).where(
        OperatorSession.attempt_id.in_(bindparam("attempts", expanding=True)),
        OperatorSession.line == session.CLOSER_LINE,
    ),
    select(Listening.attempt_id).where(Listening.attempt_id.in_(bindparam("attempts", expanding=True))),
)


@dataclass(slots=True)
class Turn:
    """Rule: the network is asked only from :attr:`after`, that is, after the commit (P1)."""

    s: Session
    now: datetime
    provider: Provider
    post: Callable[[Event], None]
    engine: str = ""
    """The name of the engine that turns: what another living engine dials is none of its business."""
    after: list[Callable[[], None]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    foreseen: set[str] = field(default_factory=set)
    """Attempts that were locked together at the start; of these, ``attended`` are the ones that a closer is reserved
    for or a supervisor listens to."""
    attended: set[str] = field(default_factory=set)
    asking: int = 1
    """How many answered legs ask for an operator in this turn."""
    met: Collection[str] = ()
    """The networks whose truth this engine has heard before; of the others' answered legs, it was asked about
    ``asked`` only: what asked an earlier engine was never answered."""
    asked: Collection[str] = ()
    steady: Callable[[], float] = time.monotonic
    began_s: float = 0.0
    """When the turn's instant was read, by the steady clock."""
    _kept: list[ZoneSet] = field(default_factory=list)
    """Held only so that the session remembers them."""
    _campaigns: dict[int, Campaign] = field(default_factory=dict)
    _ready: dict[int, list[OperatorSession]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.began_s = self.steady()

    @property
    def age_s(self) -> float:
        """Seconds since the turn's instant, whatever the wall clock did meanwhile."""
        return self.steady() - self.began_s

    def campaign(self, campaign_id: int) -> Campaign:
        """The campaign, read once a turn."""
        if campaign_id not in self._campaigns:
            self._campaigns[campaign_id] = self.s.get_one(Campaign, campaign_id)
        return self._campaigns[campaign_id]

    def foresee(self, legs: Collection[str], ended: Collection[str]) -> None:
        """Lock in a few statements what the events about ``legs`` will look at one by one; ``ended`` of them end."""
        if not legs:
            return
        attempts = hold_many(self.s, Attempt, legs)
        self.foreseen = set(attempts)
        over = [attempts[leg] for leg in ended if leg in attempts]
        if not over:
            return
        hold_many(self.s, OperatorSession, {a.operator_id for a in over if a.operator_id is not None})
        contacts = hold_many(self.s, Contact, {a.contact_id for a in over if a.operator_id is None})
        zones = select(ZoneSet).where(ZoneSet.id.in_({c.zone_set_id for c in contacts.values()}))
        self._kept = list(self.s.scalars(zones)) if contacts else []
        self.attended = set(self.s.scalars(_ATTENDED, {"attempts": list(attempts)}))

    def alone(self, attempt_id: str) -> bool:
        """Whether it is known already that nobody of the second line and no supervisor has to do with this call."""
        return attempt_id in self.foreseen and attempt_id not in self.attended

    def longest_ready(self, campaign_id: int) -> OperatorSession | None:
        """The first-line operator who has been ready longest, locked; those of a turn are fetched together."""
        if campaign_id not in self._ready:
            self._ready[campaign_id] = session.ready_first(self.s, campaign_id, 1, max(1, self.asking))
        while self._ready[campaign_id]:
            row = self._ready[campaign_id].pop(0)
            if row.state is OperatorState.READY and row.leg_up:
                return row
        return None

    def ask(self, leg: str, request: Callable[[], None]) -> None:
        """Ask the network something about ``leg`` after the commit; a refusal comes back as an event."""

        def carry_out() -> None:
            try:
                request()
            except ProviderError as err:
                self.post(Failed(leg, self.now, str(err), err.permanent))
            except Unknown:
                self.post(Doubtful(leg, self.now))

        self.after.append(carry_out)

    def request(self, leg: str, request: Callable[[], None]) -> None:
        """As :meth:`ask`, for requests whose failure changes nothing about the call: it is only logged."""

        def carry_out() -> None:
            try:
                request()
            except (ProviderError, Unknown) as err:
                log.warning("request about leg %s failed: %s", leg, type(err).__name__)

        self.after.append(carry_out)

    def touch(self, campaign_id: int) -> None:
        """The figures of this campaign changed: its pages are told once a turn."""
        self.touched.add(campaign_id)

    def tell_pages(self) -> None:
        """Write the outbox lines of the touched campaigns."""
        for campaign_id in sorted(self.touched):
            tell(self.s, self.now, "campaign", f"campaign:{campaign_id}", campaign=campaign_id)

    def tell_call(self, attempt_id: str, user_id: int | None, state: str) -> None:
        """Tell the page of the person who has the call."""
        if user_id is not None:
            tell(self.s, self.now, "call", f"user:{user_id}", attempt=attempt_id, state=state)
