"""What several threads of the driver share: the legs under one lock, and the one way events leave."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from dialer.providers.base import Event, Sink
from dialer.providers.twilio.legs import Leg, Legs


class Board:
    """Events are told under the lock, so that they leave in the order in which the legs changed."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.legs = Legs()
        self.sink: Sink = _nobody

    def tell(self, events: Iterable[Event]) -> None:
        for event in events:
            self.sink(event)

    def hear(self, leg: Leg, news: Callable[[Leg], list[Event]]) -> list[Event]:
        """Change ``leg`` by ``news`` and tell what follows; returns it."""
        with self.lock:
            events = news(leg)
            self.tell(events)
            return events

    def end(self, leg: Leg, event: Event) -> None:
        """The leg is over without Twilio saying so."""
        with self.lock:
            if self.legs.get(leg.id) is leg:
                self.legs.end(leg)
                self.tell([event])


def _nobody(event: Event) -> None:
    """Before ``start`` nobody listens."""
