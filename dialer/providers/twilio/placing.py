"""Placing calls: a queue of our own, never faster than the account's calls per second, each POST sent once.

Operators' phones go before contacts. What waited here longer than Twilio's own queue may let it wait is given back:
it was certainly not dialled. A POST without an answer leaves the leg ``unsure``; ``truth`` looks for it.
"""

from __future__ import annotations

import itertools
import logging
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from dialer.providers.base import CustomerCall, DeskCall, ProviderError, Unknown
from dialer.providers.twilio.client import Clients, asking
from dialer.providers.twilio.config import TwilioConfig
from dialer.providers.twilio.legs import Leg
from dialer.providers.twilio.plans import join

log = logging.getLogger(__name__)
DESK, CUSTOMER = 0, 1
POSTS_AT_ONCE = 16
ALL = ["initiated", "ringing", "answered", "completed"]
OUR_NAME = "client:warmline"
Params = dict[str, Any]
Placed = Callable[[Leg, str, Exception | None], None]
"""Told what came of a POST: (leg, Twilio's id, what went wrong)."""


def customer(config: TwilioConfig, call: CustomerCall) -> Params:
    """What ``calls.create`` is given for a contact. The attempt's id rides in the addresses."""
    params: Params = {
        "to": call.to,
        "from_": call.caller_id or config.caller_id,
        "timeout": call.ring_s,
        "url": config.url("answer", call.leg),
        "method": "POST",
        "fallback_url": config.fallback_url or config.url("sorry"),
        "fallback_method": "POST",
        **_told(config, call.leg),
    }
    if call.amd:
        params |= {
            "machine_detection": "DetectMessageEnd" if call.after_beep else "Enable",
            "async_amd": "true",
            "async_amd_status_callback": config.url("amd", call.leg),
            "async_amd_status_callback_method": "POST",
        }
    return params


def desk(config: TwilioConfig, call: DeskCall) -> Params:
    """What ``calls.create`` is given for a phone of ours: the way into its room travels with the call."""
    to = endpoint(call.endpoint)
    return {
        "to": to,
        "from_": config.caller_id or (OUR_NAME if not to.startswith("+") else ""),
        "timeout": call.ring_s,
        "twiml": join(config, call.leg, call.room, muted=call.listener),
        **_told(config, call.leg),
    }


def endpoint(name: str) -> str:
    """A phone's name as Twilio writes it: ``client:op-7`` (a browser) unless it is a SIP address or a number."""
    return name if name.startswith(("client:", "sip:", "+")) else f"client:{name}"


def _told(config: TwilioConfig, leg: str) -> Params:
    return {
        "status_callback": config.url("status", leg),
        "status_callback_event": ALL,
        "status_callback_method": "POST",
    }


class Placing:
    """The queue and its pacing thread. ``placed`` is called from threads of its own."""

    def __init__(self, config: TwilioConfig, clients: Clients, placed: Placed) -> None:
        self._config, self._clients, self._placed = config, clients, placed
        self._queue: queue.PriorityQueue[tuple[int, int, float, Leg, Params]] = queue.PriorityQueue()
        self._seq = itertools.count()
        self._posts = ThreadPoolExecutor(POSTS_AT_ONCE, thread_name_prefix="twilio-post")
        self._over = threading.Event()
        self._held_until_s = 0.0
        self._thread = threading.Thread(target=self._run, name="twilio-placing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Send nothing more; what waits here was never asked."""
        self._over.set()
        self._thread.join()
        self._posts.shutdown(wait=True, cancel_futures=True)

    def put(self, first: int, leg: Leg, params: Params) -> None:
        """Queue one call. Raises ProviderError if it could not be sent in time."""
        most = max(2.0, self._config.calls_per_second * self._config.timing.queued_s)
        if self._queue.qsize() >= most:
            raise ProviderError("more calls than the account's calls per second")
        self._queue.put((first, next(self._seq), time.monotonic(), leg, params))

    def _run(self) -> None:
        while not self._over.is_set():
            try:
                _, _, since_s, leg, params = self._queue.get(timeout=0.1)
            except queue.Empty:
                continue
            if leg.cancelled:
                continue
            if time.monotonic() - since_s > self._config.timing.queued_s:
                self._placed(leg, "", ProviderError("waited too long for its turn"))
                continue
            self._posts.submit(self._post, leg, params)
            self._over.wait(max(1 / self._config.calls_per_second, self._held_until_s - time.monotonic()))

    def _post(self, leg: Leg, params: Params) -> None:
        leg.asked_s = leg.news_s = time.monotonic()
        try:
            made = asking(lambda: self._clients.mine.calls.create(**params))
        except (ProviderError, Unknown) as err:
            log.warning("placing leg %s: %s", leg.id, err)
            if "20429" in str(err):
                self._held_until_s = time.monotonic() + 1.0
            self._placed(leg, "", err)
        except Exception as err:
            log.exception("placing leg %s", leg.id)
            self._placed(leg, "", Unknown(type(err).__name__))
        else:
            self._placed(leg, made.sid or "", None)
