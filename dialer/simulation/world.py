"""A call centre on a virtual clock: lines that ring, people who answer, operators who talk and wrap up.

An answered call takes the operator who has waited longest; with nobody ready it waits ``patience_s`` and is then
abandoned. The policy is asked after every event and at every tick. No database and no network: see the tests for how
this agrees with the production engine. May import the standard library only.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections import deque
from typing import Protocol

from dialer.simulation.scenario import Scenario, Spread

ANSWER, MISS, GIVE_UP, TALKED, WRAPPED, TICK, CHANGE = range(7)


class Policy(Protocol):
    """What decides how many calls to place. ``tick_s``: how often it is asked when nothing happens."""

    tick_s: float

    def start(self, world: World) -> None:
        """The shift begins."""

    def place(self, now: float) -> int:
        """How many calls now?"""

    def tick(self, now: float) -> None:
        """``tick_s`` have passed."""

    def call_over(self, answered: bool, rang_s: float) -> None:
        """A line was answered, or ended without an answer."""

    def worked(self, talk_s: float, wrap_s: float) -> None:
        """An operator finished a call and its wrap-up."""

    def settled(self, abandoned: bool) -> None:
        """An answered call found an operator, or did not."""


class World:
    """One run. Policies look at ``ready``, ``talking``, ``wrapping``, ``lines``, ``waiting``; oracles at the rest."""

    def __init__(self, scenario: Scenario, policy: Policy, seed: int) -> None:
        self.scenario = scenario
        self.policy = policy
        self.dice = random.Random(seed)
        self.now = 0.0
        self.operators = scenario.operators
        self.answer_rate = scenario.answer_rate
        self.talk_s, self.wrap_s, self.ring_s = scenario.talk_s, scenario.wrap_s, scenario.ring_s
        self.ready: deque[tuple[int, float]] = deque((n, 0.0) for n in range(scenario.operators))
        self.talking: dict[int, float] = {}
        self.wrapping: dict[int, float] = {}
        self.lines: dict[int, float] = {}
        self.waiting: deque[tuple[int, float]] = deque()
        self.free_at: dict[int, float] = {}
        self.answers_at: dict[int, float | None] = {}
        self.leaving = 0
        self.dials = self.answered = self.abandoned = self.served = 0
        self.idle_s = self.staffed_s = 0.0
        self.talk_took: dict[int, float] = {}
        self._events: list[tuple[float, int, int, int]] = []
        self._ids = itertools.count(scenario.operators + 1000)
        self._seq = itertools.count()

    # -- running -------------------------------------------------------------------------------------------------
    def run(self, seconds: float) -> None:
        """Go on for so long."""
        if self.now == 0.0:
            self.policy.start(self)
            self._later(self.policy.tick_s, TICK)
            for n, change in enumerate(self.scenario.drift):
                self._later(change.at_s, CHANGE, n)
            self._place()
        end = self.now + seconds
        events, play = self._events, self._play
        while events and events[0][0] <= end:
            self._until(events[0][0])
            _, _, kind, who = heapq.heappop(events)
            play(kind, who)
            self._place()
        self._until(end)

    def _until(self, at: float) -> None:
        gone = at - self.now
        self.idle_s += gone * len(self.ready)
        self.staffed_s += gone * (len(self.ready) + len(self.talking) + len(self.wrapping))
        self.now = at

    def _later(self, seconds: float, kind: int, who: int = 0) -> float:
        at = self.now + seconds
        heapq.heappush(self._events, (at, next(self._seq), kind, who))
        return at

    def _place(self) -> None:
        room = self.scenario.max_lines - len(self.lines)
        for _ in range(min(room, self.policy.place(self.now))):
            self._dial()

    def _dial(self) -> None:
        line = next(self._ids)
        self.lines[line] = self.now
        self.dials += 1
        if self.dice.random() < self.answer_rate:
            self.answers_at[line] = self._later(self._ring(), ANSWER, line)
        else:
            self.answers_at[line] = None
            self._later(self.scenario.no_answer_s, MISS, line)

    def _ring(self) -> float:
        while (rang := self._draw(self.ring_s)) > self.scenario.no_answer_s:
            pass
        return rang

    def _draw(self, spread: Spread) -> float:
        return self.dice.lognormvariate(spread.mu, spread.sd_log)

    # -- what happens --------------------------------------------------------------------------------------------
    def _play(self, kind: int, who: int) -> None:
        if kind == TICK:
            self.policy.tick(self.now)
            self._later(self.policy.tick_s, TICK)
        elif kind == ANSWER:
            self._answer(who)
        elif kind == MISS:
            self.policy.call_over(False, self.now - self.lines.pop(who))
            del self.answers_at[who]
        elif kind == TALKED:
            self.talk_took[who] = self.now - self.talking.pop(who)
            self.wrapping[who] = self.now
        elif kind == WRAPPED:
            self._free(who)
        elif kind == GIVE_UP:
            self._give_up(who)
        else:
            self._change(who)

    def _answer(self, line: int) -> None:
        self.policy.call_over(True, self.now - self.lines.pop(line))
        del self.answers_at[line]
        self.answered += 1
        if self.ready:
            self._serve(self.ready.popleft()[0])
        else:
            self.waiting.append((line, self.now))
            self._later(self.scenario.patience_s, GIVE_UP, line)

    def _serve(self, operator: int) -> None:
        self.served += 1
        self.talking[operator] = self.now
        over = self._later(self._draw(self.talk_s), TALKED, operator)
        wrap = self._draw(self.wrap_s)
        self.free_at[operator] = over + wrap
        heapq.heappush(self._events, (over + wrap, next(self._seq), WRAPPED, operator))
        self.policy.settled(False)

    def _free(self, operator: int) -> None:
        wrapped = self.now - self.wrapping.pop(operator)
        del self.free_at[operator]
        self.policy.worked(self.talk_took.pop(operator), wrapped)
        if self.leaving:
            self.leaving -= 1
        elif self.waiting:
            self.waiting.popleft()
            self._serve(operator)
        else:
            self.ready.append((operator, self.now))

    def _give_up(self, line: int) -> None:
        if self.waiting and self.waiting[0][0] == line:
            self.waiting.popleft()
            self.abandoned += 1
            self.policy.settled(True)

    def _change(self, n: int) -> None:
        change = self.scenario.drift[n]
        self.answer_rate = self.answer_rate if change.answer_rate is None else change.answer_rate
        self.talk_s, self.wrap_s = change.talk_s or self.talk_s, change.wrap_s or self.wrap_s
        self.ring_s = change.ring_s or self.ring_s
        if change.operators is not None:
            self._staff(change.operators)

    def _staff(self, wanted: int) -> None:
        there = len(self.ready) + len(self.talking) + len(self.wrapping) - self.leaving
        for _ in range(wanted - there):
            if self.leaving:
                self.leaving -= 1
            else:
                self.ready.append((next(self._ids), self.now))
        for _ in range(there - wanted):
            if self.ready:
                self.ready.popleft()
            else:
                self.leaving += 1
        self.operators = wanted
