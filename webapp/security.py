"""What the browser is told: strict headers, CSRF tokens, cookies that no script reads.

Rule 1: no inline script or style anywhere; the policy below would stop it, and a browser test fails when it had to.
Rule 2: a page that shows personal data is not kept by the browser or by anything on the way.
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFProtect

from dialer.settings import Settings

csrf = CSRFProtect()
"""A room whose callers carry no cookies (API, webhooks) says ``csrf.exempt(blueprint)``."""

SESSION_HOURS = 12
STATIC_AGE_S = 31_536_000


def nonce() -> str:
    """This response's nonce, for the few libraries that must put a style element of their own."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return g.csp_nonce


def policy(phone_origin: str) -> str:
    """The Content-Security-Policy of this response. ``phone_origin`` is the WebSocket of phones, or empty."""
    style = f"'self' 'nonce-{g.csp_nonce}'" if "csp_nonce" in g else "'self'"
    return "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            f"style-src {style}",
            "img-src 'self' data:",
            "font-src 'self'",
            f"connect-src 'self' {phone_origin}".rstrip(),
            "media-src 'self' blob:",
            "worker-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _phone_origin(settings: Settings) -> str:
    """Where this installation's browser phones are registered; empty if there are none."""
    if settings.provider == "twilio":
        edge = settings.twilio.edge
        host = f"voice-js.{edge}.twilio.com" if edge else "*.twilio.com"  # without an edge Twilio chooses one
        return f"wss://{host}" if settings.twilio.api_key else ""
    return _origin(settings.asterisk.ws_url)


def set_up(app: Flask, settings: Settings) -> None:
    """Cookies, CSRF and headers."""
    over_tls = settings.public_url.startswith("https://")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-warmline" if over_tls else "warmline",
        SESSION_COOKIE_SECURE=over_tls,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=SESSION_HOURS),
        WTF_CSRF_TIME_LIMIT=None,
        # Checked by the session's own token; the Referer is not sent at all.
        WTF_CSRF_SSL_STRICT=False,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_AGE_S,
    )
    csrf.init_app(app)
    app.jinja_env.globals["csp_nonce"] = nonce
    phone_origin = _phone_origin(settings)

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = policy(phone_origin)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()"
        if over_tls:
            response.headers["Strict-Transport-Security"] = f"max-age={STATIC_AGE_S}"
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        elif "v" not in request.args:
            # A module that another one imports carries no version: it is asked for again, and mostly answered by a 304.
            response.headers["Cache-Control"] = "no-cache"
        return response
