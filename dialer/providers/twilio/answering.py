"""What an answered leg does: the engine is asked, and its plan is the webhook's answer, or is carried out by REST.

Detection listens beside the call, so that a person never waits for it. If it finds a machine after the leg was given
a plan, the engine is asked once more: a message is said only where the machine's greeting and beep are over.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol

from dialer.clock import now
from dialer.providers import base
from dialer.providers.base import Join, Message, Plan, Reject
from dialer.providers.twilio import hearing, inbox, plans
from dialer.providers.twilio.board import Board
from dialer.providers.twilio.config import TwilioConfig
from dialer.providers.twilio.legs import Leg
from dialer.rules.words import Amd
from dialer.store import Database
from dialer.store.provider import ProviderQuestion

log = logging.getLogger(__name__)
Inbound = Callable[[str, str, str], Plan]


class Acts(Protocol):
    """What the driver does by REST; none of it waits."""

    def later(self, leg: str, act: Callable[[], object]) -> None: ...
    def redirect(self, leg: Leg, twiml: str) -> None: ...
    def hang_up(self, leg: str) -> None: ...


class Answering:
    """``answer`` asks the engine about a contact, ``on_inbound`` about a person who rings in."""

    def __init__(self, config: TwilioConfig, db: Database, board: Board, acts: Acts) -> None:
        self._config, self._db, self._board, self._acts = config, db, board, acts
        self.answer: base.AnswerHook = _nothing
        self.on_inbound: Inbound | None = None
        self._replies = ThreadPoolExecutor(4, thread_name_prefix="twilio-reply")

    def stop(self) -> None:
        self._replies.shutdown(wait=True)

    def refuse(self, leg: str) -> None:
        """A call that is none of ours, or over."""
        self._replies.submit(self._reply, leg, Reject())

    def asked(self, leg: Leg, question: ProviderQuestion) -> None:
        """An answered leg's webhook waits for its plan."""
        with self._board.lock:
            self._board.tell(hearing.status(self._board.legs, leg, "in-progress", 0, now()))
            leg.asking = True
        if question.inbound:
            self._replies.submit(self._ask_inbound, question)
        elif leg.heard in hearing.MACHINES and not leg.greeted:
            self._replies.submit(self._reply, leg.id, Reject())
        else:
            self.answer(leg.id, leg.heard or Amd.UNSURE, lambda plan: self._hand_on(leg.id, plan))

    def _hand_on(self, leg: str, plan: Plan) -> None:
        """Called by the engine's thread, which must not wait."""
        self._replies.submit(self._reply, leg, plan)

    def _ask_inbound(self, question: ProviderQuestion) -> None:
        plan = self.on_inbound(question.leg, question.caller, question.called) if self.on_inbound else Reject()
        self._reply(question.leg, plan)

    def _reply(self, leg: str, plan: Plan) -> None:
        with self._board.lock:
            known = self._board.legs.get(leg)
            if known is not None and isinstance(plan, Join):
                known.wanted, known.record = plan.room, plan.record
        try:
            in_time = inbox.reply(self._db, leg, plans.to_row(plan))
        except Exception:
            log.exception("the plan of leg %s could not be written", leg)
            in_time = False
        if known is None:
            return
        if not in_time:  # it hears the apology; it can still be helped
            self._help(known, plan)
        self._settled(known, plan)

    def _help(self, leg: Leg, plan: Plan) -> None:
        log.warning("the plan of leg %s came late", leg.id)
        if isinstance(plan, Join):
            self._acts.later(leg.id, lambda: self._acts.redirect(leg, plans.join(self._config, leg.id, plan.room)))
        elif isinstance(plan, Reject):
            self._acts.hang_up(leg.id)

    # -- machines ------------------------------------------------------------------------------------------------------
    def machine(self, leg: Leg) -> None:
        """Detection found one; while the first question is open, its answer will take that into account."""
        with self._board.lock:
            if leg.asking or leg.heard not in hearing.MACHINES:
                return
            heard = leg.heard
        self.answer(leg.id, heard, lambda plan: self._meet(leg, plan))

    def _settled(self, leg: Leg, plan: Plan) -> None:
        """The question is answered; a machine that was heard after the engine decided is asked about again."""
        with self._board.lock:
            leg.asking = False
            crossed = isinstance(plan, Join) and leg.heard in hearing.MACHINES
        if crossed:
            self.machine(leg)

    def _meet(self, leg: Leg, plan: Plan) -> None:
        """Called by the engine's thread: what a machine hears that was found out beside the call."""
        if isinstance(plan, Join):
            log.warning("leg %s is told to be a machine, but the operator works with a person: left alone", leg.id)
        elif isinstance(plan, Message) and plan.after_beep and leg.greeted:
            self._acts.later(leg.id, lambda: self._leave_message(leg, plan))
        elif not (isinstance(plan, Message) and not plan.after_beep):  # the apology ends the call by itself
            self._acts.hang_up(leg.id)

    def _leave_message(self, leg: Leg, plan: Message) -> None:
        leg.wanted = ""
        self._acts.redirect(leg, plans.twiml(self._config, leg.id, plan))


def _nothing(leg: str, heard: Amd, reply: base.Reply) -> None:
    """Before ``start`` nobody answers."""
