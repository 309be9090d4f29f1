"""``bench ami-events`` and ``bench fastagi``: they run, and say what they claim to measure."""

from __future__ import annotations

import pytest

from dialer.bench import agi_callers, ami_events, fastagi


def test_every_listener_hears_every_event_and_the_sheet_names_them() -> None:
    found = ami_events.run(rounds=1, share=0.001, rate_s=0.05)
    assert {"ours", "split", "pyst2"} <= found["events_per_s"].keys()
    assert found["lag_ms"]["n"] == 250 and found["lag_ms"]["p99"] > 0
    said = "\n".join(ami_events.lines(found))
    assert "pyst2" in said and "at 5000 events/s" in said and "aim" in said


def test_both_servers_tell_the_plan_in_every_conversation() -> None:
    with fastagi.serving("ours") as ours, fastagi.serving("skeleton") as skeleton:
        cell = fastagi.cell(4, 12, 1, {"ours": ours, "skeleton": skeleton})
    assert cell["ms"]["ours"]["n"] == cell["ms"]["skeleton"]["n"] == 12
    assert cell["of_skeleton"]["median"] > 0


def test_a_forked_script_has_its_conversation() -> None:
    assert agi_callers.forks(1) > 0


@pytest.mark.parametrize(("of_skeleton", "passed"), [(0.9, "PASSED"), (0.5, "MISSED")])
def test_the_sheet_of_fastagi_says_whether_the_aim_was_met(of_skeleton: float, passed: str) -> None:
    ms = {"p99": 3.0}
    part = {"median": of_skeleton, "ci95": [0.4, 1.0]}
    speed = {"median": 900.0, "ci95": [800.0, 1000.0]}
    cells = [{"parallel": 50, "per_s": dict.fromkeys(("ours", "skeleton"), speed), "ms": dict.fromkeys(
        ("ours", "skeleton"), ms), "of_skeleton": part}]  # fmt: skip
    found = {"cells": cells, "fork_per_s": [9.0], "of_fork": 100.0, "least_of_fork": 50, "least_of_skeleton": 0.7}
    said = fastagi.lines({**found, "passed": of_skeleton >= 0.7})
    assert said[-1].startswith(passed) and "AGI by fork: 9.0 a second; ours is 100.0 times" in said[-2]
