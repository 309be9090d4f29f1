"""Several networks at once: the engine takes the next route on a network's error, and nobody is rung twice for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from dialer.campaigns import routes
from dialer.providers import base
from dialer.providers.pretend import PretendProvider
from dialer.providers.switchboard import Switchboard
from dialer.rules.routes import Route
from dialer.rules.routes_text import to_dicts
from dialer.rules.words import AttemptState, OperatorState, Outcome
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.provider import RouteHealth
from tests.support import world as worlds
from tests.support.world import World, number

A, B, C = "+74951112201", "+74951112202", "+12025550100"


class Network(PretendProvider):
    """A network whose front door may refuse whatever leaves by ``refused`` trunks."""

    def __init__(self, world: World, name: str) -> None:
        super().__init__(lambda: world.now)
        self.name = name
        self.refused: set[str] = set()

    def originate(self, call: base.CustomerCall) -> None:
        if call.trunk in self.refused:
            raise base.ProviderError("the trunk is not there")
        super().originate(call)


class Both(Switchboard):
    """Plays two networks at once."""

    def advance(self) -> None:
        for one in self.networks:
            one.advance()  # type: ignore[attr-defined]


ROUTES = (Route("asterisk", "a", (A,)), Route("asterisk", "b", (B,)), Route("twilio", "", (C,)))


def make(db: Database, *ways: Route, **more: object) -> tuple[World, Network, Network]:
    world = worlds.make(db, routes=to_dicts(ways or ROUTES), **more)  # type: ignore[arg-type]
    home, away = Network(world, "asterisk"), Network(world, "twilio")
    world.provider = Both(home, [away])  # type: ignore[assignment]
    world.engine = world.new_engine()
    world.start()
    return world, home, away


def told(world: World) -> list[tuple[str, str, str, str]]:
    return [(a.provider, a.trunk, a.caller_id, a.outcome or a.state) for a in world.attempts()]


def test_a_call_leaves_by_the_first_route_with_its_number(lite: Database) -> None:
    world, _, _ = make(lite)
    world.operator_ready()
    world.contact()
    world.run(2)
    assert told(world) == [("asterisk", "a", A, AttemptState.CONNECTED)]


def test_a_refused_call_leaves_by_the_next_route_at_once_as_another_attempt(db: Database) -> None:
    world, home, away = make(db)
    home.refused = {"a", "b"}
    ana = world.operator_ready()
    contact = world.contact(dialled := number())
    world.run(3)
    assert told(world) == [
        ("asterisk", "a", A, Outcome.FAILED),
        ("asterisk", "b", B, Outcome.FAILED),
        ("twilio", "", C, AttemptState.CONNECTED),
    ]
    assert world.state(ana) is OperatorState.TALKING and world.get(contact).tries == 3
    assert [entry["number"] for entry in (*home.log, *away.log)] == [dialled], "rung once"


def test_when_every_route_refused_the_plan_decides_and_nothing_spins(lite: Database) -> None:
    world, home, away = make(lite)
    home.refused, away.refused = {"a", "b"}, {""}
    world.operator_ready()
    world.contact()
    world.run(60, step_s=2)
    assert Counter(outcome for *_, outcome in told(world)) == {Outcome.FAILED: 3}


@pytest.mark.parametrize("behaviour", ["busy", "noanswer", "rejected", "congestion", "unreachable"])
def test_what_may_have_rung_is_never_tried_by_another_route(lite: Database, behaviour: str) -> None:
    world, home, away = make(lite, ring_s=5)
    world.operator_ready()
    world.contact(number(behaviour))
    world.run(20, step_s=1)
    assert len(world.attempts()) == 1 and len(home.log) == 1 and not away.log


def test_a_route_that_keeps_failing_rests_and_the_others_carry_on_until_it_is_well_again(lite: Database) -> None:
    world, home, away = make(lite, ROUTES[0], ROUTES[2], wrap_up_s=0)
    home.refused = {"a"}
    world.operator_ready()
    for _ in range(8):
        world.contact(number("early"))
    world.run(12, step_s=0.5)
    by_a = [a for a in world.attempts() if a.trunk == "a"]
    assert len(by_a) == 3, "three errors, then it rests"
    assert len(away.log) >= 3
    with lite.read() as s:
        health = s.get_one(RouteHealth, "asterisk:a")
        assert (health.errors, health.reason) == (3, "the trunk is not there")
        assert health.resting_until and health.resting_until > world.now
    home.refused = set()
    for _ in range(10):
        world.contact(number("early"))
    world.run(40, step_s=1)
    assert [e["number"] for e in home.log], "it was tried again"
    with lite.read() as s:
        assert s.get_one(RouteHealth, "asterisk:a").errors == 0


def test_a_network_that_is_down_is_passed_over_and_its_calls_live_on(lite: Database) -> None:
    world, _, away = make(lite, ROUTES[2], ROUTES[0])
    ana = world.operator_ready()
    world.contact()
    world.run(2)
    assert world.attempts()[0].provider == "twilio" and world.state(ana) is OperatorState.TALKING
    away.break_link()
    world.run(1)
    world.operator_ready(1)
    world.contact()
    world.run(2)
    assert [a.provider for a in world.attempts()] == ["twilio", "asterisk"]
    away.start(lambda event: world.engine.post(base_of(event, "twilio")), world.engine.ask)
    world.run(1)
    assert {a.state for a in world.attempts()} == {AttemptState.CONNECTED}, "both calls are up still"


def base_of(event: base.Event, network: str) -> base.Event:
    return replace(event, network=network) if isinstance(event, base.Up | base.Down) else event


def test_what_comes_up_on_one_network_says_nothing_of_calls_on_the_other(lite: Database) -> None:
    world, _, _ = make(lite, ROUTES[2])
    ana = world.operator_ready()
    world.contact()
    world.run(2)
    world.engine.post(base.Up(world.now, tuple(), network="twilio"))  # Twilio has lost the call
    world.run(1)
    assert world.attempts()[0].outcome is Outcome.ANSWERED and world.state(ana) is OperatorState.WRAP_UP
    assert world.session(ana).leg_up, "the phone is at the other network"


def test_no_number_calls_more_than_its_cap_in_24_hours(db: Database) -> None:
    world, _, _ = make(db, Route("asterisk", "a", (A, B), daily_cap=2), wrap_up_s=0)
    world.operator_ready()
    for _ in range(9):
        world.contact(number("busy"))
    world.run(12, step_s=0.5)
    assert Counter(a.caller_id for a in world.attempts()) == {A: 2, B: 2}
    assert "reached their cap" in world.engine.decisions[world.campaign_id]
    world.now += timedelta(hours=24)
    world.run(12, step_s=0.5)
    assert Counter(a.caller_id for a in world.attempts()) == {A: 4, B: 4}


def test_a_number_put_to_rest_is_not_shown_until_it_is_woken(lite: Database) -> None:
    world, _, _ = make(lite, Route("asterisk", "a", (A, B)))
    with lite.write() as s:
        routes.rest(s, A, world.now + timedelta(hours=1), "complaints", world.now)
    world.operator_ready()
    for _ in range(3):
        world.contact(number("busy"))
    world.run(10)
    assert {a.caller_id for a in world.attempts()} == {B}
    with lite.write() as s:
        assert routes.wake(s, A, world.now) and not routes.wake(s, A, world.now)
    world.contact(number("busy"))
    world.run(5)
    assert world.attempts()[-1].caller_id == A, "it has the fewest calls"


def test_a_number_that_is_hardly_answered_rests_by_itself_and_is_judged_afresh_after(db: Database) -> None:
    world, _, _ = make(db, Route("asterisk", "a", (A, B), least_answer_rate=0.2, rest_h=24))
    with db.write() as s:
        for n in range(60):
            answered = world.now if n % 10 == 0 else None
            s.add(attempt_of(world, f"a{n:08d}", A, answered))
        s.flush()
    with db.write() as s:
        ways = routes.of(s.get_one(routes.Campaign, world.campaign_id))
        assert routes.rest_the_poor(s, ways, world.now) == [A]
        assert routes.rest_the_poor(s, ways, world.now) == []
        use = routes.uses(s, [A], world.now, week=True)[A]
        assert use.resting_until == world.now + timedelta(hours=24)
        later = world.now + timedelta(hours=25)
        assert routes.uses(s, [A], later, week=True)[A].week == 0
        assert routes.rest_the_poor(s, ways, later) == []


def attempt_of(world: World, attempt_id: str, caller: str, answered: object) -> Attempt:
    contact = world.contact(state="closed")
    ended = world.now - timedelta(hours=1)
    return Attempt(
        id=attempt_id, campaign_id=world.campaign_id, contact_id=contact, number_id=1, to_number="+79161234567",
        caller_id=caller, provider="asterisk", trunk="a", mode="progressive", state="closed",
        outcome=Outcome.ANSWERED if answered else Outcome.NO_ANSWER, placed_at=ended, sent_at=ended, ended_at=ended,
        answered_at=ended if answered else None,
    )  # fmt: skip
