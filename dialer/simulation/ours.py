"""The production pacing as a policy of the simulation: the same decision, learning and steering as the engine's."""

from __future__ import annotations

from dialer.rules.pacing import Learnt, Snapshot, Steering, calls_to_place, is_due, look_ahead
from dialer.rules.pacing.outlook import Outlook
from dialer.rules.words import Mode
from dialer.simulation.world import World

UNLIMITED = 1_000_000


class Ours:
    """Predictive pacing under ``cap``."""

    def __init__(self, cap: float, tick_s: float = 1.0) -> None:
        self.tick_s = tick_s
        self.learnt = Learnt()
        self.steering = Steering(cap)
        self.outlook: Outlook | None = None
        self.last: Snapshot | None = None
        self._looked_s = 0.0
        self._news = -1

    def start(self, world: World) -> None:
        self.world = world
        self._look(world.now)

    def tick(self, now: float) -> None:
        self.learnt.pass_time(now)
        if self.learnt.news != self._news and is_due(self.learnt.news, now - self._looked_s):
            self._look(now)

    def _look(self, now: float) -> None:
        self._looked_s, self._news = now, self.learnt.news
        self.outlook = look_ahead(self.learnt)

    def place(self, now: float) -> int:
        return calls_to_place(self.snapshot(now)).place

    def snapshot(self, now: float) -> Snapshot:
        """What pacing is told at this instant."""
        world, steering = self.world, self.steering
        return Snapshot(
            mode=Mode.PREDICTIVE,
            ready=len(world.ready),
            ringing=len(world.lines),
            waiting=len(world.waiting),
            lines=len(world.lines),
            max_lines=UNLIMITED,
            tokens=UNLIMITED,
            talking=tuple([now - since for since in world.talking.values()]),
            wrapping=tuple([now - since for since in world.wrapping.values()]),
            ages=tuple([now - since for since in world.lines.values()]),
            outlook=self.outlook,
            theta=steering.theta,
            cap=steering.cap,
            answered=steering.answered,
            abandoned=steering.abandoned,
        )

    def call_over(self, answered: bool, rang_s: float) -> None:
        self.learnt.call(answered, rang_s)

    def worked(self, talk_s: float, wrap_s: float) -> None:
        self.learnt.talk(talk_s)
        self.learnt.wrap(wrap_s)

    def settled(self, abandoned: bool) -> None:
        self.steering.answer(abandoned)
