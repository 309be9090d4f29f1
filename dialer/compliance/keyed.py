"""The keyed hash under which an erased number is remembered, so that it is never dialled again.

A bare hash of a phone number is guessed in seconds; HMAC-SHA256 under the installation's key is not. The key is derived
from ``DIALER_NUMBER_KEY``, or from ``DIALER_SECRET_KEY`` where that is not set.
Rule: a key that has changed is noticed by its fingerprint; then erased numbers can no longer be told, and everything
that asks for them refuses (P2).
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection

from sqlalchemy import String, bindparam, literal, select, union_all
from sqlalchemy.orm import Session

from dialer import settings
from dialer.errors import BadInput
from dialer.rules.compliance import UNCHECKED, Suppressed
from dialer.store.compliance import Forgotten, KeyMark

NAME = "numbers"
_MARK = "mark"
# Entries and the key's mark in one question, put together once: every claim asks it.
_ENTRIES = union_all(
    select(literal("", String).label("kind"), Forgotten.hash.label("hash"), Forgotten.scope_id, Forgotten.reason).where(
        Forgotten.hash.in_(bindparam("hashes", expanding=True)),
        Forgotten.scope_id.in_(bindparam("scopes", expanding=True)),
    ),
    select(literal(_MARK, String), KeyMark.fingerprint, literal(0), literal("", String)).where(
        KeyMark.name == bindparam("name")
    ),
)


def hashed(number: str, key: bytes | None = None) -> str:
    """64 hexadecimal digits. Raises BadInput if the installation has no key."""
    return hmac.new(key or _key(), number.encode(), hashlib.sha256).hexdigest()


def _key() -> bytes:
    given = settings.load()
    secret = given.number_key.get_secret_value() or given.secret_key.get_secret_value()
    if not secret:
        raise BadInput("set DIALER_NUMBER_KEY (or DIALER_SECRET_KEY): erased numbers are remembered under it")
    return hmac.new(secret.encode(), b"warmline erased numbers", hashlib.sha256).digest()


def fingerprint() -> str:
    """Tells one key from another and nothing about it. Raises BadInput."""
    return hashlib.sha256(b"fingerprint" + _key()).hexdigest()


def mark(s: Session) -> None:
    """Note the key in use with the first number that is hashed. Raises BadInput if it is not the one in use before."""
    known = s.get(KeyMark, NAME)
    if known is None:
        s.add(KeyMark(name=NAME, fingerprint=fingerprint()))
        s.flush()
    elif known.fingerprint != fingerprint():
        raise BadInput("the key of erased numbers has changed: set DIALER_NUMBER_KEY to the one in use before")


def forgotten(s: Session, numbers: Collection[str], scopes: Collection[int]) -> dict[tuple[str, int], Suppressed]:
    """The entries of erased persons among ``numbers``, by (number, scope); all of them, unchecked, without the key."""
    try:
        key = _key()
        hashes = {hashed(number, key): number for number in numbers}
    except BadInput:
        hashes = {}
    rows = s.execute(_ENTRIES, {"hashes": list(hashes), "scopes": list(scopes), "name": NAME}).all()
    marks = [row.hash for row in rows if row.kind == _MARK]
    if marks and (not hashes or marks[0] != fingerprint()):
        return {(number, scope): UNCHECKED for number in numbers for scope in scopes}
    found = [row for row in rows if row.kind != _MARK]
    return {(hashes[row.hash], row.scope_id): Suppressed(row.reason, row.scope_id, f"#{row.hash[:8]}") for row in found}
