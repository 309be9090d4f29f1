"""Keeping in touch with one Asterisk: connect, log in, learn the whole truth, watch, and begin again when it breaks.

Between two truths (``on_live``) nothing may be originated: :attr:`Link.ready` is False from the moment the connection
is lost, or events were, until a complete listing of channels was heard. A PBX that was restarted is known by its
start-up time. May import pyst2 and the standard library only.
"""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from asterisk.manager import ManagerException

from dialer.providers.asterisk.errors import LinkLost, NoReply, NotConnected
from dialer.providers.asterisk.inbox import safely
from dialer.providers.asterisk.manager import SafeManager
from dialer.providers.asterisk.wire import Message

log = logging.getLogger(__name__)

EVENTS = "call,user"
"""Classes of events asked for; the user may read more, but RTCP and CDR are only noise here."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. The wait before attempt n is drawn from ``least`` .. min(most, least * 2**n)."""

    connect_s: float = 5.0
    reply_s: float = 5.0
    ping_s: float = 5.0
    least_s: float = 0.5
    most_s: float = 30.0
    tick_s: float = 0.2


class NotBooted(ManagerException):
    """Asterisk answers, but a call would have nowhere to go yet."""


class Link:
    """``on_live(items, restarted)`` and ``on_down(reason)`` run in the manager's thread, in order with the events;
    the ``on_down`` of a PBX that cannot be reached, and ``on_tick``, in the link's own. ``on_live`` takes the truth
    in and returns what is to be done once :attr:`ready` is True.
    """

    def __init__(
        self,
        address: tuple[str, int],
        login: tuple[str, str],
        contexts: Sequence[str],
        *,
        on_live: Callable[[Sequence[Message], bool], Callable[[], None]],
        on_down: Callable[[str], None],
        on_tick: Callable[[], None],
        timing: Timing | None = None,
    ) -> None:
        self.timing = timing or Timing()
        self.manager = SafeManager(reply_s=self.timing.reply_s, on_gap=self._gap, on_lost=self._lost)
        self._address, self._login, self._contexts = address, login, contexts
        self._on_live, self._on_down, self._on_tick = on_live, on_down, on_tick
        self._ready = False
        self._said_down = False
        self._attached = False
        self._epoch = ""
        self._stop = threading.Event()
        self._broken = threading.Event()
        self._synced = threading.Event()
        self._tries = 0
        self._threads = [
            threading.Thread(target=self._run, name="ami-link", daemon=True),
            threading.Thread(target=self._tick, name="ami-tick", daemon=True),
        ]

    @property
    def ready(self) -> bool:
        return self._ready and self.manager.connected()

    def start(self) -> None:
        """Begin in the background. Once only."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let go of the connection; calls live on. No callback runs after this returned."""
        self._stop.set()
        self._broken.set()
        self._synced.set()
        self._ready = False
        self.manager.close()
        for thread in self._threads:
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join(self.timing.connect_s + self.timing.reply_s)
        self.manager.close()

    def _run(self) -> None:
        while not self._stop.is_set():
            self._broken.clear()
            self._attached = False
            try:
                self._open()
                self._watch()
            except (OSError, ManagerException) as error:
                self._give_up(error)
            self._wait()

    def _give_up(self, error: Exception) -> None:
        """A failure of ours ends the connection; what was heard before it is told first."""
        reason = str(error) if isinstance(error, ManagerException) else f"no connection: {type(error).__name__}"
        if self._attached:
            self.manager.drop(reason)
            self._broken.wait(self.timing.reply_s * 2)
        if not self._stop.is_set():
            self._down(reason)

    def _wait(self) -> None:
        most = min(self.timing.most_s, self.timing.least_s * 2 ** (self._tries + 1))
        self._tries = min(self._tries + 1, 16)
        self._stop.wait(random.uniform(self.timing.least_s, most))

    def _open(self) -> None:
        """From nothing to in sync. Raises OSError, ``ManagerException``."""
        self.manager.connect(*self._address, timeout_s=self.timing.connect_s)
        self._attached = True
        self.manager.login(*self._login, events=EVENTS)
        epoch = self._boot_time()
        self._check_dialplan()
        restarted, self._epoch = self._epoch not in ("", epoch), epoch
        self._synced.clear()
        self._list(restarted)
        if not self._synced.wait(self.timing.reply_s * 2):
            raise NoReply("the listing of channels did not come")

    def _boot_time(self) -> str:
        """Raises :class:`NotBooted` while Asterisk has none yet."""
        status = self.manager.request({"Action": "CoreStatus"})
        if status.is_error:
            raise NotBooted("Asterisk refuses CoreStatus: does the user have write=reporting?")
        return f"{status.get('CoreStartupDate')} {status.get('CoreStartupTime')}"

    def _check_dialplan(self) -> None:
        for context in self._contexts:
            reply = self.manager.request({"Action": "ShowDialPlan", "Context": context}, listing=True)
            if reply.is_error:
                raise NotBooted(f"the dialplan has no context {context}")

    def _list(self, restarted: bool) -> None:
        """Ask for the truth; the answer comes in order with the events around it."""

        def listed(reply: Message | None) -> None:
            if reply is None or reply.is_error:
                self.manager.drop("Asterisk gave no listing of channels")
                return
            self._tries = 0
            self._said_down = False
            announce = self._on_live(reply.items, restarted)
            self._ready = True
            announce()
            self._synced.set()

        self.manager.send({"Action": "CoreShowChannels"}, listed, listing=True)

    def _watch(self) -> None:
        """Ping until something breaks. Raises ``NoReply`` when Asterisk stopped answering."""
        while not self._broken.wait(self.timing.ping_s):
            self.manager.request({"Action": "Ping"})

    def resync(self) -> None:
        """Learn the whole truth once more; while out of touch there is nothing to do, since it comes with the link."""
        if self.ready:
            self._ready = False
            with suppress(NotConnected, LinkLost):
                self._list(False)

    def _gap(self, count: int) -> None:
        self._ready = False
        log.warning("%d events of Asterisk were lost; asking for the whole state", count)
        self._list(False)

    def _lost(self, reason: str) -> None:
        self._down(reason)
        self._broken.set()
        self._synced.set()

    def _down(self, reason: str) -> None:
        self._ready = False
        if not self._said_down:
            self._said_down = True
            log.warning("the link to Asterisk is down: %s", reason)
            self._on_down(reason)

    def _tick(self) -> None:
        while not self._stop.wait(self.timing.tick_s):
            safely(self._on_tick, "the tick")
