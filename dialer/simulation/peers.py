"""Other ways of pacing, written anew from descriptions of what they do, to compare with (docs/pacing.md).

``Progressive``; ``Ratio``, so many lines per operator; ``Adapt``, a dial level that follows how many operators wait and
is cut when the day's drops exceed their limit (VICIdial's ADAPT_HARD_LIMIT, AVERAGE and TAPERED); ``Hopeful``, one call
per operator who is free or as good as free (Issabel's call centre). May import ``dialer.simulation`` only.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from math import exp

from dialer.simulation.world import World


class Peer:
    """What the peers have in common: they look at the world and learn nothing unless they say so."""

    tick_s = 1.0

    def start(self, world: World) -> None:
        self.world = world

    def tick(self, now: float) -> None:
        """Nothing to do by the clock."""

    def call_over(self, answered: bool, rang_s: float) -> None:
        """Nothing is learnt."""

    def worked(self, talk_s: float, wrap_s: float) -> None:
        """Nothing is learnt."""

    def settled(self, abandoned: bool) -> None:
        """Nothing is learnt."""

    def place(self, now: float) -> int:
        raise AssertionError("each peer decides for itself")


class Progressive(Peer):
    """One line per operator who is ready."""

    tick_s = 3600.0

    def place(self, now: float) -> int:
        world = self.world
        return len(world.ready) - len(world.lines) - len(world.waiting)


class Ratio(Peer):
    """``ratio`` lines per operator: ``of`` those who are ready, who are not in wrap-up, or of all.

    Lines with a person on them count; so do ringing ones. Asked at every event, which is kind to it.
    """

    tick_s = 3600.0

    def __init__(self, ratio: float, of: str = "unwrapped") -> None:
        self.ratio = ratio
        self.of = of

    def place(self, now: float) -> int:
        world = self.world
        ready, talking, wrapping = len(world.ready), len(world.talking), len(world.wrapping)
        ringing = len(world.lines) + len(world.waiting)
        if self.of == "ready":
            return int(self.ratio * ready + 0.5) - ringing
        staff = ready + talking + (wrapping if self.of == "all" else 0)
        return max(int(self.ratio * staff + 0.5) - talking - ringing, ready - ringing)


@dataclass(frozen=True)
class Level:
    """How an administrator set the adaptive level. ``rule``: hard, average or tapered."""

    rule: str = "hard"
    available_only: bool = False
    most: float = 3.0
    drop_limit: float = 0.03
    difference: float = 0.0
    """The target of ready less waiting, as a share of all operators."""
    intensity: float = 0.0


class Adapt(Peer):
    """A level of lines per operator: every 15 s it is moved by the mean of ready less waiting over 15 s, as a share of
    all; it is cut when more than 50 calls were made and more of the answered were dropped than the limit. Lines are
    filled up every 2.5 s, so many a second as the originate pause allows. The day's drops are read once a minute."""

    DIAL_S, LEVEL_S, READ_S = 2.5, 15.0, 60.0
    MAY_CUT_CALLS, CRASH_CALLS = 50, 20

    def __init__(self, level: Level, last_hour: float = 21.0, first_hour: float = 9.0, per_second: float = 5.0) -> None:
        self.set = level
        self.level = 1.0
        self.last_hour, self.first_hour = last_hour, first_hour
        self.batch = max(1, int(per_second * self.DIAL_S))
        self._samples: deque[float] = deque(maxlen=15)
        self._next_dial = self._next_level = self._next_read = 0.0
        self._calls = self._answers = self._drops = 0
        self._recent: deque[tuple[float, bool]] = deque()
        self._day = (0, 0, 0)
        self._now = 0.0

    def call_over(self, answered: bool, rang_s: float) -> None:
        self._calls += 1
        self._answers += answered

    def settled(self, abandoned: bool) -> None:
        self._drops += abandoned
        self._recent.append((self._now, abandoned))

    def tick(self, now: float) -> None:
        self._now = now
        world = self.world
        self._samples.append(len(world.ready) - len(world.waiting))
        if now >= self._next_read:
            self._day = (self._calls, self._answers, self._drops)
            self._next_read = now + self.READ_S
        if now >= self._next_level:
            self._move(now)
            self._next_level = now + self.LEVEL_S

    def _move(self, now: float) -> None:
        world, chosen = self.world, self.set
        staff = max(1, len(world.ready) + len(world.talking) + len(world.wrapping))
        gap = sum(self._samples) / len(self._samples) / staff + chosen.difference
        gap *= 1 + chosen.intensity / 100 if gap >= 0 else abs(chosen.intensity / 100 - 1)
        self.level = min(chosen.most, max(1.0, self.level * (1 + gap)))
        self._cut(now)

    def _cut(self, now: float) -> None:
        while self._recent and self._recent[0][0] < now - 60:
            self._recent.popleft()
        drops = sum(dropped for _, dropped in self._recent)
        if len(self._recent) > self.CRASH_CALLS and drops > 0.5 * len(self._recent):
            self.level = max(1.0, self.level / 2)
        calls, answers, dropped = self._day
        if calls <= self.MAY_CUT_CALLS or not answers or dropped / answers <= self.set.drop_limit:
            return
        if self.set.rule == "hard":
            self.level = 1.0
        elif self.set.rule == "average":
            self.level = max(1.0, self.level / 2)
        else:
            left = (self.last_hour - self.first_hour) * 100 - now / 36
            self.level = max(1.0, self.level * min(1.0, left / 1000)) if left > 0 else 1.0

    def place(self, now: float) -> int:
        if now < self._next_dial:
            return 0
        self._next_dial = now + self.DIAL_S
        world = self.world
        ready, talking = len(world.ready), len(world.talking)
        ringing = len(world.lines) + len(world.waiting)
        if self.set.available_only:
            wanted = int(self.level * ready + 0.5) - ringing
        else:
            wanted = int(self.level * (ready + talking) + 0.5) - talking - ringing
        return min(wanted, max(self.batch, len(world.ready)))


