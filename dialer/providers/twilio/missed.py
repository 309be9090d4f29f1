"""Recordings whose webhook was lost, or that could not be fetched or deleted at once: asked after until they are.

The ledger says which are wanted, so that neither a restart nor a web process that was down loses one (P5).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from dialer.clock import now
from dialer.providers.twilio import recordings
from dialer.providers.twilio.board import Board
from dialer.providers.twilio.client import Clients, asking
from dialer.providers.twilio.config import TwilioConfig
from dialer.rules.words import RecordingState
from dialer.store import Database
from dialer.store.calls import Attempt, Recording

WANTED = (RecordingState.EXPECTED, RecordingState.MISSING)
LOOKED_FOR = timedelta(days=2)
AT_ONCE = 20
MOST_WAIT_S = 3600.0


class Missed:
    """Each call is asked after again after twice the time, at most every hour. For one thread, but for :meth:`ask`."""

    def __init__(self, config: TwilioConfig, clients: Clients, board: Board, db: Database) -> None:
        self._config, self._clients, self._board, self._db = config, clients, board, db
        self._next: dict[str, tuple[float, float]] = {}  # leg -> when it is asked after next, and the wait after that

    def due(self) -> Iterator[tuple[str, str]]:
        """Attempts (and their calls at Twilio) that are over and whose recording is not here."""
        at_s, first_s = time.monotonic(), self._config.timing.recordings_s
        wanted = self._wanted()
        self._next = {leg: found for leg, found in self._next.items() if leg in wanted}
        ready = [leg for leg in wanted if self._next.get(leg, (0.0, 0.0))[0] <= at_s]
        for leg in ready[:AT_ONCE]:
            wait_s = self._next.get(leg, (0.0, first_s))[1]
            self._next[leg] = (at_s + wait_s, min(MOST_WAIT_S, wait_s * 2))
            yield leg, wanted[leg]

    def _wanted(self) -> dict[str, str]:
        ended = now() - timedelta(seconds=self._config.timing.recordings_s)
        query = (
            select(Attempt.id, Attempt.provider_ref)
            .join(Recording, Recording.attempt_id == Attempt.id)
            .where(
                Recording.state.in_(WANTED),
                Recording.expected_at > now() - LOOKED_FOR,
                Attempt.provider == "twilio",
                Attempt.provider_ref != "",
                Attempt.ended_at < ended,
            )
        )
        with self._db.read() as s:
            found = {leg: call for leg, call in s.execute(query)}
        return {leg: call for leg, call in found.items() if not recordings.is_here(self._config, leg)}

    def ask(self, leg: str, call: str) -> None:
        """Fetch what Twilio has of this call. Raises ProviderError, Unknown, OSError, wave.Error."""
        for one in asking(lambda: self._clients.mine.recordings.list(call_sid=call, limit=5, page_size=5)):
            if str(one.status) == "completed" and one.sid and not recordings.is_here(self._config, leg):
                recordings.fetch(self._config, self._clients, self._board, leg, one.sid)
