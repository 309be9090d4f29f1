"""The engine: it takes what waits (events, questions, commands, time), decides in one transaction, then acts.

Rule 1: one thread turns it; everybody else only posts. Events that wait together are committed together.
Rule 2: nothing is lost by a failed transaction: what was taken from the inbox is tried again (``apart``: what cannot
be done does not keep the others from being done).
Rule 3: the network is asked, and questions are answered, only after the commit.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from datetime import datetime
from functools import partial

from dialer import clock as wall
from dialer.engine import (
    answers,
    apart,
    commands,
    crash,
    dialling,
    events,
    gate,
    haste,
    inbound,
    lease,
    networks,
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
from dialer.errors import BadInput, blame
from dialer.providers.base import Event, Message, Plan, Provider, Up
from dialer.providers.switchboard import every
from dialer.rules.pacing import Bucket, Decision, Hindrance, nothing
from dialer.rules.words import Amd, CampaignState
from dialer.store.database import Database
from dialer.store.outbox import forget
from dialer.store.projects import Campaign

log = logging.getLogger(__name__)
PRUNE_S = 60
Ask = answers.Ask | inbound.Ask
DECIDE: dict[type, Callable[..., Plan | None]] = {answers.Ask: answers.decide, inbound.Ask: inbound.decide}


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
        self.sends_at_once = db.sqlite
        """Whether one turn places and sends (rule 3 of ``sending``)."""
        self.decisions: dict[int, str] = {}
        """The last word of pacing for each campaign, as a sentence."""
        self.inbox = haste.Inbox(steady)
        self._asks: list[Ask] = []
        self._buckets: dict[int, Bucket] = {}
        self._learners: dict[int, Learner] = {}
        self._words = Words()
        self._watch = ClockWatch()
        self._started = False
        self._met: frozenset[str] = frozenset()
        self._up: frozenset[str] = frozenset()
        self._asked_early: set[str] = set()
        self._pruned_s, self._timed_s = 0.0, float("-inf")
        self._each = apart.straight
        self._stop = threading.Event()

    def post(self, event: Event) -> None:
        """Something happened on the network."""
        self.inbox.put(event)

    def wake(self) -> None:
        """Something was committed by another process."""
        self.inbox.put(None)

    def ask(self, leg: str, heard: Amd, reply: Callable[[Plan], None]) -> None:
        """What does this answered leg do now? ``reply`` is called once, from the engine's thread."""
        self.inbox.put(answers.Ask(leg, heard, self.clock(), reply))

    def answer(self, leg: str, heard: Amd) -> Plan:
        """As :meth:`ask`, waiting for the plan; a message if the engine does not say in time."""
        return self._wait(lambda reply: self.ask(leg, heard, reply))

    def inbound(self, leg: str, caller: str, called: str, network: str = "") -> Plan:
        """A person rings one of our numbers: to whom do they go? Waits as :meth:`answer` does."""
        return self._wait(lambda reply: self.inbox.put(inbound.Ask(leg, caller, called, self.clock(), reply, network)))

    def _wait(self, put: Callable[[Callable[[Plan], None]], None]) -> Plan:
        plan: Future[Plan] = Future()
        put(plan.set_result)
        try:
            return plan.result(answers.LATE_S)
        except FutureTimeout:
            log.error("the engine did not answer in time")
            return Message(answers.SORRY)

    def start(self) -> None:
        """Connect to the network; the first turn puts the books in order before anything is dialled."""
        self.provider.start(self.post, self.ask)

    def run(self) -> None:
        """Turn until :meth:`stop`."""
        while not self._stop.is_set():
            self.inbox.wait()
            self.attend()

    def attend(self) -> None:
        """A turn, whose failure is logged; the next one tries it again, if need be piece by piece.

        Raises what fails even then: whoever supervises the process starts it anew.
        """
        try:
            self.turn(self.inbox.may_dial or self._each is apart.carefully)
        except apart.PASSING as err:
            log.warning("turn failed and is tried again: %s", type(err).__name__)
            self._stop.wait(haste.TICK_S)
        except Exception as err:
            if self._each is apart.carefully:
                raise
            log.error("turn failed and is done again piece by piece: %s", blame(err))
            self._each = apart.carefully

    def stop(self) -> None:
        """End :meth:`run` after the present turn and give the leases back."""
        self._stop.set()
        self.wake()

    def close(self) -> None:
        """Give the leases back and disconnect; calls that are up are adopted by the next engine."""
        with self.db.write() as s:
            lease.release(s, self.name)
        self.provider.stop()

    def turn(self, dial: bool = True) -> None:
        """One transaction over everything that waits, then its effects; commands and new calls if ``dial``."""
        self.inbox.take()
        batch, asks = list(self.inbox.kept), list(self._asks)
        if len(self._met) < len(every(self.provider)):
            self._asked_early |= {item.leg for item in batch if isinstance(item, answers.Ask | inbound.Ask)}
        replies: list[Callable[[], None]] = []
        with self.db.write() as s:
            s.connection()  # queue for the database first: the gate must judge by the time at which it may write
            t = Turn(s, self.clock(), self.provider, self.post, self.name, steady=self.steady)
            t.met, t.asked = self._met, self._asked_early
            self._first(t)
            self._up = recovery.still_up(self._up, batch)
            with s.no_autoflush:  # what is looked up meanwhile is locked already, or looked at again in memory
                events.foresee(t, (*batch, *asks))
                asks = self._hear(t, batch, asks, replies)
            if dial:
                self._ask_and_dial(t)
            t.tell_pages()
            crash.point("before_commit")
        self.inbox.kept.clear()
        self._asks, self._each = asks, apart.straight
        self._met |= {item.network for item in batch if isinstance(item, Up)}
        self._act(replies + t.after, bool(replies))

    def _hear(self, t: Turn, batch: list[Event | Ask], asks: list[Ask], replies: list[Callable[[], None]]) -> list[Ask]:
        """Carry out the events in their order, then answer who asks; returns those who are answered later."""
        for item in batch:
            if isinstance(item, answers.Ask | inbound.Ask):
                asks.append(item)
            else:
                self._each(t, apart.called(item), partial(events.hear, t, item), None)
        return self._answer_all(t, asks, replies)

    def _ask_and_dial(self, t: Turn) -> None:
        self.inbox.dialled()
        campaigns, inherited = lease.take(t.s, self.name, t.now)
        if inherited:
            networks.resync(t)
        if self._in_touch:  # what people ask waits while the network is out of reach
            self._carry_out(t)
        timely = self.steady() - self._timed_s >= haste.TICK_S
        if timely:
            self._timed_s = self.steady()
            self._by_time(t)
        self._dial(t, campaigns, timely)

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
            recovery.give_back_placed(t)
            networks.began(t)
            self._watch.start(t.now, self.steady(), recovery.newest_attempt(t.s))
            self._started = True

    def _answer_all(self, t: Turn, asks: list[Ask], replies: list[Callable[[], None]]) -> list[Ask]:
        waiting: list[Ask] = []
        for ask in asks:
            sorry: Plan | None = Message(answers.SORRY)
            plan = self._each(t, apart.called(ask), partial(DECIDE[type(ask)], t, ask), sorry)
            if plan is None:
                waiting.append(ask)
            else:
                replies.append(lambda reply=ask.reply, plan=plan: reply(plan))  # type: ignore[misc]
        return waiting

    def _carry_out(self, t: Turn) -> None:
        for command in commands.open_commands(t):
            if not self._each(t, f"command {command.id}", partial(commands.carry_out, t, command), False):
                commands.give_up(t, command)

    def _by_time(self, t: Turn) -> None:
        self._each(t, "a wrap-up", partial(settle.close_late_wrap_ups, t), None)
        self._each(t, "a lost phone", partial(phones.take_over_lost_calls, t), None)
        if self.steady() - self._pruned_s > PRUNE_S:
            self._pruned_s = self.steady()
            phones.end_unseen(t)
            networks.seen(t)
            forget(t.s, t.now)
            self._words.forget(t.s, t.now)
            self._each(t, "the rest of numbers", partial(routing.look_at_numbers, t), None)

    def _dial(self, t: Turn, campaigns: list[Campaign], timely: bool) -> None:
        for campaign in campaigns:
            what, failed = f"campaign {campaign.id}", nothing(Hindrance("it failed, see the log", "failed"))
            decision = self._each(t, what, partial(self._dial_one, t, campaign, timely), failed)
            self.decisions[campaign.id] = decision.why
            self._words.note(t.s, campaign.id, decision, t.now)  # for the campaign's page

    def _dial_one(self, t: Turn, campaign: Campaign, timely: bool) -> Decision:
        """Send and place for one campaign."""
        if why := self._hindrance(t, campaign):
            return nothing(why)
        try:
            sending.send(t, campaign)
            if campaign.state is not CampaignState.RUNNING:
                return nothing(Hindrance(f"the campaign is {campaign.state}", "state", state=campaign.state))
            if timely:
                dialling.ripen(t, campaign)
            learner = self._learners.setdefault(campaign.id, Learner())
            bucket = self._bucket(campaign)
            decision = dialling.dial(t, campaign, bucket, self.steady(), learner)
            if self.sends_at_once and decision.place:
                sending.send(t, campaign, this_turns=True)
            self.inbox.placed(0 if self.sends_at_once else decision.place, bucket.next_s)
        except BadInput as err:  # what cannot be read never opens anything (P2), and never stops other campaigns
            return nothing(Hindrance(str(err), "error", error=str(err)))
        return decision

    @property
    def _in_touch(self) -> bool:
        """Whether our people's network may be asked for something (see :func:`recovery.still_up`)."""
        return self.provider.ready and not self._up.isdisjoint({"", self.provider.name})

    def _hindrance(self, t: Turn, campaign: Campaign) -> str:
        """Why nothing may be dialled just now, whatever pacing says; empty if it may."""
        if not self._in_touch:
            return Hindrance("not in sync with the network", "sync")
        if jumped := self._watch.jumped(t.now, self.steady()):
            return jumped
        if campaign.record and (reason := self.may_record(campaign.max_lines)):
            return Hindrance(f"no room for recordings ({reason})", "room", reason=reason)
        return gate.standing(t.s, campaign, t.now)

    def _bucket(self, campaign: Campaign) -> Bucket:
        bucket = self._buckets.get(campaign.id)
        if bucket is None or bucket.rate != campaign.calls_per_second:
            bucket = self._buckets[campaign.id] = Bucket(campaign.calls_per_second, self.steady())
        return bucket
