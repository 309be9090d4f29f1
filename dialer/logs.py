"""Logs without personal data: one line an event, JSON in production and readable in development, on standard error.

Rule 1: whatever looks like a telephone number or an e-mail address is replaced, wherever it stands. Rule 2: values
under keys that name personal data or secrets are dropped, and the line says which. Rule 3: no control character, line
break or text direction mark gets through. The same holds for lines of other libraries, which come by way of
``logging``. What is left to the writer: say what happened with ids, never with what a contact is called or said.
May import ``dialer.settings``.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
import unicodedata
from collections.abc import Mapping, MutableMapping
from datetime import date, datetime
from enum import Enum
from pathlib import PurePath
from typing import Any

import structlog

from dialer.settings import Settings

NUMBER, EMAIL = "<number>", "<email>"
_WORDS = (
    "name names number numbers phone phones answer answers value values email mail company address note notes text"
    " fields login password secret token cookie authorization to from body query subject caller callee"
)
PRIVATE = frozenset(_WORDS.split())
"""A key is dropped if its last word is one of these: ``number``, ``to_number``, ``contact_name``; not ``number_id``."""
PRIVATE_KEYS = frozenset({"caller_id", "phone_secret", "password_hash", "secret_key", "number_key"})
COUNTED = re.compile(
    r"(?:.*_)?(?:id|ms|s|bytes|rate|count|rows|port|pid)|contact|campaign|list|command|user|lead|handoff|version"
)
"""Keys whose large integers are ids and measures, not numbers to dial."""
BIG = 1_000_000
DEEPEST = 4
LONGEST = 2_000
FRAMES = 12

_LOOKS_LIKE_A_NUMBER = re.compile(
    r"""
    (?P<keep>
        (?<![A-Za-z0-9]) [a-z][a-z2-7]{24} (?![A-Za-z0-9])                    # an id of ours
      | (?<![+\d]) 1[6-9]\d{8} [.-] \d{1,9} (?!\d)                            # an id of Asterisk's: time and counter
      | (?<![+\d-]) (?:19|20)\d\d-[01]\d-[0-3]\d (?![\d-])                    # a day
      | (?<![+\d:]) \d\d:\d\d:\d\d (?:[.,]\d{3}(?:\d{3})?)? (?!\d)            # a time
      | (?<![\d.+]) (?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3} (?:25[0-5]|2[0-4]\d|1?\d?\d) (?![\d.])  # an IPv4 address
    )
    | \+? \d (?:[\s().\-/]{0,3} \d){6,}
    """,
    re.VERBOSE,
)
_EMAIL = re.compile(r"[^\s@<>\"'=]+@[^\s@<>\"'=]+\.[^\s@<>\"'=]+")


def mask(text: str) -> str:
    """``text`` fit for a log line: numbers and addresses replaced, control characters spelled out, cut if very long."""
    text = "".join(c for c in text[:LONGEST] if unicodedata.category(c) != "Cf")
    text = _EMAIL.sub(EMAIL, text)
    text = _LOOKS_LIKE_A_NUMBER.sub(lambda m: m["keep"] or NUMBER, text)
    return "".join(c if c.isprintable() else f"<{ord(c):x}h>" for c in text)


def clean(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """structlog processor: Rules 1 to 3, over everything in ``event``."""
    error = event.pop("exc_info", None)
    event.pop("stack_info", None)
    cleaned = _mapping(event, 0)
    if error and (blame := _blame(error)):
        cleaned |= blame
    return cleaned


def _mapping(event: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    kept, dropped = {}, []
    for key, value in event.items():
        name = mask(str(key))
        if name.lower() in PRIVATE_KEYS or name.lower().rsplit("_")[-1] in PRIVATE:
            dropped.append(name)
        else:
            kept[name] = _value(name, value, depth)
    if dropped:
        kept["dropped"] = " ".join(dropped)
    return kept


def _value(key: str, value: Any, depth: int = 0) -> Any:
    """A value fit for a log line; what is not plain data is told by its type only."""
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value if abs(value) < BIG or COUNTED.fullmatch(key) else NUMBER
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str | PurePath):
        return mask(str(value))
    if isinstance(value, BaseException):
        return f"{type(value).__name__}: {_message(value)}"
    if depth < DEEPEST and isinstance(value, Mapping):
        return _mapping(value, depth + 1)
    if depth < DEEPEST and isinstance(value, list | tuple | set | frozenset):
        return [_value(key, each, depth + 1) for each in value]
    return f"<{type(value).__name__}>"


def _message(error: BaseException) -> str:
    """The first line of what an exception says; SQLAlchemy is told to leave the row's values out of it."""
    if hasattr(error, "hide_parameters"):
        error.hide_parameters = True
    lines = str(error).strip().splitlines()
    return mask(lines[0]) if lines else ""


def _blame(error: Any) -> dict[str, Any]:
    """What went wrong and where, without the values that lay about there."""
    if error is True:
        error = sys.exc_info()
    if isinstance(error, tuple):
        error = error[1]
    if not isinstance(error, BaseException):
        return {}
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    where = " > ".join(f"{'/'.join(PurePath(f.filename).parts[-3:])}:{f.lineno} {f.name}" for f in frames)
    return {"error": f"{type(error).__name__}: {_message(error)}", "where": where}


def configure(settings: Settings) -> None:
    """Send every log line of this process, ours and the libraries', through :func:`clean` to standard error."""
    renderer: Any = (
        structlog.processors.JSONRenderer(sort_keys=False)
        if settings.log_json
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        _add_room,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                clean,
                structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.log_level)
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _add_room(logger: logging.Logger | None, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Say which module speaks: ``dialer.engine.core``."""
    record = event.get("_record")
    event["room"] = record.name if record is not None else getattr(logger, "name", "")
    return event
