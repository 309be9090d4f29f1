"""Judging a recording: pure. What was found of the two sides, and how long the call was, gives state and reason.

The reasons are fixed words, for the pages to turn into sentences. May import ``dialer.rules.words``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dialer.rules.words import RecordingState

TOLERANCE_S = 1.0
"""A recording as long as the call, give or take this, is whole: PBX and engine do not look at one clock."""


class Reason(StrEnum):
    """Why a recording is not simply ok; empty for one that is."""

    NONE = ""
    REPAIRED = "repaired"
    """Whole, though the writer did not finish its header."""
    SHORT = "short"
    LONG = "long"
    CUT_OFF = "cut_off"
    """Short, and the writer did not finish: the PBX died or was ended."""
    CUSTOMER_SIDE_MISSING = "customer_side_missing"
    OUR_SIDE_MISSING = "our_side_missing"
    NO_FILE = "no_file"
    NO_FOLDER = "no_folder"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    DISK_FULL = "disk_full"
    NOT_WRITABLE = "not_writable"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the ledger says of one recording."""

    state: RecordingState
    reason: Reason = Reason.NONE


def judge(*, customer: bool, ours: bool, repaired: bool, seconds: float, call_s: float, full: bool) -> Verdict:
    """Judge what could be heard: ``seconds`` of sound for a call of ``call_s``; ``full``: the PBX's disk has no room.

    At least one side must be there.
    """
    if not customer:
        return Verdict(RecordingState.PARTIAL, Reason.CUSTOMER_SIDE_MISSING)
    if not ours:
        return Verdict(RecordingState.PARTIAL, Reason.OUR_SIDE_MISSING)
    if seconds < call_s - TOLERANCE_S:
        why = Reason.DISK_FULL if full else Reason.CUT_OFF if repaired else Reason.SHORT
        return Verdict(RecordingState.PARTIAL, why)
    if seconds > call_s + TOLERANCE_S:
        return Verdict(RecordingState.PARTIAL, Reason.LONG)
    return Verdict(RecordingState.OK, Reason.REPAIRED if repaired else Reason.NONE)


def missing(*reasons: Reason) -> Verdict:
    """Nothing can be heard; of several reasons the most telling counts."""
    order = (Reason.UNREADABLE, Reason.EMPTY, Reason.NO_FOLDER, Reason.NO_FILE)
    return Verdict(RecordingState.MISSING, next((r for r in order if r in reasons), reasons[0]))
