"""What one turn of the engine carries: its transaction, its instant, and what to do once that is committed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from dialer.providers.base import Doubtful, Event, Failed, Provider, ProviderError, Unknown
from dialer.store.outbox import tell

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Turn:
    """Rule: the network is asked only from :attr:`after`, that is, after the commit (P1)."""

    s: Session
    now: datetime
    provider: Provider
    post: Callable[[Event], None]
    after: list[Callable[[], None]] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    def ask(self, leg: str, request: Callable[[], None]) -> None:
        """Ask the network something about ``leg`` after the commit; a refusal comes back as an event."""

        def carry_out() -> None:
            try:
                request()
            except ProviderError as err:
                self.post(Failed(leg, self.now, str(err), err.permanent))
            except Unknown:
                self.post(Doubtful(leg, self.now))

        self.after.append(carry_out)

    def request(self, leg: str, request: Callable[[], None]) -> None:
        """As :meth:`ask`, for requests whose failure changes nothing about the call: it is only logged."""

        def carry_out() -> None:
            try:
                request()
            except (ProviderError, Unknown) as err:
                log.warning("request about leg %s failed: %s", leg, type(err).__name__)

        self.after.append(carry_out)

    def touch(self, campaign_id: int) -> None:
        """The figures of this campaign changed: its pages are told once a turn."""
        self.touched.add(campaign_id)

    def tell_pages(self) -> None:
        """Write the outbox lines of the touched campaigns."""
        for campaign_id in sorted(self.touched):
            tell(self.s, self.now, "campaign", f"campaign:{campaign_id}", campaign=campaign_id)

    def tell_call(self, attempt_id: str, user_id: int | None, state: str) -> None:
        """Tell the page of the person who has the call."""
        if user_id is not None:
            tell(self.s, self.now, "call", f"user:{user_id}", attempt=attempt_id, state=state)
