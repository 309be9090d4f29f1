"""An action -> bytes, or a refusal. The one gate through which everything sent to the manager interface passes (P7).

Asterisk ends a line at a bare LF and splits ``Variable`` at commas, where ``FUNCTION(args)=value`` runs a function.
So: no control characters anywhere, and variables only from a small alphabet. A bad value is refused, never mended.
May import the standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from dialer.providers.asterisk.errors import BadValue

MAX_LINE = 1_000
"""Asterisk answers ``line too long`` from 1,025 bytes on and then loses its place in the stream."""
MAX_LINES = 100
"""Asterisk answers ``Too many lines`` above 128."""

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}\Z")
CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_PLAIN = "[A-Za-z0-9 ._:/@+*#-]{0,200}"
VARIABLE = re.compile(rf"_{{0,2}}[A-Za-z][A-Za-z0-9_]{{0,63}}(?:={_PLAIN})?\Z")
VALUE = re.compile(rf"{_PLAIN}\Z")
"""Originate's ``Variable`` is NAME=value; Setvar has the name there and the value in ``Value``."""

AUTO_ANSWER = (
    "PJSIP_HEADER(add,Call-Info)=<sip:warmline>\\;answer-after=0",
    "PJSIP_HEADER(add,Alert-Info)=<http://localhost>\\;info=alert-autoanswer",
)
"""The only functions that may be set through ``Variable``: constants that make a SIP phone pick up by itself."""

LOOK = re.compile(r"PJSIP_ENDPOINT\([A-Za-z0-9_.-]{1,60},[a-z_]{1,40}\)\Z")
"""The only function that may be asked for: it cannot be set, and tells how a phone is configured."""


def encode(action: Mapping[str, object]) -> bytes:
    """Return the bytes of ``action``; a list value becomes one header per item, None is left out.

    Raises :class:`BadValue` naming the header (never the value, which may be personal).
    """
    lines = [_line(name, value) for name, value in _headers(action)]
    if len(lines) > MAX_LINES:
        raise BadValue(f"an action may have {MAX_LINES} headers, not {len(lines)}")
    return b"\r\n".join([*lines, b"", b""])


def _headers(action: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in action.items():
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is not None:
                yield name, str(one)


def _line(name: str, value: str) -> bytes:
    if not NAME.match(name):
        raise BadValue("a header name has letters, digits, '-' and '_' only")
    if CONTROL.search(value):
        raise BadValue(f"the value of {name} holds a control character")
    if name.lower() == "variable" and not (VARIABLE.match(value) or value in AUTO_ANSWER or LOOK.match(value)):
        raise BadValue("a Variable is NAME=value from a small alphabet, without commas")
    if name.lower() == "value" and not VALUE.match(value):
        raise BadValue("a Value is from a small alphabet")
    try:
        line = f"{name}: {value}".encode()
    except UnicodeEncodeError:
        raise BadValue(f"the value of {name} is not text") from None
    if len(line) > MAX_LINE:
        raise BadValue(f"the value of {name} is longer than {MAX_LINE} bytes")
    return line
