"""Who waits for which reply: the table from ActionID to the one who asked.

Replies are matched by ActionID alone. One exception: Asterisk refuses a login with an Error that may carry no
ActionID, and that goes to the oldest login waiting. Thread-safe. May import the standard library only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from dialer.providers.asterisk.wire import Message

MAX_ITEMS = 200_000
"""Events kept of one listing; a longer listing is given up like one that never came."""

Answer = Callable[[Message | None], None]
"""Called once: with the reply, or with None if none can come any more."""


@dataclass(slots=True)
class Waiter:
    """One action under way. ``listing``: the reply is followed by events that belong to it."""

    answer: Answer
    due: float
    listing: bool = False
    login: bool = False
    head: Message | None = None
    items: list[Message] = field(default_factory=list)


class Pending:
    """The table. ``answer`` callbacks run outside the lock, in the thread that settled the matter."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiters: dict[str, Waiter] = {}

    def __len__(self) -> int:
        return len(self._waiters)

    def add(self, action_id: str, waiter: Waiter) -> None:
        """Start waiting. Raises ValueError if the id is already waited for."""
        with self._lock:
            if action_id in self._waiters:
                raise ValueError("this ActionID is under way")
            self._waiters[action_id] = waiter

    def forget(self, action_id: str) -> bool:
        """Stop waiting without an answer; False if it was settled already."""
        with self._lock:
            return self._waiters.pop(action_id, None) is not None

    def take(self, message: Message) -> bool:
        """Give ``message`` to whoever waits for it; False if it is nobody's."""
        if message.name and not message.action_id:
            return False
        with self._lock:
            action_id = self._owner(message)
            waiter = self._waiters.get(action_id) if action_id else None
            if waiter is None or not _belongs(waiter, message):
                return False
            done = _advance(waiter, message)
            if done:
                del self._waiters[action_id]
        if done:
            waiter.answer(waiter.head)
        return True

    def _owner(self, message: Message) -> str:
        action_id = message.action_id
        if action_id or not (message.is_response and message.is_error):
            return action_id
        return next((key for key, waiter in self._waiters.items() if waiter.login), "")

    def expire(self, now: float) -> int:
        """Give up on those whose time is over; return their number."""
        with self._lock:
            late = [key for key, waiter in self._waiters.items() if waiter.due <= now]
            waiters = [self._waiters.pop(key) for key in late]
        return _give_up(waiters)

    def fail_all(self) -> int:
        """Give up on all: the connection is gone."""
        with self._lock:
            waiters = list(self._waiters.values())
            self._waiters.clear()
        return _give_up(waiters)


def _belongs(waiter: Waiter, message: Message) -> bool:
    """An event with our ActionID is ours only inside a listing; OriginateResponse, for one, is news."""
    if message.is_response:
        return waiter.head is None
    return message.is_event and waiter.head is not None


def _advance(waiter: Waiter, message: Message) -> bool:
    """Take one message in; True if that was the last."""
    if waiter.head is None:
        waiter.head = message
        return message.is_error or not waiter.listing
    end = message.get("EventList").lower()
    if end not in ("complete", "cancelled"):
        waiter.items.append(message)
        if len(waiter.items) <= MAX_ITEMS:
            return False
    waiter.head.items = waiter.items
    if end != "complete":
        waiter.head = None  # a listing cut short is no truth to act on
    return True


def _give_up(waiters: list[Waiter]) -> int:
    for waiter in waiters:
        waiter.answer(None)
    return len(waiters)
