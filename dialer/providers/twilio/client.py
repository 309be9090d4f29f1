"""The way to Twilio: a client per thread, never a retry, and errors sorted by what they say of the request (P1).

Nothing makes a POST to Twilio idempotent, so a request that may have been carried out is never sent again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client

from dialer.providers.base import ProviderError, Unknown
from dialer.providers.twilio.config import TwilioConfig

logging.getLogger("twilio.http_client").setLevel(logging.WARNING)  # it logs numbers at INFO
T = TypeVar("T")
BAD_NUMBER = frozenset({21211, 21214, 21217, 21219, 13223, 13224, 13226})
"""Twilio's codes for a number that is none or cannot be called: the same request can never succeed."""
OVER = frozenset({21220, 20404})
"""The call is not there (any more) or not in a state for this: not an error of ours."""
NOT_SENT = (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError, requests.exceptions.ProxyError)


class Gone(ProviderError):
    """What the request was about is over."""


class _Http(TwilioHttpClient):
    """No retries, no redirects, a time-out; ``base_url`` sends everything to another host (the stand-in)."""

    def __init__(self, timeout_s: float, base_url: str) -> None:
        super().__init__(timeout=timeout_s)
        assert self.session is not None
        self.session.trust_env = False
        for scheme in ("https://", "http://"):
            self.session.mount(scheme, HTTPAdapter(max_retries=0))
        self._base = urlsplit(base_url) if base_url else None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Response:
        if self._base:
            asked = urlsplit(url)
            kwargs["headers"] = {**(kwargs.get("headers") or {}), "X-Original-Host": asked.netloc}
            url = urlunsplit((self._base.scheme, self._base.netloc, asked.path, asked.query, ""))
        kwargs["allow_redirects"] = False
        return super().request(method, url, *args, **kwargs)


def connect(config: TwilioConfig) -> Client:
    """A client of one thread."""
    return Client(
        config.user,
        config.secret,
        config.account,
        region=config.region or None,
        edge=config.edge or None,
        http_client=_Http(config.timing.request_s, config.base_url),
        environment={"WARMLINE": "1"},  # not empty: an empty one would let it read TWILIO_* of the process
    )


class Clients:
    """A client for whatever thread asks: sessions are not to be shared."""

    def __init__(self, config: TwilioConfig) -> None:
        self._config = config
        self._local = threading.local()

    @property
    def mine(self) -> Client:
        if not hasattr(self._local, "client"):
            self._local.client = connect(self._config)
        return self._local.client


def asking(request: Callable[[], T]) -> T:
    """Ask. Raises ProviderError if it was certainly not carried out, Gone if it is over, Unknown if nobody can say."""
    try:
        return request()
    except TwilioRestException as err:
        if err.status >= 500:
            raise Unknown(f"Twilio answered {err.status}") from err
        if err.code in OVER or err.status == 404:
            raise Gone(f"over ({err.code})") from err
        raise ProviderError(f"Twilio {err.code or err.status}", permanent=err.code in BAD_NUMBER) from err
    except NOT_SENT as err:
        raise ProviderError(f"not sent: {type(err).__name__}") from err
    except requests.exceptions.ConnectionError as err:
        if "NewConnectionError" in repr(err):
            raise ProviderError("not sent: no connection") from err
        raise Unknown(type(err).__name__) from err
    except (requests.exceptions.RequestException, TwilioException, ValueError, KeyError) as err:
        raise Unknown(type(err).__name__) from err
