"""Three hundred attempts while Twilio refuses, breaks, hangs, and loses, doubles and shuffles its webhooks.

The stand-in's own log is the judge: nobody is dialled twice, and every journal ends as the call really did.
"""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from dialer import clock
from dialer.desk import session, wrap_up
from dialer.engine.core import Engine
from dialer.errors import Refusal
from dialer.lab.behaviours import behaviour_of
from dialer.lab.twilio import Faults
from dialer.providers.twilio.outcomes import BY_STATUS
from dialer.rules.words import AttemptState, OperatorState, Outcome
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.desk import OperatorSession
from dialer.store.outbox import ask_engine
from tests.contract.networks import running, until
from tests.support import world as worlds
from tests.support.twilio import Rig, rig

MIX = (
    "talk", "busy", "early", "noanswer", "rejected", "talk", "unallocated", "congestion", "unreachable", "machine",
)  # fmt: skip
EXACT = {
    "busy": Outcome.BUSY,
    "noanswer": Outcome.NO_ANSWER,
    "rejected": Outcome.REJECTED,
    "unallocated": Outcome.BAD_NUMBER,
    "congestion": Outcome.CONGESTION,
    "unreachable": Outcome.UNREACHABLE,
    "talk": Outcome.ANSWERED,
    "early": Outcome.ANSWERED,
    "machine": Outcome.MACHINE,
}
OPERATORS = 24


def at_something(world: worlds.World) -> list[int]:
    """The operators who have something to do, by one look: asking each alone would cost more than the calls do."""
    waiting = (OperatorState.READY, OperatorState.CONNECTING)
    with world.db.read() as s:
        idle = set(s.scalars(select(OperatorSession.user_id).where(OperatorSession.state.in_(waiting))))
    return [user_id for user_id in world.users if user_id not in idle]


def work(world: worlds.World) -> None:
    """One look of every robot operator: end a call it talks in, save a wrap-up, come back if its phone was lost."""
    now = clock.now()
    for user_id in at_something(world):
        try:
            with world.db.write() as s:
                row = session.get(s, user_id)
                if row.state is OperatorState.TALKING and row.attempt_id:
                    if (now - row.since_at).total_seconds() > 0.8:
                        ask_engine(s, now, "call.hang_up", user_id, attempt=row.attempt_id)
                elif row.state is OperatorState.WRAP_UP and row.attempt_id:
                    wrap_up.save(s, row.attempt_id, user_id, "refused_hard", now)
                elif row.state is OperatorState.OFFLINE:
                    session.connect(s, user_id, world.campaign_id, now)
        except Refusal:
            continue  # the engine was quicker


def closed(db: Database) -> int:
    with db.read() as s:
        query = select(func.count()).select_from(Attempt).where(Attempt.state == AttemptState.CLOSED)
        return s.scalar(query) or 0


def told_by_webhook(made: Rig, call: dict[str, Any]) -> bool:
    """Whether the end of this call can have been known by anything but its last webhook."""
    path = f"/Calls/{call['sid']}.json"
    asked = any(r["method"] == "GET" and r["path"].endswith(path) for r in made.stand_in.requests)
    return not asked


def allowed(made: Rig, attempt: Attempt, call: dict[str, Any] | None) -> set[Outcome]:
    """What the journal may say, given what really happened."""
    if call is None:
        return {Outcome.FAILED, Outcome.UNKNOWN}
    exact = EXACT[behaviour_of(attempt.to_number).name]
    if call["answered_s"]:  # the word of the detection may be the webhook that was lost
        return {exact, Outcome.ANSWERED}
    if call["status"] == "canceled":
        return {Outcome.CANCELLED, Outcome.CONGESTION}
    return {exact} if told_by_webhook(made, call) else {exact, BY_STATUS[call["status"]]}


@pytest.mark.timeout(300)
def test_every_journal_ends_as_the_call_did_and_nobody_is_dialled_twice(lite: Database, tmp_path: Path) -> None:
    faults = Faults(
        too_many=0.03, broken_before=0.02, broken_after=0.03, hung_after=0.02, slow=0.05,
        lost=0.08, twice=0.15, late=0.2, late_s=0.8, hang_s=3.0, seed=7,
    )  # fmt: skip
    with rig(lite, tmp_path, faults) as made:
        world = worlds.make(
            lite, operators=OPERATORS, closers=0, ring_s=2, amd=True, record=False, calls_per_second=60.0, max_lines=60
        )
        for n in range(300):
            world.contact(worlds.number(MIX[n % len(MIX)]))
        provider = made.provider()
        engine = Engine(lite, provider, name="rough")
        with running(engine):
            end = time.monotonic() + 240
            while closed(lite) < 300:
                work(world)
                assert time.monotonic() < end, stuck(world)
                time.sleep(0.1)
        judge(made, world)
        assert made.stand_in.network.errors == []


def judge(made: Rig, world: worlds.World) -> None:
    calls = [c for c in made.stand_in.log() if c["to"].startswith("+")]
    assert max(Counter(c["to"] for c in calls).values()) == 1
    assert max(Counter(c["leg"] for c in calls).values()) == 1
    by_leg = {c["leg"]: c for c in calls}
    attempts = world.attempts()
    assert len(attempts) == 300
    wrong = [
        (behaviour_of(a.to_number).name, a.outcome, by_leg.get(a.id))
        for a in attempts
        if a.outcome not in allowed(made, a, by_leg.get(a.id))
    ]
    assert wrong == []
    assert {a.outcome for a in attempts if a.id in by_leg} >= set(EXACT.values())


def stuck(world: worlds.World) -> str:
    """What is still open, for whoever reads the failure."""
    return str([(a.id, a.state, a.outcome) for a in world.attempts() if a.state is not AttemptState.CLOSED])


@pytest.mark.timeout(120)
def test_an_engine_that_dies_among_calls_leaves_books_that_its_successor_puts_right(
    lite: Database, tmp_path: Path
) -> None:
    with rig(lite, tmp_path) as made:
        world = worlds.make(lite, operators=4, closers=0, ring_s=4)
        numbers = [worlds.number(b) for b in ("talk", "ring2", "noanswer", "busy")]
        for number in numbers:
            world.contact(number)
        first = made.provider()
        engine = Engine(lite, first, name="one")
        with running(engine):
            until(lambda: work(world) or len([a for a in world.attempts() if a.sent_at]) == 4)
        first.stop()
        until(lambda: next(c for c in made.stand_in.log() if c["to"] == numbers[2])["status"] == "no-answer")
        second = made.provider()
        with running(Engine(lite, second, name="one")):
            until(lambda: work(world) or closed(lite) == 4, 30, stuck(world))
        outcomes = {a.to_number: a.outcome for a in world.attempts()}
        assert [outcomes[n] for n in numbers] == [Outcome.ANSWERED, Outcome.ANSWERED, Outcome.NO_ANSWER, Outcome.BUSY]
        assert Counter(c["to"] for c in made.stand_in.log() if c["to"] in numbers) == Counter(numbers)