class Hopeful(Peer):
    """Every 3 s a call for each operator who is free or would, had talks no memory, be free with ``sure`` by an answer.

    ``overcommit`` divides by the answer rate of the last half hour, at least a fifth.
    """

    EVERY_S = 3.0

    def __init__(self, overcommit: bool = False, sure: float = 0.97) -> None:
        self.overcommit = overcommit
        self.sure = sure
        self._next = 0.0
        self._talk = (0.0, 0)
        self._ring = (0.0, 0)
        self._calls: deque[tuple[float, bool]] = deque()
        self._hits = 0

    def call_over(self, answered: bool, rang_s: float) -> None:
        if answered:
            self._ring = (self._ring[0] + rang_s, self._ring[1] + 1)
        self._calls.append((self.world.now, answered))
        self._hits += answered

    def worked(self, talk_s: float, wrap_s: float) -> None:
        self._talk = (self._talk[0] + talk_s, self._talk[1] + 1)

    def place(self, now: float) -> int:
        if now < self._next:
            return 0
        self._next = now + self.EVERY_S
        world = self.world
        wanted = len(world.ready) + self._nearly(now) - len(world.waiting) - len(world.lines)
        if not self.overcommit or wanted <= 0:
            return wanted
        while self._calls and self._calls[0][0] < now - 1800:
            self._hits -= self._calls.popleft()[1]
        rate = self._hits / len(self._calls) if self._calls else 1.0
        return int(wanted / max(0.2, rate))

    def _nearly(self, now: float) -> int:
        if not self._talk[1] or not self._ring[1]:
            return 0
        talk, ring = self._talk[0] / self._talk[1], self._ring[0] / self._ring[1]
        return sum(1 - exp(-(now - since + ring) / talk) >= self.sure for since in self.world.talking.values())
