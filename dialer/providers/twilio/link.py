"""Keeping in touch with Twilio: learn the whole truth, beat, ask after silent calls, and begin again when it breaks.

A lost webhook is found here within 60 s. Calls whose POST got no answer are matched by number, caller id and time,
if that leaves one call only; else their webhooks, which carry our id, must tell (P1: nothing is ever sent again).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable

from dialer.clock import now
from dialer.providers.base import Doubtful, Down, Event, LiveLeg, ProviderError, Unknown, Up
from dialer.providers.twilio import hearing, truth
from dialer.providers.twilio.board import Board
from dialer.providers.twilio.client import Clients, asking
from dialer.providers.twilio.config import TwilioConfig
from dialer.providers.twilio.legs import ANSWERED, OVER, Leg
from dialer.providers.twilio.truth import Truth

log = logging.getLogger(__name__)
FAILURES = 2
"""So many failures one after the other are a lost link."""
SEAT_S = 5.0
"""An answered leg that should be in a room and is not told to be there is looked for after so long."""
LOOK_S = 1.5
"""A POST without an answer is looked for first after so long."""
MOST_WAIT_S = 15.0
Chore = Callable[[], None]


class Link:
    """One thread. ``prepare`` runs once, before the first truth: it enters what the books hold open.

    ``now_and_then`` is done while nothing else is to be asked.
    """

    def __init__(
        self, config: TwilioConfig, clients: Clients, board: Board, prepare: Callable[[], None], now_and_then: Chore
    ) -> None:
        self._config, self._clients, self._board, self._prepare = config, clients, board, prepare
        self.after_joining: Callable[[Leg, list[Event]], None] = _nothing
        self._now_and_then, self._chore_s = now_and_then, 0.0
        self._over = threading.Event()
        self._again = threading.Event()
        self._failures = 0
        self._said_down = False
        self.ready = False
        self._thread = threading.Thread(target=self._run, name="twilio-link", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.ready = False
        self._over.set()
        self._thread.join()

    def resync(self) -> None:
        """Let the thread learn the whole truth once more."""
        self._again.set()

    def _run(self) -> None:
        self._prepare()
        wait_s = 0.5
        while not self._over.is_set():
            try:
                self._sync()
                wait_s = 0.5
                self._watch()
            except (ProviderError, Unknown) as err:
                self._down(str(err))
            except Exception:
                log.exception("the link to Twilio")
                self._down("an error of ours")
            self._over.wait(wait_s)
            wait_s = min(MOST_WAIT_S, wait_s * 2)

    def _down(self, reason: str) -> None:
        self.ready = False
        if not self._said_down and not self._over.is_set():
            self._said_down = True
            log.warning("out of touch with Twilio: %s", reason)
            self._board.tell([Down(now(), reason)])

    def _sync(self) -> None:
        """The whole truth; then calls may be placed. Raises ProviderError, Unknown."""
        self._again.clear()
        truth.beat(self._clients)
        began_s = time.monotonic()
        found = truth.read(self._clients)
        board = self._board
        with board.lock:
            for sid, seat in found.seats.items():
                if seat.leg and board.legs.get(seat.leg) is None and board.legs.ended_sid(seat.leg) is None:
                    board.legs.add(Leg(seat.leg, sid=sid, asked_s=began_s, accepted=True))
        self._settle(found, list(board.legs), began_s)
        with board.lock:
            live = tuple(LiveLeg(leg.id, leg.stage >= ANSWERED, leg.room) for leg in board.legs)
            self.ready, self._said_down, self._failures = True, False, 0
            board.tell([Up(now(), live)])

    def _watch(self) -> None:
        """Until the link is lost, or the whole truth is asked for. Raises ProviderError, Unknown."""
        timing = self._config.timing
        beat_s = time.monotonic()
        while not (self._again.is_set() or self._over.wait(timing.poll_s)):
            try:
                began_s = time.monotonic()
                due = [leg for leg in self._board.legs if self._is_due(leg, began_s)]
                if due:
                    self.check(due)
                    beat_s = began_s
                elif began_s - self._chore_s >= timing.recordings_s:
                    self._chore_s = began_s
                    self._now_and_then()
                elif began_s - beat_s >= timing.beat_s:
                    truth.beat(self._clients)
                    beat_s = began_s
                self._failures = 0
            except (ProviderError, Unknown):
                self._failures += 1
                if self._failures >= FAILURES:
                    raise

    def _is_due(self, leg: Leg, at_s: float) -> bool:
        timing = self._config.timing
        if not leg.asked_s:
            return False
        if leg.unsure:
            return at_s - leg.asked_s > LOOK_S
        quiet_s = at_s - leg.news_s
        waiting = leg.stage == 0 and at_s - leg.asked_s > timing.queued_s
        astray = leg.stage == ANSWERED and leg.wanted and not leg.room and not leg.held and quiet_s > SEAT_S
        return bool(waiting or astray or quiet_s > timing.silent_s)

    def check(self, legs: list[Leg]) -> None:
        """Ask after these. Raises ProviderError, Unknown."""
        began_s = time.monotonic()
        calls = truth.live_calls(self._clients)
        astray = any(leg.wanted and not leg.room for leg in legs)
        self._settle(Truth(calls, truth.seats(self._clients) if astray else {}), legs, began_s)

    def _settle(self, found: Truth, legs: Iterable[Leg], began_s: float) -> None:
        for leg in legs:
            if leg.asked_s and leg.stage < OVER and (leg.sid or self._match(leg, found)):
                self._catch_up(leg, found, began_s)

    def _catch_up(self, leg: Leg, found: Truth, began_s: float) -> None:
        status = found.calls.get(leg.sid) or truth.status_of(self._clients, leg.sid)
        seat = found.seats.get(leg.sid)
        astray = self._config.bridge and status == "in-progress" and leg.wanted and not leg.room and not leg.held
        child = truth.child_of(self._clients, leg.sid) if astray else ""

        def news(leg: Leg) -> list[Event]:
            events = hearing.status(self._board.legs, leg, status, 0, now())
            if seat and leg.news_s < began_s and seat.leg == leg.id:
                self._board.legs.rooms[seat.room] = seat.conference
                leg.held, leg.wanted = seat.held, seat.room
                events += [] if seat.held else hearing.joined(leg, seat.room, now())
            if child:
                events += hearing.bridged(leg, leg.wanted, child, True, now())
            leg.news_s = time.monotonic()
            return events

        self.after_joining(leg, self._board.hear(leg, news))
        if status == "queued" and time.monotonic() - leg.asked_s > self._config.timing.queued_s:
            leg.given_up = True
            log.warning("leg %s waits in Twilio's queue: cancelled", leg.id)
            asking(lambda: self._clients.mine.calls(leg.sid).update(status="canceled"))

    def _match(self, leg: Leg, found: Truth) -> bool:
        """Find the call of a POST that got no answer; after long enough, say that it cannot be known."""
        if leg.asked_at is None or not leg.to:
            return False
        sids = truth.candidates(self._clients, leg.to, leg.caller, leg.asked_at)
        board = self._board
        with board.lock:
            if leg.sid:
                return True
            free = [sid for sid in sids if board.legs.by_sid(sid) is None]
            rivals = [one for one in board.legs if one is not leg and one.to == leg.to and not one.sid]
            if len(free) == 1 and not rivals:
                return board.legs.bind(leg, free[0])
            if leg.unsure and time.monotonic() - leg.asked_s > self._config.timing.unsure_s:
                board.end(leg, Doubtful(leg.id, now()))
        return False


def _nothing(leg: Leg, events: list[Event]) -> None:
    """Nobody wants to know."""
