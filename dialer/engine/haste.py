"""What comes in and waits for a turn; which of it is in haste, and which may let a call be placed.

What nobody waits for is committed together with what comes within a moment, and what may be dialled is placed together:
fewer turns, the same journal.
"""

from __future__ import annotations

import queue
from collections.abc import Callable

from dialer.engine import answers, events, inbound
from dialer.providers.base import Accepted, Answered, Event, Joined, Left, Recorded, Ringing

BATCH = 200
TICK_S = 0.1
"""Time itself is looked after so often."""
DIAL_S = 0.02
"""Commands are looked at, and calls placed, this often at most."""
SHORT_S, REST_S = 0.012, 0.03
"""After a turn longer than the first the engine rests, twice the rest of it, but no longer than the second."""
LINGER_S = 0.02
"""How long an event that changes nothing for anybody else waits for company."""
Item = Event | answers.Ask | inbound.Ask
_STEPS = (Accepted, Ringing, Answered, Joined, Left, Recorded)


class Inbox:
    """``put`` from any thread (None: another process committed something); all else from the engine's own.

    ``kept`` stays until a turn over it is committed.
    """

    def __init__(self, steady: Callable[[], float]) -> None:
        self.kept: list[Item] = []
        self._queue: queue.SimpleQueue[Item | None] = queue.SimpleQueue()
        self._steady = steady
        self._dialled_s = float("-inf")
        self._due_s = float("inf")
        self._left_s = steady()
        """When the last wait ended and a turn began."""
        self._reason = False
        """Whether something came since then that may let a call be placed."""

    def put(self, item: Item | None) -> None:
        """Something came."""
        self._queue.put(item)

    @property
    def waiting(self) -> bool:
        """Whether something came that no turn has taken in."""
        return not self._queue.empty()

    def wait(self) -> None:
        """Wait for what is in haste, or until calls may be placed; take in what is there.

        After a turn that took long there is a rest: what comes meanwhile shares a turn, and desks get at the database.
        A call that the rate allows ends it.
        """
        now = self._steady()
        rested = now + min(REST_S, 2 * max(0.0, now - self._left_s - SHORT_S))
        self._gather(self._next_s(), min(rested, self._due_s))
        self._left_s = self._steady()

    def _gather(self, end: float, rested: float) -> None:
        while len(self.kept) < BATCH:
            try:
                item = self._queue.get(timeout=max(0.0, max(end, rested) - self._steady()))
            except queue.Empty:
                return
            self._take_in(item)
            end = min(end, self._next_s())
            if item is not None:  # what is in haste still takes along what lies there already
                end = min(end, self._steady() + LINGER_S) if unhurried(item) else 0.0

    def take(self) -> None:
        """Take in what is there."""
        while self.waiting and len(self.kept) < BATCH:
            self._take_in(self._queue.get_nowait())

    def _take_in(self, item: Item | None) -> None:
        if item is not None:
            self.kept.append(item)
        self._reason = self._reason or item is None or frees(item)

    def _next_s(self) -> float:
        usual = self._dialled_s + (DIAL_S if self._reason else TICK_S)
        return min(usual, max(self._due_s, self._dialled_s + DIAL_S))

    @property
    def may_dial(self) -> bool:
        """Whether it is time to: there is reason to, or it is looked after anyhow."""
        return self._steady() >= self._next_s()

    def dialled(self) -> None:
        """Commands are being looked at and calls placed."""
        self._dialled_s, self._due_s, self._reason = self._steady(), float("inf"), False

    def placed(self, n: int, next_s: float) -> None:
        """Of a campaign ``n`` calls were placed: they are sent by the next turn, which does not wait for a reason. At
        ``next_s`` of the steady clock its rate allows another one, whether something comes or not."""
        self._due_s = min(self._due_s, next_s)
        if n:
            self._dialled_s = float("-inf")


def unhurried(item: Item) -> bool:
    """A step of a contact's own leg: it frees no line and no operator. (What an answered leg does is asked apart.)"""
    return isinstance(item, _STEPS) and item.leg[0] not in events.DESKS


def frees(item: Item) -> bool:
    """Whether something may be dialled because of it; an answered leg only takes what is there."""
    return not isinstance(item, answers.Ask | inbound.Ask) and not unhurried(item)
