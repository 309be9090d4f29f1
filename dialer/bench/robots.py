"""Robots at their desks, a process of their own: they save each wrap-up as it comes, as a web worker would.

Of several such processes each has its share of the operators. Run as ``python -m dialer.bench.robots URL CAMPAIGN SHARE
OF``; ends when it is killed. Imports the core.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from dialer import collecting
from dialer.bench.floor import Floor
from dialer.store import Database
from dialer.store.watch import Watch

PROCESSES = 2


def main(url: str, campaign_id: int, share: int, of: int) -> None:
    """Save until killed; woken by whatever is committed."""
    db = Database(url)
    made, watch = Floor(db, campaign_id), Watch(db)
    collecting.seldom()  # as the pages' process does
    while True:
        if not made.save_wrap_ups(share=(share, of)):
            watch.wait(0.1)


@contextmanager
def at_work(url: str, campaign_id: int) -> Iterator[list[int]]:
    """Robots save while the block runs; yields their process ids."""
    words = [sys.executable, "-m", "dialer.bench.robots", url, str(campaign_id)]
    running = [subprocess.Popen([*words, str(share), str(PROCESSES)]) for share in range(PROCESSES)]
    try:
        yield [process.pid for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
