"""A carrier that answers everything, or nothing: no flood of abandoned people, no more lines than there are."""

from __future__ import annotations

from dialer.simulation import figures
from dialer.simulation.policies import policy
from dialer.simulation.scenario import read
from dialer.simulation.world import World


def run(**fields: object) -> figures.Part:
    scenario = read({"operators": 5, "hours": 2, "seed": 4, **fields})
    whole, _parts = figures.run(World(scenario, policy("warmline", scenario), scenario.seed), scenario.hours * 3600)
    return whole


def test_a_carrier_that_answers_everything() -> None:
    found = run(answer_rate=1.0)
    assert found.answered > 100 and found.dials < 1.2 * found.answered
    assert found.abandoned <= 0.03 * (found.answered + 200)  # the cap, with the grace of a young window


def test_a_carrier_that_answers_nothing() -> None:
    found = run(answer_rate=0.001, max_lines=40, no_answer_s=25)
    assert found.answered < 50 and found.abandoned <= 6
    assert found.dials <= 40 * (2 * 3600 / 25 + 1)
