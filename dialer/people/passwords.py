"""Passwords: Argon2id with the library's parameters (RFC 9106, low-memory profile), re-hashed when those change."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from dialer.errors import BadInput

SHORTEST = 8
"""Letters at least (OWASP ASVS 5.0, 6.2.1)."""
LONGEST = 200

_hasher = PasswordHasher()
_NOBODY = _hasher.hash("no person has this password")


def hashed(password: str) -> str:
    """The text to keep. Raises BadInput for a password that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise BadInput(f"A password needs {SHORTEST} to {LONGEST} characters.")
    return _hasher.hash(password)


def matches(kept: str | None, password: str) -> bool:
    """Whether ``password`` is the one kept; takes as long for a person who does not exist (None)."""
    try:
        return _hasher.verify(kept or _NOBODY, password[:LONGEST]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(kept)
