"""What every webhook goes through: only forms, only with Twilio's signature, only in shape; a refusal is one word."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from flask import Blueprint, Response, request
from sqlalchemy.exc import SQLAlchemyError

from dialer.providers.base import ID_PATTERN
from dialer.providers.twilio import webhook
from webapp.data import settings
from webapp.guards import large, public
from webapp.security import csrf

blueprint = Blueprint("twilio", __name__, url_prefix="/twilio")
csrf.exempt(blueprint)
MOST_BYTES = 32 * 1024
FORM = "application/x-www-form-urlencoded"
log = structlog.get_logger("webapp.twilio")
Hook = Callable[..., Response]


def plain(status: int, text: str = "") -> Response:
    """An answer that nobody reads."""
    return Response(text, status, mimetype="text/plain")


def xml(document: str) -> Response:
    """TwiML."""
    return Response(document, 200, mimetype="text/xml")


def hook(rule: str) -> Callable[[Hook], Hook]:
    """A webhook's address. The view gets the form and what the address holds; it may raise BadShape."""

    def mark(view: Hook) -> Hook:
        @blueprint.post(rule)
        @public
        @large(MOST_BYTES)
        @wraps(view)
        def run(**named: str) -> Response:
            refused = _refusal(named)
            if refused is not None:
                return refused
            try:
                return view(request.form, **named)
            except webhook.BadShape as err:
                log.warning("webhook.bad_shape", view=view.__name__, field=str(err))
                return plain(400, "bad shape")
            except SQLAlchemyError as err:
                log.error("webhook.not_kept", view=view.__name__, error=type(err).__name__)
                return plain(503, "not kept")

        return run

    return mark


def _refusal(named: dict[str, str]) -> Response | None:
    """Signature first: a stranger learns nothing, not even which addresses exist."""
    twilio = settings().twilio
    form_only = request.mimetype == FORM and not request.headers.get("Transfer-Encoding")
    if not form_only or not webhook.is_signed(twilio, address(), request.form, request.headers.get(SIGNATURE)):
        log.warning("webhook.refused", endpoint=request.endpoint)
        return plain(403, "no")
    if any(not ID_PATTERN.match(value) for value in named.values()):
        return plain(404, "unknown")
    return None


SIGNATURE = "X-Twilio-Signature"


def address() -> str:
    """The address Twilio signed: the public one, whatever host or scheme this request claims to have come by."""
    query = request.query_string.decode("latin-1")
    return settings().public_url.rstrip("/") + request.path + (f"?{query}" if query else "")


def account() -> str:
    """Our account."""
    return settings().twilio.account_sid


__all__ = ["Any", "account", "blueprint", "hook", "plain", "xml"]
