"""The only reader of the environment: ``DIALER_*`` variables, then ``dialer.toml``, then the defaults here.

Nested settings use two underscores (``DIALER_ASTERISK__HOST``). Every secret may be given as a file instead:
``DIALER_SECRET_KEY_FILE=/run/secrets/key``. An unknown ``DIALER_*`` name is an error, so that a typo is seen.
Rule: the environment itself is never changed, so a secret read from a file does not reach child processes through it.
May import pydantic and the standard library only.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic_settings
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "DIALER_"
FILE = "dialer.toml"
FOREIGN = {"DIALER_LAB_ROOT"}
"""Names that begin like ours and are read elsewhere: where the lab keeps its Asterisk."""
Port = Annotated[int, Field(ge=0, le=65_535)]
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts that only this machine reaches."""
SECRET_BYTES = 32
"""Shortest key that signs sessions (OWASP ASVS 5.0, 11.2: at least 128 bits; we ask for twice that)."""


class SettingsError(Exception):
    """A setting cannot be used; the message names it and says what is expected."""


class Asterisk(BaseModel):
    """One PBX. ``recordings`` is its recordings folder as this machine sees it."""

    model_config = ConfigDict(extra="forbid")

    host: str = "127.0.0.1"
    ami_port: Port = 5038
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
    caller_id: str = ""
    """Number shown by campaigns without one of their own, and to phones of ours that are plain numbers."""
    region: str = ""
    edge: str = ""
    base_url: str = ""
    """Another host in place of Twilio's: the stand-in of the demo and the tests."""
    calls_per_second: Annotated[float, Field(gt=0)] = 1.0
    bridge: Annotated[str, Field(pattern=r"^(sips?:[A-Za-z0-9.-]+(:[0-9]+)?(;transport=(udp|tcp|tls))?)?$")] = ""
    """Where people's phones are at a PBX: its SIP address for Twilio, e.g. ``sip:pbx.example.com;transport=tls``."""
    bridge_user: str = ""
    bridge_password: SecretStr = SecretStr("")
    fallback_url: str = ""
    """TwiML for calls whose answer we fail to give, on a host that is up when ours is not (a TwiML Bin)."""
    delete_recordings: bool = False
    """Delete a recording at Twilio once it is here."""


class Mail(BaseModel):
    """Where e-mail leaves from."""

    model_config = ConfigDict(extra="forbid")

    host: str = "127.0.0.1"
    port: Port = 25
    security: Literal["none", "starttls", "tls"] = "none"
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")] = "warmline@localhost"
    folder: Path | None = None
    """In place of a server: letters are written here as files and nobody gets any (demo, trials)."""


class Environment(EnvSettingsSource):
    """The environment with every ``_FILE`` spelled out and every unknown name refused."""

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return {name.lower(): value for name, value in spelled_out(os.environ).items()}


