"""A telephone network in memory: for simulations, fast tests, and a demo where no Asterisk can be had.

It lives on any clock: with a virtual one, ``advance`` plays whatever is due and a day passes in a second;
:meth:`PretendProvider.run_live` plays it in real time from a thread. Numbers behave as in the lab
(``dialer.lab.behaviours``), so that one campaign ends the same on both. ``log`` is what the network itself saw: the
independent judge of "dialled at most once".
"""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from dialer import clock as wall
from dialer.lab.behaviours import behaviour_of
from dialer.providers import base
from dialer.rules.words import Amd, Outcome

TICK_S = 0.02
"""How often :meth:`PretendProvider.run_live` looks at the clock."""


@dataclass(frozen=True, slots=True)
class Callee:
    """What a called party does: after ``ring_s`` it is ``answered`` (then talks ``talk_s``, None until we hang up)
    or ends with ``outcome``. ``heard`` is what answering machine detection would say."""

    ring_s: float
    outcome: Outcome = Outcome.ANSWERED
    talk_s: float | None = None
    heard: Amd = Amd.HUMAN


_BY_NAME = {
    "talk": Callee(0.2),
    "firm": Callee(0.2),
    "ring2": Callee(2),
    "ring3": Callee(3),
    "ring8": Callee(8),
    "brief": Callee(0.2, talk_s=6),
    "early": Callee(0.2, talk_s=1.5),
    "noanswer": Callee(999, Outcome.NO_ANSWER),
    "busy": Callee(0.2, Outcome.BUSY),
    "rejected": Callee(1, Outcome.REJECTED),
    "unallocated": Callee(0.2, Outcome.BAD_NUMBER),
    "congestion": Callee(0.2, Outcome.CONGESTION),
    "unreachable": Callee(0.2, Outcome.UNREACHABLE),
    "machine": Callee(1, talk_s=29, heard=Amd.MACHINE),
    "curt": Callee(1, talk_s=23, heard=Amd.MACHINE),
    "fax": Callee(0.2, talk_s=23, heard=Amd.FAX),
    "deadair": Callee(0.2, talk_s=60, heard=Amd.UNSURE),
    "echo": Callee(0.2),
    "mute": Callee(0.2, heard=Amd.UNSURE),
}


PICKS_UP = Callee(0.05)
"""A person's own phone, unless told otherwise."""


def lab_callee(number: str) -> Callee:
    """Behave as the lab's network does for ``number``."""
    return _BY_NAME[behaviour_of(number).name]


@dataclass(slots=True)
class _Leg:
    leg: str
    answered: bool = False
    room: str = ""
    customer: bool = False
    log: dict[str, object] = field(default_factory=dict)


