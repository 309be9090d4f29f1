"""Webhooks, as rows the web process wrote, become news of the legs; and what must be done about them."""

from __future__ import annotations

import logging
import time
from typing import Protocol

from dialer.clock import now
from dialer.providers.base import Event, Joined, MachineDetected
from dialer.providers.twilio import hearing
from dialer.providers.twilio.board import Board
from dialer.providers.twilio.legs import ANSWERED, Leg
from dialer.providers.twilio.outcomes import FINAL
from dialer.store.provider import ProviderEvent

log = logging.getLogger(__name__)
DESK = ("o", "c", "s")


class Follows(Protocol):
    """What the driver does about news."""

    def machine_answered(self, leg: Leg) -> None: ...
    def orphan(self, leg: str, sid: str) -> None: ...
    def begin_recording(self, leg: Leg) -> None: ...
    def recorded(self, leg: str, recording: str) -> None: ...


class Ear:
    """Called from the inbox's thread only."""

    def __init__(self, board: Board, follows: Follows) -> None:
        self._board, self._follows = board, follows

    def hear(self, row: ProviderEvent) -> None:
        """Use one webhook."""
        getattr(self, f"_{row.kind}")(row)

    def known(self, leg_id: str, sid: str) -> Leg | None:
        """The leg, if the call ``sid`` is it; one that another process placed is entered. None: ended, or another's."""
        board = self._board
        with board.lock:
            leg = board.legs.get(leg_id)
            if leg is None:
                if board.legs.ended_sid(leg_id) is not None:
                    return None
                at_s = time.monotonic()
                leg = board.legs.add(Leg(leg_id, asked_s=at_s, news_s=at_s, accepted=leg_id.startswith("i")))
            if not board.legs.bind(leg, sid):
                log.warning("a webhook names another call for leg %s", leg_id)
                return None
            leg.news_s = time.monotonic()
            leg.asked_s = leg.asked_s or leg.news_s
            return leg

    def _status(self, row: ProviderEvent) -> None:
        word, sip = str(row.data["status"]), int(row.data.get("sip") or 0)
        leg = self.known(row.leg, row.call)
        if leg is None:
            if word not in FINAL and self._board.legs.ended_sid(row.leg) == "":
                self._follows.orphan(row.leg, row.call)
            return
        if leg.cancelled and word not in FINAL and not leg.accepted:  # given up before we knew its name
            self._follows.orphan(row.leg, row.call)
        self._board.hear(leg, lambda leg: hearing.status(self._board.legs, leg, word, sip, now()))

    def _room(self, row: ProviderEvent) -> None:
        name, conference, event = row.data["room"], row.data["conference"], row.data["event"]
        rooms = self._board.legs.rooms
        if event == "conference-end":
            if rooms.get(name) == conference:
                del rooms[name]
            return
        rooms[name] = conference
        leg = self.known(row.leg, row.call) if row.leg else None
        if leg is None:
            return
        events = self._board.hear(
            leg, lambda leg: hearing.room(leg, name, conference, int(row.data["seq"]), event, now())
        )
        if event == "participant-leave" and leg.id.startswith("i"):
            leg.news_s = 0.0  # no webhook tells the end of a call that came in: it is asked after at once
        self.after_joining(leg, events)

    def _bridge(self, row: ProviderEvent) -> None:
        leg = self.known(row.leg, row.call)
        if leg is not None:
            up = row.data["status"] not in FINAL
            news = (str(row.data["room"]), str(row.data["child"]), up)
            self.after_joining(leg, self._board.hear(leg, lambda leg: hearing.bridged(leg, *news, now())))

    def after_joining(self, leg: Leg, events: list[Event]) -> None:
        """A contact who came into a room, whoever told of it, is recorded from there on, if so planned."""
        came = any(isinstance(event, Joined) for event in events)
        if came and leg.record and not leg.recording and not leg.id.startswith(DESK):
            leg.recording = True
            self._follows.begin_recording(leg)

    def _amd(self, row: ProviderEvent) -> None:
        leg = self.known(row.leg, row.call)
        if leg is None or leg.stage > ANSWERED:
            return
        events = self._board.hear(leg, lambda leg: hearing.machine(leg, str(row.data["heard"]), now()))
        if any(isinstance(event, MachineDetected) for event in events):
            self._follows.machine_answered(leg)

    def _recording(self, row: ProviderEvent) -> None:
        if row.data["status"] == "completed":
            self._follows.recorded(row.leg, str(row.data["recording"]))
