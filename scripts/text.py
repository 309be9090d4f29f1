"""Source text before it is read: size, characters, normal form and hash.

Room: scripts, first step of parsing. May import the standard library only. Two files with one meaning to a reader
(another line ending, trailing blanks, a byte order mark) have one hash, because a call pins its version by it.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from scripts.errors import ScriptError
from scripts.told import told

MAX_FILE = 1_000_000
"""Characters of a whole script."""

MAX_LINE = 2_048
"""Bytes of one line in UTF-8."""

# Invisible characters that make text read otherwise than it is stored (CVE-2021-42574).
_HIDDEN = re.compile("[\u202a-\u202e\u2066-\u2069\ud800-\udfff]|[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def normalise(text: str, file: str = "") -> str:
    """Return ``text`` in normal form: NFC, ``\\n``, no trailing blanks, no runs of empty lines, one final newline.

    Raises ScriptError for text that is too large or holds control or direction-override characters.
    """
    if len(text) > MAX_FILE:
        raise ScriptError(
            told("The script is too large"),
            file=file,
            expected=told("at most %(most)s characters", most=f"{MAX_FILE:,}"),
            code="too-large",
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    _refuse_hidden(text, file)
    lines = [line.rstrip() for line in unicodedata.normalize("NFC", text).split("\n")]
    _refuse_long(lines, file)
    body = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return body + "\n"


def _refuse_hidden(text: str, file: str) -> None:
    for number, line in enumerate(text.split("\n"), 1):
        if found := _HIDDEN.search(line):
            raise ScriptError(
                told("Character U+%(code)s is not allowed in a script", code=f"{ord(found.group()):04X}"),
                file=file,
                line=number,
                column=found.start() + 1,
                expected=told("plain text"),
                code="bad-character",
            )


def _refuse_long(lines: list[str], file: str) -> None:
    for number, line in enumerate(lines, 1):
        if len(line.encode()) > MAX_LINE:
            raise ScriptError(
                told("This line is too long"),
                file=file,
                line=number,
                column=1,
                expected=told("at most %(most)s bytes", most=MAX_LINE),
                code="line-too-long",
            )


def version_hash(normalised: str) -> str:
    """SHA-256 of normalised text, as 64 hex digits."""
    return hashlib.sha256(normalised.encode()).hexdigest()


def short_hash(*parts: str) -> str:
    """Eight hex digits that stand for a piece of text, for sign-offs in a script's head."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:8]
