"""The simulated call centre: against formulas, against each other, and as the command shows it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, time
from pathlib import Path

import pytest
from click.testing import CliRunner

from dialer.bench import pace
from dialer.cli.simulate import command
from dialer.errors import BadInput
from dialer.simulation import figures, planning
from dialer.simulation.figures import Part
from dialer.simulation.policies import POLICIES, policy
from dialer.simulation.scenario import Change, Scenario, Spread, load, read
from dialer.simulation.world import World


def work(name: str, hours: float, **values: object) -> tuple[World, Part]:
    scenario = replace(Scenario(), **values)  # type: ignore[arg-type]
    world = World(scenario, policy(name, scenario), 11)
    return world, figures.run(world, hours * 3600)[0]


def test_one_operator_dialling_progressively_is_as_busy_as_renewal_theory_says() -> None:
    _, found = work("progressive", 300, operators=1)
    rings = 12 + (1 / 0.3 - 1) * 25  # an answer's ring, and before it so many calls nobody answers
    assert found.busy_share == pytest.approx(75 / (75 + rings), abs=0.01) and found.abandoned == 0


@pytest.mark.parametrize("name", [*POLICIES, "ratio:1.3"])
def test_every_call_and_every_operator_is_accounted_for(name: str) -> None:
    world, found = work(name, 1.0, operators=4)
    assert found.answered == found.served + found.abandoned + len(world.waiting)
    assert len(world.ready) + len(world.talking) + len(world.wrapping) == 4
    assert found.dials >= found.answered + len(world.lines) and found.staffed_s == pytest.approx(4 * 3600)
    assert not (world.ready and world.waiting)


@pytest.mark.parametrize("operators", [4, 12, 40])
def test_the_direction_ours_beats_progressive_and_knowledge_beats_ours(operators: int) -> None:
    hours = 24 / operators
    idle = {name: work(name, hours, operators=operators)[1] for name in ("progressive", "warmline", "oracle_a")}
    assert idle["warmline"].idle_share < 0.85 * idle["progressive"].idle_share
    assert idle["oracle_a"].idle_share < 1.02 * idle["warmline"].idle_share
    assert idle["warmline"].abandon_rate < 0.04


def test_more_operators_wait_less() -> None:
    waits = [work("warmline", 1.5, operators=n)[1].mean_wait_s for n in (2, 8, 30)]
    assert waits == sorted(waits, reverse=True)


def test_a_list_that_suddenly_answers_does_not_break_the_cap_for_long() -> None:
    drift = (Change(at_s=3600.0, answer_rate=0.6),)
    _, found = work("warmline", 4, operators=12, answer_rate=0.15, drift=drift)
    assert found.abandon_rate < 0.035


def test_operators_who_come_and_go_are_counted() -> None:
    drift = (Change(at_s=600.0, operators=3), Change(at_s=1800.0, operators=9))
    world, found = work("progressive", 1, operators=6, drift=drift)
    assert len(world.ready) + len(world.talking) + len(world.wrapping) - world.leaving == 9
    assert 3 * 3600 < found.staffed_s < 9 * 3600


def test_the_same_seed_gives_the_same_day() -> None:
    assert work("warmline", 0.5)[1] == work("warmline", 0.5)[1]


def test_quick_cells_are_eight_and_small() -> None:
    cells = pace.cells("quick", [])
    assert len(cells) == 8 and max(cell.operators for cell in cells) <= 20
    assert len(pace.cells("full", pace.OPERATORS)) == 84


def test_the_best_peer_must_be_under_the_cap() -> None:
    runs = {
        "greedy": pace.Run(Part(1, 100, 5, 10, 100, 10, 90), []),
        "slow": pace.Run(Part(1, 100, 50, 10, 100, 1, 99), []),
    }
    assert pace.best_compliant(runs) == "slow"


BAD = [
    ('{"operators": 0}', "operators must be a number from 1 to 2000, not 0"),
    ('{"operators": 2.5}', "operators must be a whole number"),
    ('{"answer_rate": "30%"}', "answer_rate must be a number"),
    ('{"talk_s": 60}', 'talk_s must be written as {"mean"'),
    ('{"talk_s": {"mean": -1, "sd_log": 0.8}}', "mean of talk_s"),
    ('{"wrap": 3}', "unknown field 'wrap'"),
    ('{"policy": "magic"}', "no policy 'magic'"),
    ('{"policy": []}', "policy must be a name"),
    ('{"drift": [{"answer_rate": 0.2}]}', "at_h"),
    ('{"drift": [{"at_h": 1, "cap": 0.2}]}', "unknown field 'cap'"),
    ('{"hours": NaN}', "hours must be a number"),
    ('{"no_answer_s": 3}', "nobody would ever answer"),
    ("[]", "must hold one JSON object"),
    ("{", "is not JSON"),
]


@pytest.mark.parametrize(("text", "says"), BAD)
def test_a_bad_scenario_is_one_sentence(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text(text)
    result = CliRunner().invoke(command, ["--scenario", str(path)])
    assert isinstance(result.exception, BadInput) and says in str(result.exception)
    assert "\n" not in str(result.exception)


def test_a_file_that_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="cannot be read"):
        load(tmp_path / "none.json")


def test_the_command_gives_figures_with_intervals_and_a_date(tmp_path: Path) -> None:
    path = tmp_path / "s.json"
    path.write_text('{"operators": 4, "hours": 1, "policy": ["progressive", "predictive"], "drift": []}')
    words = ["--scenario", str(path), "--list", "3000", "--start", "2026-03-05T09:00"]
    told = json.loads(CliRunner().invoke(command, [*words, "--json"]).output)["policies"]
    assert [one["policy"] for one in told] == ["progressive", "predictive"]
    for one in told:
        for name in ("busy_share", "idle_share", "abandon_rate", "dials", "answered", "abandoned", "mean_wait_s"):
            low, high = one["ci95"][name]
            assert low <= one[name] + 1e-5 and one[name] <= high + 1e-5
        assert one["busy_share"] + one["idle_share"] == pytest.approx(1, abs=1e-4)
        assert one["plan"]["sentence"].startswith(
            "with 4 operators, this list and this answer rate the base is processed"
        )
    assert told[1]["plan"]["work_h"] < told[0]["plan"]["work_h"]
    text = CliRunner().invoke(command, words).output
    assert "waiting" in text and "±" in text


def test_work_goes_on_the_next_working_day() -> None:
    day = (time(9), time(18))
    thursday = datetime(2026, 3, 5, 17, 0)
    assert planning.work_until(thursday, 0.5, day) == datetime(2026, 3, 5, 17, 30)
    assert planning.work_until(thursday, 3, day) == datetime(2026, 3, 6, 11, 0)
    assert planning.work_until(thursday, 11, day) == datetime(2026, 3, 9, 10, 0)
    with pytest.raises(BadInput, match="must end after"):
        planning.work_until(thursday, 1, (time(18), time(9)))


def test_retries_are_dialled_only_where_nobody_answered() -> None:
    hour = Part(3600, 3600, 0, 100, 50, 0, 50)
    made = planning.plan(hour, 1000, 0.5, 2, datetime(2026, 3, 2, 9), (time(9), time(18)))
    assert (made.dials, made.reached, made.work_h) == (1500, 750, 15.0)


def test_without_drift_the_defaults_are_the_reference() -> None:
    assert read({}) == Scenario() and read({"talk_s": {"mean": 90, "sd_log": 0.5}}).talk_s == Spread(90.0, 0.5)
