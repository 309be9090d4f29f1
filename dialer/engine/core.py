"""The engine: it takes what waits (events, questions, commands, time), decides in one transaction, then acts.

Rule 1: one thread turns it; everybody else only posts. Events that wait together are committed together.
Rule 2: nothing is lost by a failed transaction: what was taken from the inbox is tried again.
Rule 3: the network is asked, and questions are answered, only after the commit.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from dialer import clock as wall
from dialer.engine import (
    answers,
    commands,
    crash,
    dialling,
    events,
    gate,
    inbound,
    lease,
    phones,
    recovery,
    routing,
    sending,
    settle,
)
from dialer.engine.clock_watch import ClockWatch
from dialer.engine.learning import Learner
from dialer.engine.turn import Turn
from dialer.engine.words import Words
from dialer.providers.base import Down, Event, Failed, HungUp, Message, Plan, Provider, Up
from dialer.rules.pacing import Bucket, Decision
from dialer.rules.words import Amd, CampaignState, OperatorState
from dialer.store.database import Database
from dialer.store.desk import OperatorSession
from dialer.store.messages import Outbox
from dialer.store.projects import Campaign

log = logging.getLogger(__name__)
BATCH = 200
ANSWER_WAIT_S = 1.6
"""How long a caller of :meth:`Engine.answer` waits before it apologises by itself (P4: under 2 s in all)."""
TICK_S = 0.1
PRUNE_S = 60
OUTBOX_KEPT = timedelta(hours=1)
Ask = answers.Ask | inbound.Ask


class Engine:
    """One engine, for the campaigns whose lease it holds. ``clock`` and ``steady`` may be virtual.

    ``may_record(lines)`` gives the reason why no further call may be recorded, empty if there is room.
    """

    def __init__(
        self,
        db: Database,
        provider: Provider,
        *,
        name: str,
        clock: Callable[[], datetime] = wall.now,
        steady: Callable[[], float] = time.monotonic,
        may_record: Callable[[int], str] = lambda lines: "",
    ) -> None:
        self.db = db
        self.provider = provider
        self.name = name
        self.clock = clock
        self.steady = steady
        self.may_record = may_record
        self.decisions: dict[int, str] = {}
        """The last word of pacing for each campaign, as a sentence."""
        self._inbox: queue.SimpleQueue[Event | Ask | None] = queue.SimpleQueue()
        self._kept: list[Event | Ask] = []
        self._asks: list[Ask] = []
        self._buckets: dict[int, Bucket] = {}
        self._learners: dict[int, Learner] = {}
        self._words = Words()
        self._watch = ClockWatch()
        self._started = False
        self._pruned_s = 0.0
        self._timed_s = float("-inf")
        self._stop = threading.Event()

    # -- called from any thread --------------------------------------------------------------------------------------
    def post(self, event: Event) -> None:
        """Something happened on the network."""
        self._inbox.put(event)

    def wake(self) -> None:
        """Something was committed by another process."""
        self._inbox.put(None)

    def ask(self, leg: str, heard: Amd, reply: Callable[[Plan], None]) -> None:
        """What does this answered leg do now? ``reply`` is called once, from the engine's thread."""
        self._inbox.put(answers.Ask(leg, heard, self.clock(), reply))

    def answer(self, leg: str, heard: Amd) -> Plan:
        """As :meth:`ask`, waiting for the plan; a message if the engine does not say in time."""
        return self._wait(lambda reply: self.ask(leg, heard, reply))

    def inbound(self, leg: str, caller: str, called: str, network: str = "") -> Plan:
        """A person rings one of our numbers: to whom do they go? Waits as :meth:`answer` does."""
        return self._wait(lambda reply: self._inbox.put(inbound.Ask(leg, caller, called, self.clock(), reply, network)))

    def _wait(self, put: Callable[[Callable[[Plan], None]], None]) -> Plan:
        plan: Future[Plan] = Future()
        put(plan.set_result)
        try:
            return plan.result(ANSWER_WAIT_S)
        except FutureTimeout:
            log.error("the engine did not answer in time")
            return Message(answers.SORRY)

    # -- the loop ----------------------------------------------------------------------------------------------------
    def start(self) -> None:
        """Connect to the network; the first turn puts the books in order before anything is dialled."""
        self.provider.start(self.post, self.ask)

    def run(self) -> None:
        """Turn until :meth:`stop`; a failed transaction is logged and tried again."""
        while not self._stop.is_set():
            self.wait(TICK_S)
            try:
                self.turn()
            except (DBAPIError, StaleDataError) as err:
                log.warning("turn failed and is tried again: %s", type(err).__name__)
                self._stop.wait(TICK_S)

    def stop(self) -> None:
        """End :meth:`run` after the present turn and give the leases back."""
        self._stop.set()
        self.wake()

    def close(self) -> None:
        """Give the leases back and disconnect; calls that are up stay up and are adopted by the next engine."""
        with self.db.write() as s:
            lease.release(s, self.name)
        self.provider.stop()

    def wait(self, timeout_s: float) -> None:
        """Wait for anything in the inbox and take what is there."""
        try:
            item = self._inbox.get(timeout=timeout_s)
        except queue.Empty:
            return
        while True:
            if item is not None:
                self._kept.append(item)
            if self._inbox.empty() or len(self._kept) >= BATCH:
                return
            item = self._inbox.get_nowait()

    def turn(self) -> None:
        """One transaction over everything that waits, then its effects."""
        while not self._inbox.empty() and len(self._kept) < BATCH:
            item = self._inbox.get_nowait()
            if item is not None:
                self._kept.append(item)
        batch, asks = list(self._kept), list(self._asks)
        replies: list[Callable[[], None]] = []
        with self.db.write() as s:
            s.connection()  # queue for the database first: the gate must judge by the time at which it may write
            t = Turn(s, self.clock(), self.provider, self.post, steady=self.steady)
            self._first(t)
            campaigns = lease.take(s, self.name, t.now)
            self._foresee(t, batch, asks)
            for item in batch:
                if isinstance(item, answers.Ask | inbound.Ask):
                    asks.append(item)
                else:
                    events.hear(t, item)
            asks = self._answer_all(t, asks, replies)
            if self.provider.ready:  # what people ask waits while the network is out of reach
                for command in commands.open_commands(t):
                    commands.carry_out(t, command)
            timely = self.steady() - self._timed_s >= TICK_S
            if timely:
                self._timed_s = self.steady()
                self._by_time(t)
            self._dial(t, campaigns, timely)
            t.tell_pages()
            crash.point("before_commit")
        self._kept, self._asks = [], asks
        self._act(replies + t.after, bool(replies))

    @staticmethod
    def _act(effects: list[Callable[[], None]], answering: bool) -> None:
        if answering:
            crash.point("answered_before_reply")
        for effect in effects:
            effect()
        if effects:
            crash.point("ended")

    def _first(self, t: Turn) -> None:
        if not self._started:
            recovery.at_start(t)
            self._watch.start(t.now, self.steady(), recovery.newest_attempt(t.s))
            self._started = True

    @staticmethod
    def _foresee(t: Turn, batch: list[Event | Ask], asks: list[Ask]) -> None:
        items = (*batch, *asks)
        legs = {item.leg for item in items if not isinstance(item, Up | Down) and item.leg[0] not in events.DESKS}
        ended = {item.leg for item in batch if isinstance(item, HungUp | Failed)}
        t.foresee(legs, ended & legs)
        t.asking = sum(isinstance(item, answers.Ask | inbound.Ask) for item in items)

    def _answer_all(self, t: Turn, asks: list[Ask], replies: list[Callable[[], None]]) -> list[Ask]:
        waiting = []
        for ask in asks:
            plan = answers.decide(t, ask) if isinstance(ask, answers.Ask) else inbound.decide(t, ask)
            if plan is None:
                waiting.append(ask)
            else:
                replies.append(lambda reply=ask.reply, plan=plan: reply(plan))  # type: ignore[misc]
        return waiting

    def _by_time(self, t: Turn) -> None:
        late = select(OperatorSession).where(
            OperatorSession.state == OperatorState.WRAP_UP, OperatorSession.wrap_until_at <= t.now
        )
        settle.close_late_wrap_ups(t, list(t.s.scalars(late.with_for_update(skip_locked=True))))
        phones.take_over_lost_calls(t)
        if self.steady() - self._pruned_s > PRUNE_S:
            self._pruned_s = self.steady()
            t.s.execute(delete(Outbox).where(Outbox.at < t.now - OUTBOX_KEPT))
            self._words.forget(t.s, t.now)
            routing.look_at_numbers(t)

    def _dial(self, t: Turn, campaigns: list[Campaign], timely: bool) -> None:
        for campaign in campaigns:
            if why := self._hindrance(t, campaign):
                self._say(t, campaign, Decision(0, f"nothing placed: {why}"))
                continue
            sending.send(t, campaign)
            if campaign.state is CampaignState.RUNNING:
                if timely:
                    dialling.ripen(t, campaign)
                learner = self._learners.setdefault(campaign.id, Learner())
                decision = dialling.dial(t, campaign, self._bucket(campaign), self.steady(), learner)
                self._say(t, campaign, decision)
                if decision.place:
                    self.wake()  # what was placed is sent by the next turn, at once

    def _say(self, t: Turn, campaign: Campaign, decision: Decision) -> None:
        """Keep pacing's word for whoever asks, and for the campaign's page."""
        self.decisions[campaign.id] = decision.why
        self._words.note(t.s, campaign.id, decision, t.now)

    def _hindrance(self, t: Turn, campaign: Campaign) -> str:
        """Why nothing may be dialled just now, whatever pacing says; empty if it may."""
        if not self.provider.ready:
            return "not in sync with the network"
        if jumped := self._watch.jumped(t.now, self.steady()):
            return jumped
        if campaign.record and (reason := self.may_record(campaign.max_lines)):
            return f"no room for recordings ({reason})"
        return gate.standing(t.s, campaign, t.now)

    def _bucket(self, campaign: Campaign) -> Bucket:
        bucket = self._buckets.get(campaign.id)
        if bucket is None or bucket.rate != campaign.calls_per_second:
            bucket = self._buckets[campaign.id] = Bucket(campaign.calls_per_second, self.steady())
        return bucket
