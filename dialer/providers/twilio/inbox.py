"""Reading what the web process wrote: webhooks and questions, each once, as soon as it is committed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from dialer.clock import now
from dialer.providers.base import ID_PATTERN
from dialer.providers.twilio.board import Board
from dialer.providers.twilio.legs import ANSWERED, Leg
from dialer.rules.words import AttemptState, HandoffState
from dialer.store import Database
from dialer.store.calls import Attempt
from dialer.store.desk import Handoff, Listening, OperatorSession
from dialer.store.provider import ProviderEvent, ProviderQuestion
from dialer.store.watch import Watch, nudge

log = logging.getLogger(__name__)
BATCH = 500
LOOK_S = 1.0
KEPT = timedelta(days=1)
PRUNE_S = 300.0
STALE = timedelta(seconds=2)
"""A question older than this was answered by the webhook itself."""
OPEN = (
    AttemptState.SENT, AttemptState.RINGING, AttemptState.ANSWERED, AttemptState.CONNECTED, AttemptState.MESSAGED,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenLeg:
    """A leg that the books hold open."""

    leg: str
    to: str = ""
    caller: str = ""
    sid: str = ""
    sent_at: Any = None
    answered: bool = False
    room: str = ""


def open_legs(db: Database) -> list[OpenLeg]:
    """What an earlier life of this process had up, by the books."""
    with db.read() as s:
        attempts = s.scalars(select(Attempt).where(Attempt.state.in_(OPEN), Attempt.provider == "twilio"))
        found = [
            OpenLeg(a.id, a.to_number, a.caller_id, a.provider_ref, a.sent_at, a.answered_at is not None, a.room)
            for a in attempts
        ]
        found += [OpenLeg(leg) for leg in s.scalars(select(OperatorSession.leg).where(OperatorSession.leg != ""))]
        found += [OpenLeg(leg) for leg in s.scalars(select(Listening.leg))]
        ringing = Handoff.state.in_((HandoffState.RINGING, HandoffState.JOINED))
        found += [OpenLeg(leg) for leg in s.scalars(select(Handoff.leg).where(Handoff.leg != "", ringing))]
    return [one for one in found if ID_PATTERN.match(one.leg)]


def enter_open_legs(db: Database, board: Board) -> None:
    """Tell the board what the books hold open and it does not know: an earlier life's, or a dead engine's."""
    with board.lock:
        for one in open_legs(db):
            if board.legs.get(one.leg) is not None:
                continue
            leg = Leg(one.leg, one.to, one.caller, asked_s=time.monotonic(), asked_at=one.sent_at, accepted=True)
            leg.stage = ANSWERED if one.answered else 0
            leg.wanted = one.room
            board.legs.add(leg)
            if one.sid:
                board.legs.bind(leg, one.sid)


def take(db: Database) -> tuple[Sequence[ProviderEvent], Sequence[ProviderQuestion]]:
    """What came since the last time, oldest first; nobody gets it again."""
    with db.read() as s:
        waiting = s.scalars(select(ProviderEvent.id).where(ProviderEvent.done.is_(False)).limit(1)).first()
        asking = s.scalars(select(ProviderQuestion.leg).where(ProviderQuestion.asked.is_(False)).limit(1)).first()
    if waiting is None and asking is None:
        return (), ()
    with db.write() as s:
        events = s.scalars(
            select(ProviderEvent)
            .where(ProviderEvent.done.is_(False))
            .order_by(ProviderEvent.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        ).all()
        for event in events:
            event.done = True
        query = select(ProviderQuestion).where(ProviderQuestion.asked.is_(False)).with_for_update(skip_locked=True)
        questions = s.scalars(query).all()
        for question in questions:
            question.asked = True
    return events, [q for q in questions if not q.given_up and q.at > now() - STALE]


def reply(db: Database, leg: str, plan: dict[str, Any]) -> bool:
    """Write the plan for a leg; False if its webhook has answered by itself already."""
    with db.write() as s:
        done: Any = s.execute(
            update(ProviderQuestion)
            .where(ProviderQuestion.leg == leg, ProviderQuestion.plan.is_(None), ProviderQuestion.given_up.is_(False))
            .values(plan=plan)
        )
        nudge(s)
        return bool(done.rowcount)


def prune(db: Database) -> None:
    """Forget what is over long ago."""
    with db.write() as s:
        s.execute(delete(ProviderEvent).where(ProviderEvent.at < now() - KEPT, ProviderEvent.done))
        s.execute(delete(ProviderQuestion).where(ProviderQuestion.at < now() - KEPT))


class Inbox:
    """A thread with an ear on the database. ``hear`` and ``asked`` are called from it."""

    def __init__(
        self, db: Database, hear: Callable[[ProviderEvent], None], asked: Callable[[ProviderQuestion], None]
    ) -> None:
        self._db, self._hear, self._asked = db, hear, asked
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="twilio-inbox", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread.is_alive():
            self._thread.join()

    def drain(self) -> None:
        """Take and tell everything that waits."""
        while True:
            events, questions = take(self._db)
            for question in questions:
                self._asked(question)
            for event in events:
                try:
                    self._hear(event)
                except Exception:
                    log.exception("webhook %s of leg %s could not be used", event.id, event.leg)
            if not events and not questions:
                return

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                self._listen()
            except Exception as err:  # noqa: BLE001 - a database that went away says so in many ways
                log.warning("reading webhooks begins again: %s", type(err).__name__)
                self._over.wait(LOOK_S)

    def _listen(self) -> None:
        """Until the end, or until the database went away."""
        watch, pruned_s = Watch(self._db), time.monotonic()
        try:
            while not self._over.is_set():
                self.drain()
                if time.monotonic() - pruned_s > PRUNE_S:
                    pruned_s = time.monotonic()
                    prune(self._db)
                watch.wait(LOOK_S)
        finally:
            watch.close()
