"""The gate for contacts of the database: load the facts, ask the pure rules (step 3, and again before sending).

A database that fails here raises, and then the call is not made (P2).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from dialer.compliance.facts import Pair, load_facts
from dialer.rules.compliance import Allowed, Refused, Rules, may_dial


def gate_many(
    session: Session, pairs: Sequence[Pair], rules: Rules, now: datetime, without: Collection[str] = ()
) -> dict[Pair, Allowed | Refused]:
    """May each (contact id, number id) be dialled at ``now``? A pair that is gone is refused by ``gone``.

    ``without``: attempt ids that do not count towards caps: just before sending, the attempt's own.
    """
    facts = load_facts(session, pairs, rules, now, without)
    return {pair: may_dial(facts[pair], rules, now) if pair in facts else Refused("gone", None) for pair in pairs}


def gate(
    session: Session, contact_id: int, number_id: int, rules: Rules, now: datetime, without: Collection[str] = ()
) -> Allowed | Refused:
    """As :func:`gate_many`, for one contact's one number."""
    pair = (contact_id, number_id)
    return gate_many(session, [pair], rules, now, without)[pair]
