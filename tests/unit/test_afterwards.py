"""The tests' own servers end with the tests, however those end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support import afterwards
from tests.wire.fake_ami import until

ROOT = Path(__file__).parents[2]
TESTS = """
import sys, time
from tests.support import afterwards
waiting = afterwards.clear_away("touch", sys.argv[1])
print("started", flush=True)
time.sleep(60)
"""


def test_what_must_be_cleared_away_is_even_after_a_kill(tmp_path: Path) -> None:
    mark = tmp_path / "cleared"
    words = [sys.executable, "-c", TESTS, str(mark)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "started\n"
        assert not mark.exists()
        process.kill()
    until(mark.exists)


def test_it_can_be_had_at_once(tmp_path: Path) -> None:
    mark = tmp_path / "cleared"
    waiting = afterwards.clear_away("touch", str(mark))
    assert not mark.exists()
    afterwards.now(waiting)
    assert mark.exists() and waiting.returncode == 0
