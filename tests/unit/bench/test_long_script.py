"""The script that ``bench script`` reads aloud: clean, and as long as it says."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from dialer.bench.script import lines, long_script, tangled_script
from scripts import parse_text
from scripts.lint import has_errors, lint_text
from scripts.lint.flow import Facts
from scripts.lint.graph import Graph


@pytest.mark.parametrize("steps", [1, 20, 200])
def test_the_long_script_can_be_published_and_read_to_its_end(steps: int) -> None:
    text = long_script(steps)
    assert not has_errors(lint_text(text))
    assert len(parse_text(text).nodes) == steps + 8


def test_what_holds_on_every_path_of_a_tangled_script_is_found_without_going_round_it_for_long() -> None:
    text = tangled_script(400)
    assert not has_errors(lint_text(text))
    graph = Graph(parse_text(text))
    asked, edges = 0, len(graph.edges)

    def count(frame: FrameType, event: str, _argument: object) -> None:
        nonlocal asked
        asked += event == "call" and frame.f_code.co_name in ("_learnt", "leads_to")

    sys.setprofile(count)
    try:
        Facts(graph)
    finally:
        sys.setprofile(None)
    # Each edge is looked at once, however often the steps are gone round to the fixed point.
    assert edges > 3_000 and asked <= 3 * edges


def test_the_figures_say_whether_the_aims_were_met() -> None:
    ms = {"n": 1, "p50": 1.0, "p95": 1.0, "p99": 120.0, "max": 120.0}
    found = {
        "steps": 150, "step_ms": ms, "nothing_ms": ms, "lint_s": 0.5, "lint_tangled_s": 0.7,
        "most_step_ms": 100.0, "most_lint_s": 1.0,
        "passed": False,
    }  # fmt: skip
    assert lines(found)[-1].startswith("MISSED") and "120.0" in lines(found)[0]
