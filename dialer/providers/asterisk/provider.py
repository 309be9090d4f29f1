"""The Asterisk driver: what the engine asks becomes AMI actions, what Asterisk says becomes our events.

The sixth step of a call's way (docs/design.md). Only ids of ours and checked numbers leave here. Nothing here waits
for Asterisk: every action is sent and its reply dealt with when it comes. May import ``dialer.providers.base``,
``dialer.rules.words``, ``dialer.clock`` and this room.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from asterisk.manager import Event as AmiEvent

from dialer.clock import now
from dialer.providers.asterisk import actions
from dialer.providers.asterisk.errors import BadValue, LinkLost, NotConnected
from dialer.providers.asterisk.events import HEARD_BY, Hearer
from dialer.providers.asterisk.legs import LOST_AFTER_S, Leg
from dialer.providers.asterisk.link import Link, Timing
from dialer.providers.asterisk.names import CONTEXTS
from dialer.providers.asterisk.wire import Message
from dialer.providers.base import (
    Accepted,
    AnswerHook,
    CustomerCall,
    DeskCall,
    Doubtful,
    Down,
    Event,
    Failed,
    MachineDetected,
    ProviderError,
    Sink,
    Unknown,
    Up,
    Voice,
)
from dialer.rules.words import Amd

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AsteriskConfig:
    """One PBX and its AMI user; ``trunk`` is the PJSIP endpoint that calls leave through by default."""

    host: str
    port: int
    user: str
    secret: str
    trunk: str = "trunk"
    timing: Timing = field(default_factory=Timing)


class AsteriskProvider:
    """Implements ``dialer.providers.base.Provider``. Events reach the sink from the manager's threads."""

    name = "asterisk"

    def __init__(self, config: AsteriskConfig) -> None:
        self._config = config
        self._lock = threading.RLock()
        self._hearer = Hearer()
        self._sink: Sink = _nobody
        self._link: Link | None = None

    def start(self, sink: Sink, answer: AnswerHook) -> None:
        self._sink = sink  # ``answer`` is not used: the dialplan asks by FastAGI
        config = self._config
        self._link = Link(
            (config.host, config.port),
            (config.user, config.secret),
            CONTEXTS,
            on_live=self._live,
            on_down=lambda reason: sink(Down(now(), reason)),
            on_tick=self._tick,
            timing=config.timing,
        )
        for name in HEARD_BY:
            self._link.manager.register_event(name, self._hear)
        self._link.start()

    def stop(self) -> None:
        if self._link is not None:
            self._link.stop()

    def resync(self) -> None:
        if self._link is not None:
            self._link.resync()

    @property
    def ready(self) -> bool:
        return self._link is not None and self._link.ready

    @property
    def link(self) -> Link:
        """The link to the PBX, for the doctor and the tests. Raises ProviderError before ``start``."""
        if self._link is None:
            raise ProviderError("the provider was not started")
        return self._link

    def heard(self, leg: str, heard: Amd) -> None:
        """What the dialplan's machine detection heard; told by FastAGI, before the answer plan is asked for."""
        with self._lock:
            known = self._hearer.legs.get(leg)
            if known is not None:
                known.heard = heard
        if heard in (Amd.MACHINE, Amd.FAX):
            self._sink(MachineDetected(leg, now(), heard))

    # what the engine asks

    def originate(self, call: CustomerCall) -> None:
        self._place(call.leg, actions.originate(call, self._config.trunk), call.ring_s)

    def call_desk(self, call: DeskCall) -> None:
        self._place(call.leg, actions.call_desk(call), call.ring_s)

    def move(self, leg: str, room: str) -> None:
        self._send(leg, actions.move(self._up(leg).uniqueid, room))

    def hold(self, leg: str) -> None:
        self._send(leg, actions.hold(self._up(leg).uniqueid))

    def mute(self, leg: str, room: str, muted: bool) -> None:
        self._send(leg, actions.mute(self._up(leg).channel, room, muted))

    def voice(self, leg: str, room: str, operator: str, who: Voice) -> None:
        self._send(leg, actions.voice(self._up(leg).uniqueid, room, operator, who))

    def send_keys(self, leg: str, keys: str) -> None:
        uniqueid = self._up(leg).uniqueid
        for action in actions.keys(uniqueid, keys):
            self._send(leg, action)

    def record(self, leg: str, on: bool) -> None:
        self._send(leg, actions.record(self._up(leg).uniqueid, on))

    def hang_up(self, leg: str) -> None:
        with self._lock:
            known = self._hearer.legs.get(leg)
            if known is not None and not known.answered:
                known.cancelled = True
            uniqueid = known.uniqueid if known else leg
        self._send(leg, actions.hang_up(uniqueid), quiet=True)

    # asking

    def _place(self, leg: str, action: Mapping[str, object], ring_s: int) -> None:
        """Enter the leg into the table, then ask: its events may come before the reply."""
        with self._lock:
            if not self.ready:
                raise ProviderError("not in sync with Asterisk")
            if self._hearer.knows(leg):
                raise ProviderError("this leg was dialled already", permanent=True)
            due = time.monotonic() + ring_s + LOST_AFTER_S
            entry = self._hearer.legs.add(Leg(leg, leg, asked=True, due=due))
        try:
            self._ask(action, partial(self._taken, leg))
        except ProviderError:
            with self._lock:
                self._hearer.legs.drop(entry)
            raise
        except Unknown:
            entry.doubtful = True
            raise

    def _ask(self, action: Mapping[str, object], on_reply: Callable[[Message | None], None]) -> None:
        """Raises :class:`ProviderError` if nothing was sent, :class:`Unknown` if that cannot be told."""
        try:
            self.link.manager.send(action, on_reply)
        except BadValue as error:
            raise ProviderError(str(error), permanent=True) from error
        except NotConnected as error:
            raise ProviderError("not connected to Asterisk") from error
        except LinkLost as error:
            raise Unknown(str(error)) from error

    def _send(self, leg: str, action: Mapping[str, object], *, quiet: bool = False) -> None:
        """An action on a leg that is there; what comes of it is heard as events, a refusal goes into the log."""

        def replied(reply: Message | None) -> None:
            if reply is None or (reply.is_error and not quiet):
                log.warning("%s of leg %s was not done: %s", action["Action"], leg, reply and reply.get("Message"))

        self._ask(action, replied)

    def _up(self, leg: str) -> Leg:
        with self._lock:
            known = self._hearer.legs.get(leg)
        if known is None or not known.channel:
            raise ProviderError("this leg is not up")
        return known

    # hearing

    def _taken(self, leg: str, reply: Message | None) -> None:
        """Asterisk's reply to an originate: queued, refused, or never given."""
        with self._lock:
            known = self._hearer.legs.get(leg)
            if known is None:
                return
            if reply is None:
                known.doubtful = True
                events: list[Event] = [] if known.channel else [Doubtful(leg, now())]
            elif reply.is_error:
                self._hearer.forget(known)
                events = [Failed(leg, now(), reply.get("Message") or "refused by Asterisk")]
            else:
                events = [Accepted(leg, now(), leg)]
        self._tell(events)

    def _hear(self, event: AmiEvent, _: object) -> None:
        with self._lock:
            events = self._hearer.hear(event.message, now(), time.monotonic())
            doomed, self._hearer.doomed = self._hearer.doomed, []
        self._tell(events)
        for channel in doomed:
            self._send("given up", actions.hang_up(channel), quiet=True)

    def _live(self, items: Sequence[Message], restarted: bool) -> Callable[[], None]:
        with self._lock:
            live = tuple(self._hearer.adopt(items, time.monotonic()))
        return lambda: self._sink(Up(now(), live, restarted))

    def _tick(self) -> None:
        with self._lock:
            events = self._hearer.tick(now(), time.monotonic())
        self._tell(events)

    def _tell(self, events: Sequence[Event]) -> None:
        for event in events:
            self._sink(event)


def _nobody(event: Event) -> None:
    """Before ``start`` nobody listens."""
