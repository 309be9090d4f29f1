"""The Twilio driver: what the engine asks becomes REST, what Twilio tells becomes events.

The sixth step of a call's way (docs/design.md). Nothing here waits for Twilio: requests run in threads of the
driver's own, those about one leg in order. Webhooks arrive in the web process and come here through the database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dialer.clock import now
from dialer.providers import base
from dialer.providers.asterisk.names import E164, KEYS
from dialer.providers.base import ProviderError, Unknown
from dialer.providers.twilio import answering, ear, hearing, inbox, missed, placing, plans, recordings
from dialer.providers.twilio.board import Board
from dialer.providers.twilio.client import Clients, Gone, asking
from dialer.providers.twilio.config import TwilioConfig
from dialer.providers.twilio.legs import ANSWERED, Leg
from dialer.providers.twilio.link import Link
from dialer.rules.words import Outcome
from dialer.store import Database
from dialer.store.provider import ProviderQuestion

log = logging.getLogger(__name__)
LANES = 8
"""Requests about one leg keep their order; legs share so many threads."""


class TwilioProvider:
    """Implements ``dialer.providers.base.Provider``."""

    name = "twilio"

    def __init__(self, config: TwilioConfig, db: Database) -> None:
        self.config, self.db = config, db
        self.board = Board()
        self.clients = Clients(config)
        self._lanes = [ThreadPoolExecutor(1, thread_name_prefix=f"twilio-lane-{n}") for n in range(LANES)]
        self._answering = answering.Answering(config, db, self.board, self)
        self._placing = placing.Placing(config, self.clients, self._placed)
        self._ear = ear.Ear(self.board, self)
        self._inbox = inbox.Inbox(db, self._ear.hear, self._asked)
        self._link = Link(config, self.clients, self.board, self._prepare, self._look_for_recordings)
        self._link.after_joining = self._ear.after_joining
        self._missed = missed.Missed(config, self.clients, self.board, db)

    def start(self, sink: base.Sink, answer: base.AnswerHook) -> None:
        self.board.sink, self._answering.answer = sink, answer
        self._placing.start()
        self._link.start()

    def _prepare(self) -> None:
        """What an earlier life had up is entered, and what came meanwhile is heard, before Twilio is asked."""
        self.config.raw.mkdir(parents=True, exist_ok=True, mode=0o700)
        inbox.enter_open_legs(self.db, self.board)
        self._inbox.drain()
        self._inbox.start()

    def stop(self) -> None:
        self._link.stop()
        self._placing.stop()
        self._inbox.stop()
        self._answering.stop()
        for lane in self._lanes:
            lane.shutdown(wait=True)
        self.board.sink = lambda event: None

    def resync(self) -> None:
        inbox.enter_open_legs(self.db, self.board)
        self._link.resync()

    @property
    def ready(self) -> bool:
        return self._link.ready

    # -- placing -----------------------------------------------------------------------------------------------------
    def originate(self, call: base.CustomerCall) -> None:
        if not E164.match(call.to):
            raise ProviderError("not a number to dial", permanent=True)
        if not E164.match(call.caller_id or self.config.caller_id):
            raise ProviderError("a call needs a caller id that Twilio knows")
        params = placing.customer(self.config, call)
        self._place(placing.CUSTOMER, Leg(call.leg, call.to, params["from_"]), params)

    def call_desk(self, call: base.DeskCall) -> None:
        params = placing.desk(self.config, call)
        if not params["from_"]:
            raise ProviderError("a phone number can be rung from a number only: set DIALER_TWILIO__CALLER_ID")
        self._place(placing.DESK, Leg(call.leg, params["to"], params["from_"], wanted=call.room), params)

    def _place(self, first: int, leg: Leg, params: placing.Params) -> None:
        if not self.ready:
            raise ProviderError("not in sync with Twilio")
        if not base.ID_PATTERN.match(leg.id):
            raise ProviderError("not an id of ours", permanent=True)
        with self.board.lock:
            if self.board.legs.get(leg.id) is not None or self.board.legs.ended_sid(leg.id) is not None:
                raise ProviderError("this leg was dialled already", permanent=True)
            leg.asked_at = now()
            self._placing.put(first, leg, params)
            self.board.legs.add(leg)

    def _placed(self, leg: Leg, sid: str, error: Exception | None) -> None:
        """What came of the POST."""
        if isinstance(error, ProviderError):
            self.board.end(leg, base.Failed(leg.id, now(), str(error), error.permanent))
            return
        with self.board.lock:
            if error is not None:
                leg.unsure = not leg.sid  # a webhook may have told meanwhile
                return
            self.board.legs.bind(leg, sid)
            if self.board.legs.get(leg.id) is leg:
                self.board.tell(hearing.accepted(leg, now()))
        if leg.cancelled:
            self.hang_up(leg.id)

    # -- a leg that is up ----------------------------------------------------------------------------------------------
    def move(self, leg: str, room: str) -> None:
        known = self._up(leg)
        self.later(leg, lambda: self._move(known, room))

    def _move(self, leg: Leg, room: str) -> None:
        if leg.held and leg.wanted == room and not self.config.bridge:
            self._participate(leg, room, hold=False)
        else:
            leg.wanted, leg.held = room, False
            self.redirect(leg, plans.join(self.config, leg.id, room))

    def hold(self, leg: str) -> None:
        known = self._up(leg)
        self.later(leg, lambda: self._hold(known))

    def _hold(self, leg: Leg) -> None:
        if self.config.bridge:
            leg.held = True
            self.redirect(leg, plans.music(leg.id))
        else:
            self._participate(leg, leg.wanted, hold=True)

    def mute(self, leg: str, room: str, muted: bool) -> None:
        known = self._up(leg)
        self.later(leg, lambda: self._participate(known, room, muted=muted))

    def voice(self, leg: str, room: str, operator: str, who: base.Voice) -> None:
        known, other = self._up(leg), self._up(operator)
        change: dict[str, Any] = {"muted": who is base.Voice.LISTEN, "coaching": who is base.Voice.WHISPER}
        if who is base.Voice.WHISPER:
            change["call_sid_to_coach"] = other.sid
        self.later(leg, lambda: self._participate(known, room, **change))

    def send_keys(self, leg: str, keys: str) -> None:
        known = self._up(leg)
        if not KEYS.match(keys):
            raise ProviderError("not keys of a phone", permanent=True)
        self.later(leg, lambda: self.redirect(known, plans.join(self.config, leg, known.wanted, keys)))

    def record(self, leg: str, on: bool) -> None:
        known, status = self._up(leg), "in-progress" if on else "paused"
        self.later(
            leg,
            lambda: asking(
                lambda: self.clients.mine.calls(known.sid).recordings("Twilio.CURRENT").update(status=status)
            ),
        )

    def hang_up(self, leg: str) -> None:
        with self.board.lock:
            known = self.board.legs.get(leg)
            if known is None:
                return
            known.cancelled = known.cancelled or known.stage < ANSWERED
            if not known.asked_s and not known.sid:  # it still waits in our own queue
                self.board.end(known, base.HungUp(leg, now(), Outcome.CANCELLED, "not sent"))
                return
        if known.sid:
            self.later(leg, lambda: self.end_call(known.sid))

    def end_call(self, sid: str) -> None:
        """``completed`` ends a call in any state, so an answer may cross it. Raises ProviderError, Unknown."""
        asking(lambda: self.clients.mine.calls(sid).update(status="completed"))

    def _up(self, leg: str) -> Leg:
        with self.board.lock:
            known = self.board.legs.get(leg)
        if known is None or not known.sid:
            raise ProviderError("this leg is not up")
        return known

    def redirect(self, leg: Leg, twiml: str) -> None:
        asking(lambda: self.clients.mine.calls(leg.sid).update(twiml=twiml))

    def _participate(self, leg: Leg, room: str, **change: Any) -> None:
        """Change a participant; the conference may be another one of the same name by now."""
        for fresh in (False, True):
            conference = self._conference(room, fresh)
            try:
                participants = self.clients.mine.conferences(conference).participants
                asking(lambda participants=participants: participants(leg.sid).update(**change))  # type: ignore[misc]
                return
            except Gone:
                if fresh:
                    raise

    def _conference(self, room: str, fresh: bool) -> str:
        known = "" if fresh else self.board.legs.rooms.get(room, "")
        if known:
            return known
        found = asking(lambda: self.clients.mine.conferences.list(friendly_name=room, status="in-progress", limit=1))
        if not found:
            raise Gone("there is no such conference")
        self.board.legs.rooms[room] = found[0].sid or ""
        return found[0].sid or ""

    def later(self, leg: str, act: Callable[[], object]) -> None:
        """Ask in the leg's own order; what comes of it is heard as events, a refusal goes into the log."""

        def carry_out() -> None:
            try:
                act()
            except Gone:
                log.info("leg %s: nothing to do any more", leg)
            except (ProviderError, Unknown) as err:
                log.warning("a request about leg %s was not done: %s", leg, err)
            except Exception:
                log.exception("a request about leg %s", leg)

        self._lanes[hash(leg) % LANES].submit(carry_out)

    # -- questions -----------------------------------------------------------------------------------------------------
    @property
    def on_inbound(self) -> answering.Inbound | None:
        """What says what a person hears who rings in."""
        return self._answering.on_inbound

    @on_inbound.setter
    def on_inbound(self, say: answering.Inbound | None) -> None:
        self._answering.on_inbound = say

    def _asked(self, question: ProviderQuestion) -> None:
        leg = self._ear.known(question.leg, question.call)
        if leg is None:
            self._answering.refuse(question.leg)
        else:
            self._answering.asked(leg, question)

    # -- what follows from news ----------------------------------------------------------------------------------------
    def machine_answered(self, leg: Leg) -> None:
        """The detection was asynchronous: the leg may sit with an operator already."""
        self._answering.machine(leg)

    def orphan(self, leg: str, sid: str) -> None:
        """A call that we had given up lives: nobody here waits for it."""
        log.warning("leg %s turned up after it was given up: ended", leg)
        self.later(leg, lambda: self.end_call(sid))

    def begin_recording(self, leg: Leg) -> None:
        """A contact came into its room."""
        self.later(leg.id, lambda: recordings.begin(self.config, self.clients, self.board, leg))

    def recorded(self, leg: str, recording: str) -> None:
        """A recording is ready at Twilio."""
        self.later(leg, lambda: recordings.fetch(self.config, self.clients, self.board, leg, recording))

    def _look_for_recordings(self) -> None:
        """Those whose webhook or whose fetching was lost."""
        for leg, call in self._missed.due():
            log.info("the recording of leg %s is not here: asked after", leg)
            self.later(leg, lambda leg=leg, call=call: self._missed.ask(leg, call))  # type: ignore[misc]
