"""What one connection heard and nobody has dealt with yet: a bounded queue and the thread that empties it.

Events beyond the bound are dropped and counted; in their place stands one notice of the gap, whose reader must ask
for the whole truth. Replies are never dropped (their number is bounded by the actions under way). Order is
kept between events and replies. May import ``dialer.errors`` and the standard library only.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable

from dialer.errors import blame

log = logging.getLogger(__name__)
Job = Callable[[], object]


class Inbox:
    """One thread runs the jobs in order. ``on_gap(n)``: n events were dropped. ``on_end``: the last job was run."""

    def __init__(self, limit: int, on_gap: Callable[[int], None], on_end: Job, name: str) -> None:
        self.dropped = 0
        self._limit = limit
        self._on_gap = on_gap
        self._on_end = on_end
        self._jobs: deque[Job] = deque()
        self._ready = threading.Condition()
        self._ended = False
        self._gap = 0
        self.thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self.thread.start()

    def put(self, job: Job, *, droppable: bool) -> None:
        """Queue ``job``; a droppable one is lost, and a gap noted, if the queue is full."""
        with self._ready:
            if droppable and len(self._jobs) >= self._limit:
                self.dropped += 1
                self._note(1)
            else:
                self._jobs.append(job)
            self._ready.notify()

    def note_gap(self, count: int) -> None:
        """Something was lost before it could be queued."""
        with self._ready:
            self._note(count)
            self._ready.notify()

    def _note(self, count: int) -> None:
        """One notice stands in the queue at a time, at the place of the first loss."""
        if not self._gap:
            self._jobs.append(self._tell_gap)
        self._gap += count

    def _tell_gap(self) -> None:
        with self._ready:
            gap, self._gap = self._gap, 0
        self._on_gap(gap)

    def end(self, *, now: bool = False) -> None:
        """No more jobs will come; ``now`` throws away those that wait."""
        with self._ready:
            if now:
                self._jobs.clear()
            self._ended = True
            self._ready.notify()

    def _run(self) -> None:
        while (job := self._next()) is not None:
            safely(job, "a job of the inbox")
        safely(self._on_end, "the end of the inbox")

    def _next(self) -> Job | None:
        with self._ready:
            while not self._jobs and not self._ended:
                self._ready.wait()
            return self._jobs.popleft() if self._jobs else None


def safely(job: Job, what: str) -> None:
    """Run ``job``; whatever it raises ends here, in the log, so that the thread lives on."""
    try:
        job()
    except Exception as error:  # noqa: BLE001 - one bad callback must not silence the others
        log.error("%s failed: %s", what, blame(error))
