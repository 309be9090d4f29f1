"""What the driver is told: the account, where we are reached, and how patient it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from dialer.recordings.names import fetched_folder
from dialer.settings import Settings, SettingsError

SOUNDS = "sounds"
"""Folder below the data folder, which web and engine share."""
ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}\Z")


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds."""

    request_s: float = 10.0
    """Longest wait for an answer of Twilio's; a POST that takes longer is doubtful."""
    beat_s: float = 10.0
    """How often Twilio is asked for anything at all, so that a lost link is seen."""
    poll_s: float = 5.0
    silent_s: float = 20.0
    """A call of which nothing was heard for so long is asked after: a lost webhook is found within 60 s."""
    queued_s: float = 10.0
    """A call still queued after so long is cancelled: it could ring hours later, outside the allowed time."""
    recordings_s: float = 60.0
    """How long after a call its recording may take to come by itself; after that it is asked after."""
    unsure_s: float = 20.0
    """A POST without an answer is looked for so long before the attempt is called doubtful."""


@dataclass(frozen=True, slots=True)
class TwilioConfig:
    """``user`` and ``secret`` open the API: an API key and its secret, or the account and its auth token."""

    account: str
    user: str
    secret: str = field(repr=False)
    public_url: str
    raw: Path
    sounds: Path | None = None
    """Where the announcements lie that are played instead of spoken."""
    base_url: str = ""
    region: str = ""
    edge: str = ""
    caller_id: str = ""
    calls_per_second: float = 1.0
    fallback_url: str = ""
    delete_recordings: bool = False
    bridge: str = ""
    """SIP address of the PBX where our people's phones and their rooms are; empty: they are here."""
    bridge_user: str = ""
    bridge_password: str = field(default="", repr=False)
    timing: Timing = field(default_factory=Timing)

    def url(self, *parts: str) -> str:
        """The address of one of our webhooks."""
        return "/".join((self.public_url.rstrip("/"), "twilio", *parts))


def from_settings(settings: Settings) -> TwilioConfig:
    """The driver's part of the settings. Raises SettingsError for an account that is none, or no secret."""
    ours = settings.twilio
    secret = ours.api_secret.get_secret_value() or ours.auth_token.get_secret_value()
    if not ACCOUNT.match(ours.account_sid):
        raise SettingsError("DIALER_TWILIO__ACCOUNT_SID must be AC and 32 hexadecimal digits")
    if not secret:
        raise SettingsError("DIALER_TWILIO__AUTH_TOKEN is needed (or an API key and its secret)")
    if settings.provider == "asterisk" and not ours.bridge:
        raise SettingsError("DIALER_TWILIO__BRIDGE is needed: the SIP address at which Twilio finds your PBX")
    return TwilioConfig(
        account=ours.account_sid,
        user=ours.api_key or ours.account_sid,
        secret=secret if not ours.api_key else ours.api_secret.get_secret_value(),
        public_url=settings.public_url,
        raw=fetched_folder(settings),
        sounds=settings.data / SOUNDS,
        base_url=ours.base_url,
        region=ours.region,
        edge=ours.edge,
        caller_id=ours.caller_id,
        calls_per_second=ours.calls_per_second,
        fallback_url=ours.fallback_url,
        delete_recordings=ours.delete_recordings,
        bridge=ours.bridge if settings.provider != "twilio" else "",
        bridge_user=ours.bridge_user,
        bridge_password=ours.bridge_password.get_secret_value(),
    )
