"""What every turn asks of the database, as statements that are put together once.

Putting one together takes three times as long as carrying it out.
"""

from __future__ import annotations

from sqlalchemy import Integer, bindparam, func, select

from dialer.desk import next_step
from dialer.rules.words import AttemptState, OperatorState
from dialer.store.base import Utc
from dialer.store.calls import IS_OPEN, Attempt
from dialer.store.contacts import Contact, ContactNumber
from dialer.store.desk import Callback, OperatorSession
from dialer.store.people import Holding

PENDING = (AttemptState.PLACED, AttemptState.SENT, AttemptState.RINGING)
WAITING = AttemptState.ANSWERED
UP = (*PENDING, AttemptState.ANSWERED, AttemptState.CONNECTED, AttemptState.MESSAGED)
_CAMPAIGN = bindparam("campaign", type_=Integer)
READY = (
    select(func.count())
    .select_from(OperatorSession)
    .where(
        OperatorSession.campaign_id == _CAMPAIGN,
        OperatorSession.line == 1,
        OperatorSession.state == OperatorState.READY,
        OperatorSession.leg_up,
    )
)
CALLS_UP = (
    select(Attempt.state, Attempt.operator_id.is_(None), func.count())
    .where(Attempt.campaign_id == _CAMPAIGN, Attempt.state.in_(UP), IS_OPEN)
    .group_by(Attempt.state, Attempt.operator_id.is_(None))
)
NUMBERS = select(ContactNumber).where(ContactNumber.id.in_(bindparam("ids", expanding=True)))

_TEAM = select(Holding.user_id).where(Holding.team_id == Callback.team_id).correlate(Callback)
_IN_TEAM = OperatorSession.user_id.in_(_TEAM)
PROMISED = (
    select(Callback, OperatorSession)
    .join(
        OperatorSession,
        (OperatorSession.user_id == Callback.owner_id) | (Callback.owner_id.is_(None) & _IN_TEAM),
    )
    .join(Contact, Contact.id == Callback.contact_id)
    .where(
        Callback.campaign_id == _CAMPAIGN,
        Callback.kept_at.is_(None),
        Callback.cancelled_at.is_(None),
        Callback.due_at <= bindparam("now", type_=Utc),
        Contact.state.in_(next_step.CLAIMABLE),
        OperatorSession.state == OperatorState.READY,
        OperatorSession.leg_up,
        OperatorSession.campaign_id == _CAMPAIGN,
    )
    .order_by(Callback.due_at, OperatorSession.since_at)
    .limit(5)
)
LATE = (
    select(OperatorSession)
    .where(
        OperatorSession.state == OperatorState.WRAP_UP,
        OperatorSession.wrap_until_at <= bindparam("now", type_=Utc),
    )
    .with_for_update(skip_locked=True)
)
