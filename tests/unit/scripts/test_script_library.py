"""The finished scripts are clean, complete and do what their own tests say."""

from __future__ import annotations

import pytest

from scripts import parse_file
from scripts.calltest import beside, run_file
from scripts.library import names, path_of
from scripts.lint import lint
from scripts.paths import paths


def test_there_is_a_script_for_every_kind_of_project() -> None:
    assert set(names()) >= {
        "lead_generation", "appointment", "telephone_survey", "reactivation", "event_invitation", "second_line_closing",
    }  # fmt: skip
    assert {parse_file(path_of(name)).kind for name in names()} == {"lead", "appointment", "survey", "handoff"}


def test_a_name_that_is_no_script_has_no_file() -> None:
    with pytest.raises(KeyError):
        path_of("../../etc/passwd")


@pytest.mark.parametrize("name", names())
def test_a_finished_script_has_no_finding_at_all(name: str) -> None:
    script = parse_file(path_of(name))
    assert lint(script, disclosures=["recording", "name", "purpose"]) == []
    assert script.languages == ("ru", "en")
    assert all(field.labels for field in script.fields.values())
    assert all(node.titles for node in script.nodes)


@pytest.mark.parametrize("name", names())
def test_a_finished_script_passes_its_own_tests_and_they_see_most_of_it(name: str) -> None:
    script = parse_file(path_of(name))
    results = run_file(script, beside(path_of(name)))
    assert [(result.name, result.fault) for result in results if result.fault] == []
    visited = {node for result in results for node in result.visited}
    assert len(visited) >= 0.6 * len(script.nodes), f"only {sorted(visited)}"
    assert len(results) >= 4


def test_the_survey_asks_state_then_plans_then_needs() -> None:
    script = parse_file(path_of("telephone_survey"))
    order = {"state": 1, "plans": 2, "needs": 3}
    for path in paths(script):
        stages = [order[script.by_id[node].stage] for node, _code in path.steps if script.by_id[node].stage in order]
        assert stages == sorted(stages)
