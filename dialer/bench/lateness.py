"""How late attempts were against the schedule that a rate of calls per second gives.

The n-th attempt of a rate r belongs at ``t0 + n / r``. ``t0`` is the earliest start that makes no attempt early, so
that every wait of the engine counts, also one that it catches up afterwards. Standard library and the lab's AMI.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from dialer.lab.status import LabStatus
from dialer.lab.wire import Ami, AmiError


def lateness_ms(sent: Sequence[float], rate: float) -> list[float]:
    """Milliseconds each instant (seconds, any clock) lies after its place in the schedule; the best one has 0."""
    ordered = sorted(sent)
    offsets = [at - n / rate for n, at in enumerate(ordered)]
    least = min(offsets, default=0.0)
    return [(offset - least) * 1000 for offset in offsets]


class Watcher:
    """A second pair of eyes on AMI: ``seen`` is when the PBX told of each new channel, by its id (epoch seconds)."""

    def __init__(self, status: LabStatus) -> None:
        self.seen: dict[str, float] = {}
        self._ami = Ami(status.ami_port, status.ami_user, status.ami_secret)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watcher", daemon=True)

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._ami.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._ami.pump(0.01)
            except AmiError:
                return
            now = time.time()
            for event in self._ami.events:
                if event.get("Event") == "Newchannel":
                    self.seen.setdefault(event.get("Uniqueid", ""), now)
            self._ami.events.clear()
