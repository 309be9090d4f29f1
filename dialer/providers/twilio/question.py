"""Asking the engine's process what an answered leg does now, from the web process, through the database.

Twilio waits for the answer while the person on the line hears nothing, so after :data:`PATIENCE_S` the webhook
apologises by itself (P4); a plan that comes later is carried out by REST. Asking twice gives the same answer.
"""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import or_, update
from sqlalchemy.dialects import postgresql, sqlite

from dialer.clock import now
from dialer.providers.base import Plan
from dialer.providers.twilio.plans import from_row
from dialer.rules.words import Amd
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.provider import ProviderQuestion
from dialer.store.watch import Watch, nudge

PATIENCE_S = 1.6
"""Under 2 s with what Twilio needs before and after (P4)."""


def ask(db: Database, leg: str, call: str, patience_s: float = PATIENCE_S, **inbound: Any) -> Plan | None:
    """The plan for ``leg``; None if the engine does not say in time, or the leg asked before and was put off.

    ``inbound`` (caller, called) makes it the question about a person who rings us.
    """
    until_s = time.monotonic() + patience_s
    watch = Watch(db)
    try:
        _write(db, {"leg": leg, "call": call, "at": now(), "asked": False, "given_up": False, **inbound})
        while True:
            plan, over = _look(db, leg, call)
            if plan is not None or over:
                return plan
            left_s = until_s - time.monotonic()
            if left_s <= 0:
                return _give_up(db, leg, call)
            watch.wait(left_s)
    finally:
        watch.close()


def _write(db: Database, row: dict[str, Any]) -> None:
    insert: Any = sqlite.insert if db.sqlite else postgresql.insert
    values = {"inbound": False, "caller": "", "called": "", **row}
    with db.write() as s:
        s.execute(insert(ProviderQuestion).values(**values).on_conflict_do_nothing(index_elements=["leg"]))
        nudge(s)


def _look(db: Database, leg: str, call: str) -> tuple[Plan | None, bool]:
    """The plan if there is one, and whether there will be none."""
    with db.read() as s:
        row = s.get(ProviderQuestion, leg)
    if row is None or row.call != call:
        return None, True
    return (from_row(row.plan) if row.plan else None), row.given_up


def _give_up(db: Database, leg: str, call: str) -> Plan | None:
    with db.write() as s:
        put_off: Any = s.execute(
            update(ProviderQuestion)
            .where(ProviderQuestion.leg == leg, ProviderQuestion.plan.is_(None))
            .values(given_up=True)
        )
        if put_off.rowcount:  # nobody met them in time: counted, whether the engine lives to count it or not (P4)
            person = or_(Attempt.amd.is_(None), Attempt.amd.not_in((Amd.MACHINE, Amd.FAX)))
            s.execute(update(Attempt).where(Attempt.id == leg, person).values(abandoned=True))
    return _look(db, leg, call)[0]
