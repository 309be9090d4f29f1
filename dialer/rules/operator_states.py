"""What an operator or closer may do next, as a table.

Rule 1: ``ready`` is entered only with a phone that is up (first line) or can be rung (closers).
Rule 2: who is freed goes to ready, to the pause they asked for, or offline if their phone is gone: ``freed_*``.
Rule 3: in a call a lost phone changes nothing here: it is rung again while the contact hears music.
May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from dialer.rules.words import OperatorState as S


class OperatorEvent(StrEnum):
    """What can happen to an operator."""

    CONNECT = "connect"
    PHONE_UP = "phone_up"
    PHONE_FAILED = "phone_failed"
    PHONE_LOST = "phone_lost"
    READY = "ready"
    PAUSE = "pause"
    LOGOUT = "logout"
    RESERVE = "reserve"
    PREVIEW = "preview"
    DIAL = "dial"
    OFFER = "offer"
    ANSWERED = "answered"
    CALL_ENDED = "call_ended"
    FREED_READY = "freed_ready"
    FREED_PAUSED = "freed_paused"
    FREED_OFFLINE = "freed_offline"


class OperatorEffect(StrEnum):
    """The table has no effects of its own yet: moves of operators follow from calls."""


E = OperatorEvent
_N: tuple[OperatorEffect, ...] = ()
_FREED = {
    E.FREED_READY: (S.READY, _N),
    E.FREED_PAUSED: (S.PAUSED, _N),
    E.FREED_OFFLINE: (S.OFFLINE, _N),
}

TRANSITIONS: Mapping[S, Mapping[OperatorEvent, tuple[S, tuple[OperatorEffect, ...]]]] = {
    S.OFFLINE: {E.CONNECT: (S.CONNECTING, _N)},
    S.CONNECTING: {
        E.PHONE_UP: (S.READY, _N),
        E.PHONE_FAILED: (S.OFFLINE, _N),
        E.PHONE_LOST: (S.OFFLINE, _N),
        E.LOGOUT: (S.OFFLINE, _N),
    },
    S.READY: {
        E.RESERVE: (S.TALKING, _N),
        E.PREVIEW: (S.PREVIEWING, _N),
        E.DIAL: (S.DIALLING, _N),
        E.OFFER: (S.DIALLING, _N),
        E.PAUSE: (S.PAUSED, _N),
        E.PHONE_LOST: (S.OFFLINE, _N),
        E.LOGOUT: (S.OFFLINE, _N),
    },
    S.PREVIEWING: {E.DIAL: (S.DIALLING, _N), E.LOGOUT: (S.OFFLINE, _N), E.PHONE_LOST: (S.OFFLINE, _N), **_FREED},
    S.DIALLING: {E.ANSWERED: (S.TALKING, _N), E.PHONE_LOST: (S.DIALLING, _N), **_FREED},
    S.TALKING: {
        E.CALL_ENDED: (S.WRAP_UP, _N),
        E.PHONE_LOST: (S.TALKING, _N),
        E.PHONE_UP: (S.TALKING, _N),
        **_FREED,
    },
    S.WRAP_UP: {
        E.PHONE_LOST: (S.WRAP_UP, _N),
        E.PHONE_UP: (S.WRAP_UP, _N),
        **_FREED,
    },
    S.PAUSED: {
        E.READY: (S.READY, _N),
        E.DIAL: (S.DIALLING, _N),
        E.PHONE_LOST: (S.OFFLINE, _N),
        E.LOGOUT: (S.OFFLINE, _N),
    },
}
