"""The script that ``bench script`` reads aloud: clean, and as long as it says."""

from __future__ import annotations

import pytest

from dialer.bench.script import lines, long_script
from scripts import parse_text
from scripts.lint import has_errors, lint_text


@pytest.mark.parametrize("steps", [1, 20, 200])
def test_the_long_script_can_be_published_and_read_to_its_end(steps: int) -> None:
    text = long_script(steps)
    assert not has_errors(lint_text(text))
    assert len(parse_text(text).nodes) == steps + 8


def test_the_figures_say_whether_the_aims_were_met() -> None:
    ms = {"n": 1, "p50": 1.0, "p95": 1.0, "p99": 120.0, "max": 120.0}
    found = {
        "steps": 150, "step_ms": ms, "nothing_ms": ms, "lint_s": 0.5, "most_step_ms": 100.0, "most_lint_s": 1.0,
        "passed": False,
    }  # fmt: skip
    assert lines(found)[-1].startswith("MISSED") and "120.0" in lines(found)[0]
