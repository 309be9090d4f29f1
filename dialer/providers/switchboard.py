"""Several networks as one: people of ours sit at the first, contacts are dialled by whichever their route names.

The rooms are the home network's. A leg of another network reaches its room by that network's own means (Twilio by
SIP, see ``TwilioConfig.bridge``); a network that cannot is not let in. A leg's network is known from the call that
placed it or from whatever that network tells of it. May import ``dialer.providers.base``.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dialer.providers import base
from dialer.providers.base import CustomerCall, DeskCall, Down, Event, Provider, ProviderError, Up

OVER = (base.HungUp, base.Failed, base.Doubtful)


def every(provider: Provider) -> Sequence[Provider]:
    """The networks behind a provider, the one of people's phones first."""
    return provider.networks if isinstance(provider, Switchboard) else (provider,)


def reachable(provider: Provider) -> Mapping[str, bool]:
    """Network -> whether calls may be placed there now."""
    return {one.name: one.ready for one in every(provider)}


class Switchboard:
    """Implements ``dialer.providers.base.Provider`` over a home network and others."""

    def __init__(self, home: Provider, others: Sequence[Provider]) -> None:
        self.name = home.name
        self.networks: tuple[Provider, ...] = (home, *others)
        self._home = home
        self._by_name = {one.name: one for one in self.networks}
        self._away: dict[str, Provider] = {}
        self._lock = threading.Lock()

    def start(self, sink: base.Sink, answer: base.AnswerHook) -> None:
        for one in self.networks:
            one.start(lambda event, one=one: sink(self._heard(one, event)), answer)  # type: ignore[misc]

    def stop(self) -> None:
        for one in self.networks:
            one.stop()

    @property
    def ready(self) -> bool:
        """Whether our own people can be reached: without them nothing is dialled anywhere."""
        return self._home.ready

    def resync(self) -> None:
        for one in self.networks:
            one.resync()

    def _heard(self, one: Provider, event: Event) -> Event:
        if isinstance(event, Up | Down):
            if isinstance(event, Up):
                for live in event.live:
                    self._note(live.leg, one)
            return replace(event, network=one.name)
        if isinstance(event, OVER):
            with self._lock:
                self._away.pop(event.leg, None)
        else:
            self._note(event.leg, one)
        return event

    def _note(self, leg: str, one: Provider) -> None:
        if one is not self._home:
            with self._lock:
                self._away[leg] = one

    def _of(self, leg: str) -> Provider:
        with self._lock:
            return self._away.get(leg, self._home)

    def originate(self, call: CustomerCall) -> None:
        one = self._by_name.get(call.network or self.name)
        if one is None:
            raise ProviderError("this network is not connected")
        self._note(call.leg, one)
        one.originate(call)

    def call_desk(self, call: DeskCall) -> None:
        self._home.call_desk(call)

    def move(self, leg: str, room: str) -> None:
        self._of(leg).move(leg, room)

    def hold(self, leg: str) -> None:
        self._of(leg).hold(leg)

    def mute(self, leg: str, room: str, muted: bool) -> None:
        self._of(leg).mute(leg, room, muted)

    def voice(self, leg: str, room: str, operator: str, who: base.Voice) -> None:
        self._home.voice(leg, room, operator, who)

    def send_keys(self, leg: str, keys: str) -> None:
        self._of(leg).send_keys(leg, keys)

    def record(self, leg: str, on: bool) -> None:
        self._of(leg).record(leg, on)

    def hang_up(self, leg: str) -> None:
        self._of(leg).hang_up(leg)
