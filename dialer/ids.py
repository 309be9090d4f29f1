"""Making the opaque ids that travel to the network: never guessable, never meaningful (P7).

The first letter says what it names: ``a`` attempt (customer leg), ``o`` operator leg, ``c`` closer leg, ``r`` room.
"""

from __future__ import annotations

import base64
import secrets

RANDOM_BYTES = 15


def new(kind: str) -> str:
    """A new id such as ``a7xk…`` of 25 letters and digits (120 random bits after the kind)."""
    return kind + base64.b32encode(secrets.token_bytes(RANDOM_BYTES)).decode().lower()
