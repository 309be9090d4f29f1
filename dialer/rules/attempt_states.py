"""The life of one attempt (one originate to one number), as a table.

Rule 1: ``placed`` is committed before anything is sent; ``sent`` is committed before the network is asked (P1).
Rule 2: whatever was only ``placed`` was never sent, so its contact may be dialled again; whatever was ``sent`` is not.
Rule 3: ``lost`` means that the network no longer knows the call and nobody heard how it ended.
May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from dialer.rules.words import AttemptState as S


class AttemptEvent(StrEnum):
    """What can happen to an attempt."""

    SEND = "send"
    REFUSE = "refuse"
    ACCEPTED = "accepted"
    RINGING = "ringing"
    ANSWERED = "answered"
    JOINED = "joined"
    MESSAGE = "message"
    HUNG_UP = "hung_up"
    FAILED = "failed"
    DOUBTFUL = "doubtful"
    LOST = "lost"
    DISPOSED = "disposed"


class AttemptEffect(StrEnum):
    """What the engine does about it: ``return``, ``settle`` in the same transaction, ``originate`` after the commit."""

    ORIGINATE = "originate"
    RETURN = "return"
    SETTLE = "settle"


E = AttemptEvent
_NONE: tuple[AttemptEffect, ...] = ()
_SETTLE = (AttemptEffect.SETTLE,)
_ENDS = {
    E.HUNG_UP: (S.ENDED, _SETTLE),
    E.LOST: (S.ENDED, _SETTLE),
}

TRANSITIONS: Mapping[S, Mapping[AttemptEvent, tuple[S, tuple[AttemptEffect, ...]]]] = {
    S.PLACED: {
        E.SEND: (S.SENT, (AttemptEffect.ORIGINATE,)),
        E.REFUSE: (S.CLOSED, (AttemptEffect.RETURN,)),
        E.LOST: (S.CLOSED, (AttemptEffect.RETURN,)),
    },
    S.SENT: {
        E.ACCEPTED: (S.SENT, _NONE),
        E.RINGING: (S.RINGING, _NONE),
        E.ANSWERED: (S.ANSWERED, _NONE),
        E.FAILED: (S.ENDED, _SETTLE),
        E.DOUBTFUL: (S.ENDED, _SETTLE),
        **_ENDS,
    },
    S.RINGING: {
        E.ACCEPTED: (S.RINGING, _NONE),
        E.ANSWERED: (S.ANSWERED, _NONE),
        E.FAILED: (S.ENDED, _SETTLE),
        **_ENDS,
    },
    S.ANSWERED: {
        E.ACCEPTED: (S.ANSWERED, _NONE),
        E.JOINED: (S.CONNECTED, _NONE),
        E.MESSAGE: (S.MESSAGED, _NONE),
        **_ENDS,
    },
    S.CONNECTED: {E.ACCEPTED: (S.CONNECTED, _NONE), E.MESSAGE: (S.MESSAGED, _NONE), **_ENDS},
    S.MESSAGED: {E.ACCEPTED: (S.MESSAGED, _NONE), **_ENDS},
    S.ENDED: {E.DISPOSED: (S.CLOSED, _NONE)},
    S.CLOSED: {},
}
