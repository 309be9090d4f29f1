"""The only reader of the environment: ``DIALER_*`` variables, then ``dialer.toml``, then the defaults here.

Nested settings use two underscores (``DIALER_ASTERISK__HOST``). Every secret may be given as a file instead:
``DIALER_SECRET_KEY_FILE=/run/secrets/key``. An unknown ``DIALER_*`` name is an error, so that a typo is seen.
May import pydantic and the standard library only.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "DIALER_"
SECRET_BYTES = 32
"""Shortest key that signs sessions (OWASP ASVS 5.0, 11.2: at least 128 bits; we ask for twice that)."""


class SettingsError(Exception):
    """A setting cannot be used; the message names it and says what is expected."""


class Asterisk(BaseModel):
    """One PBX. ``recordings`` is its recordings folder as this machine sees it."""

    model_config = ConfigDict(extra="forbid")

    host: str = "127.0.0.1"
    ami_port: int = 5038
    ami_user: str = "warmline"
    ami_secret: SecretStr = SecretStr("")
    trunk: str = "trunk"
    recordings: Path | None = None
    ws_url: str = ""
    """WebSocket address of the PBX for browser phones, e.g. ``wss://pbx.example.com:8089/ws``."""
    sip_domain: str = ""


class Twilio(BaseModel):
    """A Twilio account; ``previous_auth_token`` is accepted for webhooks while the token is being rotated."""

    model_config = ConfigDict(extra="forbid")

    account_sid: str = ""
    api_key: str = ""
    api_secret: SecretStr = SecretStr("")
    auth_token: SecretStr = SecretStr("")
    previous_auth_token: SecretStr = SecretStr("")
    base_url: str = ""
    calls_per_second: float = 1.0


class Mail(BaseModel):
    """Where e-mail leaves from."""

    model_config = ConfigDict(extra="forbid")

    host: str = "127.0.0.1"
    port: int = 25
    sender: str = "warmline@localhost"


class Settings(BaseSettings):
    """Everything that differs from one installation to the next."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", toml_file="dialer.toml"
    )

    database_url: str = "sqlite:///var/warmline.db"
    secret_key: SecretStr = SecretStr("")
    data: Path = Path("var")
    """Folder for everything that is not in the database: recordings, reports, exports."""
    provider: str = "pretend"
    """asterisk | twilio | pretend."""
    public_url: str = "http://127.0.0.1:8080"
    web_host: str = "127.0.0.1"
    web_port: int = 8080
    web_threads: int = 64
    agi_host: str = "127.0.0.1"
    agi_port: int = 4573
    agi_allow: list[str] = Field(default_factory=lambda: ["127.0.0.1", "::1"])
    log_json: bool = True
    log_level: str = "INFO"
    demo: bool = False
    """Set by ``make demo``: shows the demo logins on the login page. Never set it on a machine others reach."""
    asterisk: Asterisk = Asterisk()
    twilio: Twilio = Twilio()
    mail: Mail = Mail()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before file before defaults."""
        return (init_settings, env_settings, TomlConfigSettingsSource(settings_cls))

    def require_secret_key(self) -> str:
        """The signing key. Raises SettingsError if it is absent or short."""
        key = self.secret_key.get_secret_value()
        if len(key.encode()) < SECRET_BYTES:
            raise SettingsError(
                f"DIALER_SECRET_KEY needs at least {SECRET_BYTES} bytes; make one with"
                " python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
        return key


def _spell_out_files(environ: dict[str, str]) -> None:
    """Replace each ``DIALER_X_FILE`` by ``DIALER_X`` with the file's text. Raises SettingsError."""
    for name in [n for n in environ if n.startswith(PREFIX) and n.endswith("_FILE")]:
        try:
            environ[name.removesuffix("_FILE")] = Path(environ[name]).read_text(encoding="utf-8").strip()
        except OSError as err:
            raise SettingsError(f"{name} names a file that cannot be read: {err.strerror}") from err
        del environ[name]


def _unknown_names(environ: dict[str, str]) -> list[str]:
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    foreign = {"DIALER_LAB_ROOT", "DIALER_CRASH_AT"}
    return [n for n in environ if n.startswith(PREFIX) and n not in foreign and n.split("__")[0].upper() not in known]


@lru_cache
def load() -> Settings:
    """Read the settings once. Raises SettingsError with one sentence a person can act on."""
    _spell_out_files(os.environ)  # type: ignore[arg-type]
    if unknown := _unknown_names(dict(os.environ)):
        raise SettingsError(f"unknown setting {unknown[0]}; see dialer config show for the names")
    try:
        return Settings()
    except ValidationError as err:
        first = err.errors()[0]
        name = PREFIX + "__".join(str(p).upper() for p in first["loc"])
        raise SettingsError(f"{name}: {first['msg']}") from err
