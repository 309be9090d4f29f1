"""A campaign at this moment: who does what, which calls are up, what came of today's, what is left and why it waits."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from dialer.rules.words import AttemptState, ContactState, OperatorState, Outcome
from dialer.store.calls import IS_OPEN, Attempt
from dialer.store.contacts import Contact
from dialer.store.desk import OperatorSession
from dialer.store.people import User
from dialer.store.projects import CampaignMember

RECENT = timedelta(hours=24)
UP = (AttemptState.SENT, AttemptState.RINGING, AttemptState.ANSWERED, AttemptState.CONNECTED, AttemptState.MESSAGED)
BUSIEST_FIRST = (
    OperatorState.TALKING,
    OperatorState.DIALLING,
    OperatorState.PREVIEWING,
    OperatorState.READY,
    OperatorState.WRAP_UP,
    OperatorState.PAUSED,
    OperatorState.CONNECTING,
    OperatorState.OFFLINE,
)


@dataclass(frozen=True)
class Worker:
    """One person of the campaign. ``elsewhere``: their session is in another campaign."""

    user_id: int
    name: str
    line: int
    state: OperatorState
    since_at: datetime | None
    reason: str
    elsewhere: bool


@dataclass(frozen=True)
class Status:
    """Everything the live page shows. Counts of outcomes and dispositions are those of the last 24 hours."""

    workers: list[Worker]
    up: dict[AttemptState, int]
    outcomes: dict[Outcome, int]
    dispositions: dict[str, int]
    contacts: dict[ContactState, int]
    held_by: dict[str, int]
    attempts: int
    answered: int
    abandoned: int

    @property
    def abandon_rate(self) -> float:
        """Abandoned / answered live, 0..1."""
        return self.abandoned / self.answered if self.answered else 0.0

    @property
    def left(self) -> int:
        """Contacts that are still to be worked."""
        gone = (ContactState.CLOSED, ContactState.SUPPRESSED)
        return sum(n for state, n in self.contacts.items() if state not in gone)


def status(s: Session, campaign_id: int, now: datetime) -> Status:
    """Look once at everything."""
    outcomes, dispositions, abandoned, attempts = _recent(s, campaign_id, now)
    return Status(
        workers=workers(s, campaign_id),
        up=_up(s, campaign_id),
        outcomes=outcomes,
        dispositions=dispositions,
        contacts=contacts_by_state(s, campaign_id),
        held_by=_held_by(s, campaign_id),
        attempts=attempts,
        answered=outcomes.get(Outcome.ANSWERED, 0),
        abandoned=abandoned,
    )


def workers(s: Session, campaign_id: int) -> list[Worker]:
    """The campaign's people, those with most to see first, each group by how long it lasts."""
    query = (
        select(User, CampaignMember.line, OperatorSession)
        .join(CampaignMember, CampaignMember.user_id == User.id)
        .outerjoin(OperatorSession, OperatorSession.user_id == User.id)
        .where(CampaignMember.campaign_id == campaign_id, User.active)
    )
    found = [_worker(user, line, session, campaign_id) for user, line, session in s.execute(query)]
    return sorted(found, key=lambda w: (w.line, BUSIEST_FIRST.index(w.state), str(w.since_at), w.name))


def _worker(user: User, line: int, session: OperatorSession | None, campaign_id: int) -> Worker:
    if session is None:
        return Worker(user.id, user.name, line, OperatorState.OFFLINE, None, "", False)
    online = session.state is not OperatorState.OFFLINE
    elsewhere = online and session.campaign_id != campaign_id
    state = OperatorState.OFFLINE if elsewhere else session.state
    reason = "" if elsewhere else session.reason
    return Worker(user.id, user.name, line, state, session.since_at, reason, elsewhere)


def _up(s: Session, campaign_id: int) -> dict[AttemptState, int]:
    query = (
        select(Attempt.state, func.count())
        .where(Attempt.campaign_id == campaign_id, Attempt.state.in_(UP), IS_OPEN)
        .group_by(Attempt.state)
    )
    found = {AttemptState(state): int(n) for state, n in s.execute(query)}
    return {state: found[state] for state in UP if state in found}


def _recent(s: Session, campaign_id: int, now: datetime) -> tuple[dict[Outcome, int], dict[str, int], int, int]:
    query = (
        select(Attempt.outcome, Attempt.disposition, Attempt.abandoned, func.count())
        .where(Attempt.campaign_id == campaign_id, Attempt.placed_at > now - RECENT)
        .group_by(Attempt.outcome, Attempt.disposition, Attempt.abandoned)
    )
    outcomes: Counter[Outcome] = Counter()
    dispositions: Counter[str] = Counter()
    abandoned = attempts = 0
    for outcome, disposition, lost, n in s.execute(query):
        attempts += n
        abandoned += n if lost else 0
        if outcome:
            outcomes[Outcome(outcome)] += n
        if disposition:
            dispositions[disposition] += n
    return dict(outcomes.most_common()), dict(dispositions.most_common()), abandoned, attempts


def contacts_by_state(s: Session, campaign_id: int) -> dict[ContactState, int]:
    """How many contacts stand where."""
    query = select(Contact.state, func.count()).where(Contact.campaign_id == campaign_id).group_by(Contact.state)
    found = {ContactState(state): int(n) for state, n in s.execute(query)}
    return {state: found[state] for state in ContactState if state in found}


def _held_by(s: Session, campaign_id: int) -> dict[str, int]:
    query = (
        select(Contact.held_by, func.count())
        .where(Contact.campaign_id == campaign_id, Contact.state == ContactState.HELD)
        .group_by(Contact.held_by)
        .order_by(func.count().desc())
    )
    return {rule or "": int(n) for rule, n in s.execute(query)}
