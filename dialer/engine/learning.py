"""What predictive dialling knows of a campaign: learnt from attempts and operators as they change, in memory.

At each look the open calls and the operators are compared with the look before: a call that is no longer open has
ended or found somebody, an operator who left the wrap-up has taken so long. The first look recalls the last hours and
the counts of the legal window from the database, so a restarted engine goes on where it was. Step 4 of a call.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialer.engine import gate, recall
from dialer.errors import BadInput
from dialer.rules.abandonment import Abandonment, closest
from dialer.rules.pacing import Learnt, Outlook, Snapshot, Steering, is_due, look_ahead
from dialer.rules.words import AttemptState, OperatorState
from dialer.store.calls import IS_OPEN, Attempt
from dialer.store.desk import OperatorSession
from dialer.store.projects import Campaign

log = logging.getLogger(__name__)
CAP = 0.03
"""Where no profile names a rate: what the strictest known law allows (US 47 CFR 64.1200(a)(7), UK until 2017)."""
RECOUNT = timedelta(hours=1)
UNDECIDED = (AttemptState.PLACED, AttemptState.SENT, AttemptState.RINGING, AttemptState.ANSWERED)
FREE_SOON = (OperatorState.TALKING, OperatorState.WRAP_UP)


class Learner:
    """What is known of one campaign; :meth:`complete` adds it to a snapshot."""

    def __init__(self) -> None:
        self.learnt = Learnt()
        self.steering = Steering(CAP)
        self.looks = 0
        """The number of the tables in use."""
        self._outlook: Outlook | None = None
        self._news = -1
        self._looked_at: datetime | None = None
        self._counted_at: datetime | None = None
        self._rule = Abandonment(CAP)
        self._open: set[str] = set()
        self._desk: dict[int, tuple[OperatorState, datetime]] = {}

    def complete(self, s: Session, campaign: Campaign, now: datetime, counts: Snapshot) -> Snapshot:
        """The same counts with everything predictive dialling needs."""
        first = self._counted_at is None
        if self._counted_at is None or now - self._counted_at > RECOUNT:
            self._recount(s, campaign, now, first)
            self._counted_at = now
        self.learnt.pass_time(now.timestamp())
        ages = self._calls(s, campaign.id, now)
        talking, wrapping = self._operators(s, campaign.id, now)
        self._look(campaign.id, now)
        steering = self.steering
        return replace(
            counts,
            talking=talking,
            wrapping=wrapping,
            ages=ages,
            outlook=self._outlook,
            theta=steering.theta,
            cap=steering.cap,
            answered=steering.answered,
            abandoned=steering.abandoned,
        )

    def _recount(self, s: Session, campaign: Campaign, now: datetime, first: bool) -> None:
        """Count each rule's window by its own definition; the rule with the least left of its cap steers."""
        rules = abandonment_of(campaign)
        found = closest((rule, recall.window(s, campaign.id, now, rule)) for rule in rules)
        assert found is not None  # there is always a rule
        self._rule, counted = found
        self.steering.cap = self._rule.max_rate
        if first:
            recall.lately(s, campaign.id, now, self.learnt, self.steering, self._rule)
        self.steering.answered, self.steering.abandoned = counted.base, counted.abandoned

    def _calls(self, s: Session, campaign_id: int, now: datetime) -> tuple[float, ...]:
        """How long each free call has rung; those that were open before and are not now are learnt from."""
        query = select(Attempt.id, Attempt.state, Attempt.sent_at, Attempt.placed_at).where(
            Attempt.campaign_id == campaign_id,
            Attempt.state.in_(UNDECIDED),
            Attempt.operator_id.is_(None),
            Attempt.inbound.is_(False),
            IS_OPEN,
        )
        rows = s.execute(query).all()
        there = {row.id for row in rows}
        if gone := self._open - there:
            facts = s.execute(select(*recall.FACTS).where(Attempt.id.in_(gone)).order_by(Attempt.ended_at)).all()
            recall.learn_calls(facts, self.learnt, self.steering, self._rule)
        self._open = there
        ringing = [row for row in rows if row.state is not AttemptState.ANSWERED]
        return tuple(max(0.0, (now - (row.sent_at or row.placed_at)).total_seconds()) for row in ringing)

    def _operators(self, s: Session, campaign_id: int, now: datetime) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """How long who talks has talked, and who wraps up has wrapped up; who will pause afterwards is not counted."""
        query = select(
            OperatorSession.user_id, OperatorSession.state, OperatorSession.since_at, OperatorSession.pause_after
        ).where(OperatorSession.campaign_id == campaign_id, OperatorSession.line == 1)
        rows: Sequence[Any] = s.execute(query).all()
        for row in rows:
            self._worked(row)
        self._desk = {row.user_id: (row.state, row.since_at) for row in rows}
        coming = [row for row in rows if not row.pause_after]
        talking, wrapping = (
            tuple(max(0.0, (now - row.since_at).total_seconds()) for row in coming if row.state is state)
            for state in FREE_SOON
        )
        return talking, wrapping

    def _worked(self, row: Any) -> None:
        before = self._desk.get(row.user_id)
        if before is None or before[0] is row.state:
            return
        state, since = before
        took_s = (row.since_at - since).total_seconds()
        if state is OperatorState.TALKING and row.state is OperatorState.WRAP_UP:
            self.learnt.talk(took_s)
        elif state is OperatorState.WRAP_UP and row.state is OperatorState.READY:
            self.learnt.wrap(took_s)

    def _look(self, campaign_id: int, now: datetime) -> None:
        waited_s = (now - self._looked_at).total_seconds() if self._looked_at else inf
        if self.learnt.news != self._news and is_due(self.learnt.news, waited_s):
            self._outlook = look_ahead(self.learnt)
            self._looked_at, self._news = now, self.learnt.news
            self.looks += 1
            if log.isEnabledFor(logging.DEBUG):
                plain = json.dumps(self._outlook.plain())
                log.debug("outlook %s of campaign %s: %s", self.looks, campaign_id, plain)


def abandonment_of(campaign: Campaign) -> tuple[Abandonment, ...]:
    """The rules of abandonment that hold; none may be abandoned if the campaign's rules cannot be read."""
    try:
        return gate.rules_of(campaign).abandon or (Abandonment(CAP),)
    except BadInput:
        return (Abandonment(0.0),)