class Settings(BaseSettings):
    """Everything that differs from one installation to the next."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", toml_file=FILE)

    database_url: str = ""
    """SQLAlchemy's address; without one a SQLite file in ``data``."""
    secret_key: SecretStr = SecretStr("")
    number_key: SecretStr = SecretStr("")
    """Keys the hashes of erased numbers; without it they are keyed by ``secret_key``. Never change it once used."""
    data: Path = Path("var")
    """Folder for all files of ours: recordings, reports, exports, and the database if it is SQLite's usual one."""
    provider: Literal["asterisk", "twilio", "pretend"] = "pretend"
    also: Annotated[list[Literal["asterisk", "twilio", "pretend"]], NoDecode] = []
    """Further networks that campaigns may name in their routes; people's phones stay at ``provider``."""
    public_url: Annotated[str, Field(pattern="^https?://[^/?#]+")] = "http://127.0.0.1:8080"
    web_host: str = "127.0.0.1"
    web_port: Port = 8080
    web_threads: Annotated[int, Field(ge=1)] = 64
    agi_host: str = "127.0.0.1"
    agi_port: Port = 4573
    agi_allow: Annotated[list[str], NoDecode] = ["127.0.0.1", "::1"]
    """Addresses FastAGI answers to; in the environment with commas between them."""
    log_json: bool = True
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    crash_at: str = ""
    """Tests of recovery name a point of ``dialer.engine.crash`` here; empty everywhere else."""
    second_factor: Literal["auto", "optional", "required"] = "auto"
    """Whether people with a duty above operator must log in with a code as well; ``auto``: everywhere but in a demo
    that only this machine reaches."""
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
        return (init_settings, Environment(settings_cls), TomlConfigSettingsSource(settings_cls))

    @model_validator(mode="after")
    def _usual_database(self) -> Settings:
        self.database_url = self.database_url or f"sqlite:///{self.data / 'warmline.db'}"
        return self

    @field_validator("agi_allow", "also", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("log_level", mode="before")
    @classmethod
    def _upper(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @property
    def needs_second_factor(self) -> bool:
        """Whether duties above operator need a second factor here."""
        if self.second_factor == "auto":
            return not (self.demo and self.web_host in LOOPBACK)
        return self.second_factor == "required"

    def require_secret_key(self) -> str:
        """The signing key. Raises SettingsError if it is absent or short."""
        key = self.secret_key.get_secret_value()
        if len(key.encode()) < SECRET_BYTES:
            raise SettingsError(
                f"DIALER_SECRET_KEY needs at least {SECRET_BYTES} bytes; make one with"
                " python3 -c 'import secrets; print(secrets.token_hex(32))'"
            )
        return key


def spelled_out(environ: Mapping[str, str]) -> dict[str, str]:
    """Our settings of ``environ``, by upper-case name, each ``DIALER_X_FILE`` as ``DIALER_X`` with the file's text.

    Raises SettingsError for a name we do not know, a file that cannot be read, a setting given in both ways.
    """
    ours = {n.upper(): value for n, value in environ.items() if n.upper().startswith(PREFIX)}
    values: dict[str, str] = {}
    for name in sorted(ours.keys() - FOREIGN):
        plain = name if _is_known(name) else name.removesuffix("_FILE")
        if not _is_known(plain):
            raise SettingsError(f"{name} is not a setting; dialer config show lists the names")
        if plain in values:
            raise SettingsError(f"{plain} and {name} are both set; keep one of them")
        values[plain] = ours[name] if plain == name else _text_of(name, Path(ours[name]))
    return values


def _is_known(name: str) -> bool:
    """True for the name of a setting, nested ones included."""
    head, _, rest = name.removeprefix(PREFIX).lower().partition("__")
    field = Settings.model_fields.get(head)
    if field is None or not rest:
        return field is not None
    inner = field.annotation
    return isinstance(inner, type) and issubclass(inner, BaseModel) and rest in inner.model_fields


def _text_of(name: str, path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except OSError as err:
        raise SettingsError(f"{name} names a file that cannot be read: {err.strerror}") from err
    except UnicodeDecodeError as err:
        raise SettingsError(f"{name} names a file that is not text") from err


def read() -> Settings:
    """Read the settings now. Raises SettingsError with one sentence a person can act on; it never holds a value."""
    try:
        return Settings()
    except ValidationError as err:
        first = err.errors(include_url=False, include_input=False)[0]
        name = PREFIX + "__".join(str(part).upper() for part in first["loc"])
        if first["type"] == "extra_forbidden":
            raise SettingsError(f"{name} is not a setting; dialer config show lists the names") from None
        raise SettingsError(f"{name}: {first['msg']}") from None
    except pydantic_settings.SettingsError:
        raise SettingsError("a setting that has parts of its own is set as one text; set its parts") from None
    except tomllib.TOMLDecodeError as err:
        raise SettingsError(f"{FILE} is not TOML: {err}") from None
    except (OSError, UnicodeDecodeError) as err:
        raise SettingsError(f"{FILE} cannot be read: {type(err).__name__}") from None


@lru_cache
def load() -> Settings:
    """The settings of this process, read once. Raises SettingsError."""
    return read()


def origins() -> dict[str, str]:
    """Where each setting that is not a default came from: ``asterisk.host`` -> a variable's name, or the file."""
    found = {}
    if Path(FILE).is_file():
        with Path(FILE).open("rb") as file:
            found = dict.fromkeys(_dotted(tomllib.load(file)), FILE)
    for name in os.environ:
        upper = name.upper()
        if upper.startswith(PREFIX) and upper not in FOREIGN:
            plain = upper if _is_known(upper) else upper.removesuffix("_FILE")
            found[plain.removeprefix(PREFIX).lower().replace("__", ".")] = name
    return found


def _dotted(table: Mapping[str, Any], before: str = "") -> list[str]:
    names: list[str] = []
    for key, value in table.items():
        names += _dotted(value, f"{before}{key}.") if isinstance(value, dict) else [f"{before}{key}"]
    return names
