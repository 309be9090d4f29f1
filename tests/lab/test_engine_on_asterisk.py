"""The whole engine against a real Asterisk: the network's own log says who was rung, and how often."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from dialer.engine import crash
from dialer.lab import Lab
from dialer.rules.words import AttemptState, ContactState, OperatorState, Outcome
from dialer.store import Database
from tests.support import world as worlds
from tests.support.shift import Shift, shift, until

pytestmark = [pytest.mark.lab, pytest.mark.timeout(180)]
MIX = ("talk", "busy", "brief", "noanswer", "early", "rejected", "unallocated", "congestion", "unreachable", "talk")
EXPECTED = {
    "busy": Outcome.BUSY,
    "noanswer": Outcome.NO_ANSWER,
    "rejected": Outcome.REJECTED,
    "unallocated": Outcome.BAD_NUMBER,
    "congestion": Outcome.CONGESTION,
    "unreachable": Outcome.UNREACHABLE,
    "talk": Outcome.ANSWERED,
    "brief": Outcome.ANSWERED,
    "early": Outcome.ANSWERED,
}


def rung(lab: Lab, numbers: set[str]) -> Counter[str]:
    """How often the network was asked to ring each of these numbers."""
    calls = Counter(call["number"] for call in lab.network_calls())
    return Counter({number: calls[number] for number in numbers if calls[number]})


def work_until_idle(made: Shift, users: list[int], contacts: int) -> None:
    def done() -> bool:
        for user_id in users:
            made.work(user_id)
        return len(made.world.attempts()) >= contacts and made.open_attempts() == 0

    until(done, 90, made.log)


def test_every_contact_ends_with_the_outcome_the_network_gave(lite: Database, lab: Lab, tmp_path: Path) -> None:
    with shift(lite, lab, tmp_path) as made:
        numbers = {worlds.number(behaviour): behaviour for behaviour in MIX}
        for number in numbers:
            made.world.contact(number)
        made.start_engine()
        users = [made.connect(0), made.connect(1)]
        work_until_idle(made, users, len(numbers))
        attempts = made.world.attempts()
        assert {a.to_number: a.outcome for a in attempts} == {n: EXPECTED[b] for n, b in numbers.items()}
        assert rung(lab, set(numbers)) == Counter(dict.fromkeys(numbers, 1))
        assert made.stop_engine() == 0


def test_an_engine_that_stops_in_order_leaves_the_call_to_the_next_one(
    lite: Database, lab: Lab, tmp_path: Path
) -> None:
    with shift(lite, lab, tmp_path, operators=1) as made:
        made.world.contact(worlds.number("talk"))
        made.start_engine()
        ana = made.connect(0)
        until(lambda: made.state(ana) is OperatorState.TALKING, 15, made.log)
        until(lambda: made.world.attempts()[0].state is AttemptState.CONNECTED, 15, made.log)
        assert made.engine is not None
        made.engine.send_signal(signal.SIGTERM)
        assert made.engine.wait(15) == 0
        made.start_engine()
        work_until_idle(made, [ana], 1)
        assert made.world.attempts()[0].disposition == "refused_hard"
        assert len(rung(lab, {made.world.attempts()[0].to_number})) == 1


@pytest.mark.parametrize("point", crash.POINTS)
def test_no_number_is_rung_twice_when_the_engine_is_killed(
    lite: Database, lab: Lab, tmp_path: Path, point: str
) -> None:
    with shift(lite, lab, tmp_path, operators=1) as made:
        numbers = [worlds.number(behaviour) for behaviour in ("early", "busy", "brief")]
        for number in numbers:
            made.world.contact(number)
        made.start_engine(CRASH_AT=point)
        ana = made.world.users[0]
        try_connect(made, ana)
        assert made.engine is not None
        until(lambda: made.engine.poll() is not None, 30, lambda: f"{point} was never reached: {made.log()}")
        assert made.engine.returncode == -signal.SIGKILL
        made.start_engine()
        until(lambda: settled(made, ana, len(numbers)), 100, made.log)
        calls = rung(lab, set(numbers))
        sent = Counter(a.to_number for a in made.world.attempts() if a.sent_at is not None)
        assert all(calls[number] <= sent[number] for number in calls), (calls, sent)
        assert max(calls.values()) == 1 and max(sent.values()) == 1


def try_connect(made: Shift, user_id: int) -> None:
    from dialer import clock
    from dialer.desk import session

    with made.db.write() as s:
        session.connect(s, user_id, made.world.campaign_id, clock.now())


def settled(made: Shift, user_id: int, contacts: int) -> bool:
    """Work as the operator, come back when the crash threw them out; True once every contact has had its attempt."""
    if made.state(user_id) is OperatorState.OFFLINE:
        try_connect(made, user_id)
    made.work(user_id)
    done = [a for a in made.world.attempts() if a.sent_at is not None and a.state is AttemptState.CLOSED]
    return len(done) >= contacts


def test_a_called_person_who_rings_back_reaches_the_operator(lite: Database, lab: Lab, tmp_path: Path) -> None:
    with shift(lite, lab, tmp_path, operators=1) as made:
        number = worlds.number("noanswer")
        contact = made.world.contact(number)
        made.start_engine()
        ana = made.connect(0)
        until(lambda: made.world.get(contact).state is ContactState.WAITING, 30, made.log)
        lab.ring_in(number, "+74950001122")
        until(lambda: made.state(ana) is OperatorState.TALKING, 20, made.log)
        until(lambda: made.phones[0].heard() > 300, 10, made.log)
        attempt = made.world.attempts()[-1]
        assert attempt.inbound and attempt.contact_id == contact and attempt.operator_id == ana
        until(lambda: made.world.attempts()[-1].state is AttemptState.CONNECTED, 10, made.log)
        work_until_idle(made, [ana], 2)
