"""What an appointment may become next, as a table.

Rule 1: time is taken from the closer with the hold, and given back by every way out that frees it.
Rule 2: whoever was invited hears of each change: a new time as a new invitation, an end as a cancellation.
May import the standard library only.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from dialer.rules.words import AppointmentState as S


class AppointmentEvent(StrEnum):
    """What can happen to an appointment."""

    BOOK = "book"
    LAPSE = "lapse"
    CONFIRM = "confirm"
    MOVE = "move"
    CANCEL = "cancel"
    TAKE_PLACE = "take_place"
    MISS = "miss"
    DISPUTE = "dispute"
    STAND = "stand"


class AppointmentEffect(StrEnum):
    """What follows from a move, in its transaction."""

    FREE = "free"
    INVITE = "invite"
    CALL_OFF = "call_off"


E, F = AppointmentEvent, AppointmentEffect
_N: tuple[AppointmentEffect, ...] = ()
_AHEAD = {
    E.MOVE: (S.MOVED, (F.INVITE,)),
    E.CANCEL: (S.CANCELLED, (F.FREE, F.CALL_OFF)),
    E.TAKE_PLACE: (S.HELD, _N),
    E.MISS: (S.NO_SHOW, _N),
}

TRANSITIONS: Mapping[S, Mapping[AppointmentEvent, tuple[S, tuple[AppointmentEffect, ...]]]] = {
    S.HOLD: {E.BOOK: (S.BOOKED, (F.INVITE,)), E.LAPSE: (S.LAPSED, (F.FREE,))},
    S.BOOKED: {E.CONFIRM: (S.CONFIRMED, _N), **_AHEAD},
    S.CONFIRMED: {E.CONFIRM: (S.CONFIRMED, _N), **_AHEAD},
    S.MOVED: {E.CONFIRM: (S.CONFIRMED, _N), **_AHEAD},
    S.NO_SHOW: {E.MOVE: (S.MOVED, (F.INVITE,)), E.CANCEL: (S.CANCELLED, (F.CALL_OFF,)), E.TAKE_PLACE: (S.HELD, _N)},
    S.HELD: {E.DISPUTE: (S.DISPUTED, _N), E.MISS: (S.NO_SHOW, _N)},
    S.DISPUTED: {E.STAND: (S.HELD, _N)},
}

AHEAD = frozenset({S.BOOKED, S.CONFIRMED, S.MOVED})
"""Agreed on and still to come."""
