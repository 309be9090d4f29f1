"""Web, engine and jobs as processes of one machine: started together, started again when they die, ended in order.

Between them there is only the database. May import the standard library and click.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import click

PARTS = ("engine", "web", "jobs")
LOOK_S = 0.2
PATIENCE_S = 10
"""How long a part may take to end in good order before it is killed."""
BACKOFF_S = (0.5, 1, 2, 5, 10)
"""Waits before a part that keeps dying is started again; a minute of life starts them over."""


@dataclass(slots=True)
class Part:
    """One child process and how often it died lately."""

    name: str
    process: subprocess.Popen[bytes] | None = None
    started_s: float = 0.0
    deaths: int = 0
    again_s: float = field(default=0.0)

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only us and we end it in order."""
        words = [sys.executable, "-m", "dialer", self.name]
        self.process = subprocess.Popen(words, stdin=subprocess.DEVNULL, start_new_session=True)
        self.started_s = time.monotonic()

    def look(self) -> None:
        """Start it again if it has died."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self.deaths = 1 if now - self.started_s > 60 else self.deaths + 1
            wait = BACKOFF_S[min(self.deaths, len(BACKOFF_S)) - 1]
            click.echo(f"dialer: {self.name} ended ({self.process.returncode}), again in {wait} s", err=True)
            self.process, self.again_s = None, now + wait
        if self.process is None and now >= self.again_s:
            self.start()


def supervise(names: list[str], look: Callable[[], None] = lambda: None) -> None:
    """Run these parts until SIGINT or SIGTERM, then end them in order; ``look`` is called again and again meanwhile."""
    parts = [Part(name) for name in names]
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    for word in (signal.SIGINT, signal.SIGTERM):
        signal.signal(word, stop)
    try:
        while not stopping:
            for part in parts:
                part.look()
            look()
            time.sleep(LOOK_S)
    finally:
        end(parts)


def end(parts: list[Part]) -> None:
    """Ask all to end, wait, and kill what does not."""
    running = [p.process for p in parts if p.process is not None and p.process.poll() is None]
    for process in running:
        process.terminate()
    until = time.monotonic() + PATIENCE_S
    for process in running:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
