"""Tables for ``bench outcome``: so many calls that have just ended, each with an operator of its own who wraps up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert

from dialer import clock
from dialer.bench import floor
from dialer.rules.words import AttemptState, ContactState, Mode, OperatorState, Outcome
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.contacts import Contact
from dialer.store.desk import OperatorSession
from dialer.store.people import User
from dialer.store.projects import CampaignMember


def fill(db: Database, calls: int) -> list[tuple[str, int]]:
    """Make them; returns (attempt's id, operator's id) of each."""
    made = floor.make(db, contacts=calls)
    now = clock.now()
    rows: dict[Any, list[dict[str, Any]]] = {User: [], CampaignMember: [], Attempt: [], OperatorSession: []}
    for n in range(1, calls + 1):
        member = {"campaign_id": made.campaign_id, "user_id": n}
        name = f"aoutcome-{n:06d}"
        rows[User].append({"id": n, "login": f"op{n}", "name": f"Op {n}", "password_hash": "", "created_at": now})
        rows[CampaignMember].append({**member, "line": 1})
        rows[Attempt].append(_ended(name, n, made.campaign_id))
        rows[OperatorSession].append(
            {**member, "line": 1, "state": OperatorState.WRAP_UP, "since_at": now, "leg_up": True, "attempt_id": name}
        )
    with db.write() as s:
        for model, values in rows.items():
            s.execute(insert(model), values)
        s.execute(Contact.__table__.update().values(state=ContactState.CLAIMED))  # type: ignore[attr-defined]
    return [(row["id"], row["operator_id"]) for row in rows[Attempt]]


def _ended(name: str, n: int, campaign_id: int) -> dict[str, Any]:
    now = clock.now()
    begun = {"placed_at": now - timedelta(seconds=70), "sent_at": now - timedelta(seconds=70)}
    talked = {"answered_at": now - timedelta(seconds=60), "connected_at": now - timedelta(seconds=60), "ended_at": now}
    return {
        "id": name,
        "campaign_id": campaign_id,
        "contact_id": n,
        "number_id": n,
        "to_number": f"+{floor.FIRST_NUMBER + n}",
        "provider": "bench",
        "mode": Mode.PROGRESSIVE,
        "state": AttemptState.ENDED,
        "outcome": Outcome.ANSWERED,
        "operator_id": n,
        **begun,
        **talked,
    }
