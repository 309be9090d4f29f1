"""Predictive pacing in the production engine on the pretend network: the direction the simulation gives, and recall."""

from __future__ import annotations

import json
import logging
import random

import pytest
from sqlalchemy import func, select

from dialer.engine.learning import Learner
from dialer.providers.pretend import Callee
from dialer.rules.pacing import Snapshot, calls_to_place
from dialer.rules.words import Mode, Outcome
from dialer.simulation import figures
from dialer.simulation.policies import policy
from dialer.simulation.scenario import Scenario, Spread
from dialer.simulation.world import World as Simulated
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.projects import Campaign
from tests.support import world as worlds

OPERATORS, MINUTES, WRAP_S, RATE = 5, 6, 5, 0.3
RING, TALK = Spread(8, 0.4), Spread(25, 0.6)


def callee(dice: random.Random) -> Callee:
    """Somebody who answers with ``RATE``, talks and hangs up."""
    if dice.random() >= RATE:
        return Callee(999, Outcome.NO_ANSWER)
    rings = min(14.0, dice.lognormvariate(RING.mu, RING.sd_log))
    return Callee(rings, talk_s=dice.lognormvariate(TALK.mu, TALK.sd_log))


def working(db: Database, mode: Mode) -> worlds.World:
    """A team at work with contacts enough; wrap-ups end by themselves."""
    dice = random.Random(5)
    world = worlds.make(db, operators=OPERATORS, mode=mode, ring_s=15, wrap_up_s=WRAP_S, record=False)
    world.provider.callee = lambda number: callee(dice)
    for _ in range(250):
        world.contact()
    world.start()
    for n in range(OPERATORS):
        world.operator_ready(n)
    return world


def answered(world: worlds.World) -> int:
    with world.db.read() as s:
        return s.scalar(select(func.count()).select_from(Attempt).where(Attempt.connected_at.is_not(None))) or 0


def simulated(name: str) -> float:
    """People reached in as many minutes, from a long run."""
    scenario = Scenario(OPERATORS, RATE, RING, TALK, Spread(WRAP_S, 0.01), 15.0, 1.0)
    world = Simulated(scenario, policy(name, scenario), 5)
    return figures.run(world, MINUTES * 60 * 40)[0].served / 40


@pytest.mark.timeout(600)
def test_engine_and_simulation_agree_that_predictive_reaches_more_people(
    lite: Database, caplog: pytest.LogCaptureFixture
) -> None:
    for room in ("dialling", "learning"):
        caplog.set_level(logging.DEBUG, f"dialer.engine.{room}")
    world = working(lite, Mode.PREDICTIVE)
    world.run(MINUTES * 60, 0.5)
    reached = answered(world)
    lines = [(word, text) for r in caplog.records for word, _, text in [r.getMessage().partition(": ")]]
    caplog.clear()
    assert reached > 1.15 * simulated("progressive")
    assert 0.75 < reached / simulated("warmline") < 1.3
    replay(lines)
    forget_and_recall(world)


def replay(lines: list[tuple[str, str]]) -> None:
    """Each logged snapshot decides again what was logged beside it."""
    tables: dict[int, object] = {}
    again = ""
    checked = 0
    for word, text in lines:
        if word.startswith("outlook "):
            tables[int(word.split()[1])] = json.loads(text)
        elif word.startswith("snapshot"):
            now = json.loads(text)
            again = calls_to_place(Snapshot.of({**now, "outlook": tables.get(now["outlook"])})).why
        elif word.startswith("pacing"):
            assert again == text
            checked += "about to be" in text
    assert checked > 10


def forget_and_recall(world: worlds.World) -> None:
    """A restarted engine knows what the old one had learnt."""
    before = world.engine._learners[world.campaign_id]
    after = Learner()
    with world.db.read() as s:
        campaign = s.get_one(Campaign, world.campaign_id)
        empty = Snapshot(Mode.PREDICTIVE, 0, 0, 0, 0, 50, 5)
        known = after.complete(s, campaign, world.now, empty)
    assert known.answered == before.steering.answered and known.abandoned == before.steering.abandoned
    assert after.learnt.dials == pytest.approx(before.learnt.dials, rel=0.15)
    assert after.learnt.times["talk"].seen == pytest.approx(before.learnt.times["talk"].seen, rel=0.25)
    assert known.outlook is not None and known.outlook.rate == pytest.approx(RATE, abs=0.15)