class PretendProvider:
    """See :class:`dialer.providers.base.Provider`; ``callee`` says how a number behaves, ``desk_phone`` how people's
    own phones do; ``rung`` are the phones that were asked to ring."""

    name = "pretend"

    def __init__(self, clock: Callable[[], datetime] = wall.now, callee: Callable[[str], Callee] = lab_callee) -> None:
        self.clock = clock
        self.callee = callee
        self.desk_phone: Callable[[base.DeskCall], Callee] = lambda _call: PICKS_UP
        self.log: list[dict[str, object]] = []
        self.rung: list[base.DeskCall] = []
        self.ready = False
        self.message_s = 4.0
        self.amd_s = 0.0
        """How long machine detection listens before the engine is asked."""
        self._legs: dict[str, _Leg] = {}
        self._ever: set[str] = set()
        self._due: list[tuple[datetime, int, Callable[[], None]]] = []
        self._seq = itertools.count()
        self._lock = threading.RLock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, sink: base.Sink, answer: base.AnswerHook) -> None:
        self._sink, self._answer = sink, answer
        self.ready = True
        self.resync()

    def resync(self) -> None:
        with self._lock:
            live = tuple(base.LiveLeg(x.leg, x.answered, x.room) for x in self._legs.values())
            if self.ready:
                self._sink(base.Up(self.clock(), live))

    def run_live(self) -> None:
        """Play in real time until :meth:`stop`."""
        self._stop.clear()
        self._thread = threading.Thread(target=self._play, name="pretend-network", daemon=True)
        self._thread.start()

    def _play(self) -> None:
        while not self._stop.wait(TICK_S):
            self.advance()

    def stop(self) -> None:
        self.ready = False
        self._stop.set()
        if self._thread:
            self._thread.join()
            self._thread = None

    def forget(self) -> None:
        """Drop the logs and the ids of calls that are over, so that a run of many days needs no more memory."""
        self.log.clear()
        self.rung.clear()
        self._ever.intersection_update(self._legs)

    def live_legs(self) -> frozenset[str]:
        """Ids of the legs that are up."""
        with self._lock:
            return frozenset(self._legs)

    def break_link(self) -> None:
        """Lose the link, as when the PBX's management port goes away; the calls live on."""
        self.ready = False
        self._sink(base.Down(self.clock(), "link broken"))

    # -- time ------------------------------------------------------------------------------------------------------
    def next_at(self) -> datetime | None:
        """When something happens next by itself."""
        with self._lock:
            return self._due[0][0] if self._due else None

    def advance(self) -> None:
        """Play everything that is due by now, in order."""
        with self._lock:
            while self._due and self._due[0][0] <= self.clock():
                heapq.heappop(self._due)[2]()

    def _later(self, seconds: float, play: Callable[[], None]) -> None:
        heapq.heappush(self._due, (self.clock() + timedelta(seconds=seconds), next(self._seq), play))

    # -- calls -----------------------------------------------------------------------------------------------------
    def originate(self, call: base.CustomerCall) -> None:
        self._check(call.leg)
        with self._lock:
            entry: dict[str, object] = {"leg": call.leg, "number": call.to, "at": self.clock(), "end": None}
            self.log.append(entry)
            leg = self._legs[call.leg] = _Leg(call.leg, customer=True, log=entry)
            callee = self.callee(call.to)
            self._later(0, lambda: self._sink(base.Accepted(leg.leg, self.clock())))
            if callee.ring_s >= 1:
                self._later(0.1, lambda: self._if_up(leg, lambda: self._sink(base.Ringing(leg.leg, self.clock()))))
            if callee.ring_s > call.ring_s:
                self._later(call.ring_s, lambda: self._end(leg, Outcome.NO_ANSWER, "19"))
            elif callee.outcome is Outcome.ANSWERED:
                self._later(callee.ring_s, lambda: self._pick_up(leg, callee, bool(call.amd)))
            else:
                self._later(callee.ring_s, lambda: self._end(leg, callee.outcome))

    def call_desk(self, call: base.DeskCall) -> None:
        self._check(call.leg)
        with self._lock:
            self.rung.append(call)
            leg, phone = _Leg(call.leg), self.desk_phone(call)
            self._legs[call.leg] = leg
            if phone.ring_s > call.ring_s:
                self._later(call.ring_s, lambda: self._end(leg, Outcome.NO_ANSWER, "19"))
            elif phone.outcome is Outcome.ANSWERED:
                self._later(phone.ring_s, lambda: self._if_up(leg, lambda: self._desk_answers(leg, call.room)))
            else:
                self._later(phone.ring_s, lambda: self._end(leg, phone.outcome))

    def move(self, leg: str, room: str) -> None:
        with self._lock:
            if found := self._legs.get(leg):
                self._leave(found)
                self._join(found, room)

    def hold(self, leg: str) -> None:
        with self._lock:
            if found := self._legs.get(leg):
                self._leave(found)

    def mute(self, leg: str, room: str, muted: bool) -> None:
        """Nobody hears anything here, so there is nothing to mute."""

    def voice(self, leg: str, room: str, operator: str, who: base.Voice) -> None:
        with self._lock:
            if found := self._legs.get(leg):
                found.log["voice"] = who

    def send_keys(self, leg: str, keys: str) -> None:
        """Nobody listens for keys here."""

    def record(self, leg: str, on: bool) -> None:
        """Nothing is recorded here."""

    def hang_up(self, leg: str) -> None:
        with self._lock:
            if found := self._legs.get(leg):
                outcome = Outcome.ANSWERED if found.answered else Outcome.CANCELLED
                self._later(0, lambda: self._end(found, outcome, "16"))

    # -- what happens ----------------------------------------------------------------------------------------------
    def _check(self, leg: str) -> None:
        if not self.ready:
            raise base.ProviderError("the pretend network is down")
        if not base.ID_PATTERN.match(leg) or leg in self._ever:
            raise base.ProviderError("bad or repeated leg id", permanent=True)
        self._ever.add(leg)

    def _if_up(self, leg: _Leg, play: Callable[[], None]) -> None:
        if leg.leg in self._legs:
            play()

    def _desk_answers(self, leg: _Leg, room: str) -> None:
        leg.answered = True
        self._sink(base.Answered(leg.leg, self.clock()))
        self._join(leg, room)

    def _pick_up(self, leg: _Leg, callee: Callee, amd: bool) -> None:
        if leg.leg not in self._legs:
            return
        leg.answered = True
        leg.log["answered"] = self.clock()
        self._sink(base.Answered(leg.leg, self.clock()))
        if callee.talk_s is not None:
            self._later(callee.talk_s, lambda: self._end(leg, Outcome.ANSWERED))
        if amd and self.amd_s:
            self._later(self.amd_s, lambda: self._ask(leg, callee.heard))
        else:
            self._ask(leg, callee.heard if amd else Amd.UNSURE)

    def _ask(self, leg: _Leg, heard: Amd) -> None:
        if leg.leg in self._legs:
            self._answer(leg.leg, heard, lambda plan: self._carry_out(leg, plan))

    def _carry_out(self, leg: _Leg, plan: base.Plan) -> None:
        with self._lock:
            if leg.leg not in self._legs:
                return
            if isinstance(plan, base.Join):
                self._join(leg, plan.room)
            elif isinstance(plan, base.Message):
                leg.log["message"], leg.log["after_beep"] = self.clock(), plan.after_beep
                self._later(self.message_s, lambda: self._end(leg, Outcome.ANSWERED))
            else:
                self._end(leg, Outcome.ANSWERED)

    def _join(self, leg: _Leg, room: str) -> None:
        leg.room = room
        leg.log.setdefault("joined", self.clock())
        self._sink(base.Joined(leg.leg, self.clock(), room))

    def _leave(self, leg: _Leg) -> None:
        if leg.room:
            room, leg.room = leg.room, ""
            self._sink(base.Left(leg.leg, self.clock(), room))

    def _end(self, leg: _Leg, outcome: Outcome, cause: str = "16") -> None:
        if self._legs.pop(leg.leg, None) is None:
            return
        self._leave(leg)
        leg.log["end"], leg.log["outcome"] = self.clock(), outcome
        self._sink(base.HungUp(leg.leg, self.clock(), outcome, cause))
