"""The key a browser phone shows to Twilio: it may be rung under its own name, and can place no call."""

from __future__ import annotations

from twilio.jwt.access_token import AccessToken
from twilio.jwt.access_token.grants import VoiceGrant

from dialer.errors import Refusal
from dialer.settings import Twilio

LIFE_S = 3600


def voice(settings: Twilio, name: str) -> str:
    """A signed token for the phone ``name``. Raises Refusal if there is no API key: Twilio signs with no other."""
    secret = settings.api_secret.get_secret_value()
    if not (settings.api_key and secret):
        raise Refusal("no_browser_phone")
    token = AccessToken(
        settings.account_sid,
        settings.api_key,
        secret,
        identity=name.removeprefix("client:"),
        ttl=LIFE_S,
        region=settings.region or None,
    )
    token.add_grant(VoiceGrant(incoming_allow=True))
    return str(token.to_jwt())
