"""What the network said about a call that ended -> one of our outcomes. Data first, one short function last.

Order, the first that decides wins:
 1. it was answered: ``answered``, or what AMD heard;
 2. our own ring time-out (Originate's reason 3): ``no_answer`` if the far side ever rang or made progress, else
    ``unreachable`` (a dead trunk looks so too); the SIP code is then Asterisk's own and says nothing;
 3. we hung up: ``cancelled``, likewise;
 4. the SIP answer (RFC 3261, 8197, 8688), as Asterisk reports it in ``TechCause``: the far side's own word;
 5. the hangup cause (ITU-T Q.850);
 6. Originate's other reasons;
 7. nothing said anything: ``failed``.
May import ``dialer.rules.words`` and the standard library only.
"""

from __future__ import annotations

import re

from dialer.rules.words import Amd, Outcome

HEARD = {Amd.MACHINE: Outcome.MACHINE, Amd.FAX: Outcome.FAX}

SIP_AFTER_RINGING = {480: Outcome.NO_ANSWER, 408: Outcome.NO_ANSWER, 487: Outcome.NO_ANSWER}
"""Carriers end a phone that rang in vain with these; a phone that never rang was not reached."""

SIP = {
    486: Outcome.BUSY, 600: Outcome.BUSY,
    603: Outcome.REJECTED, 607: Outcome.REJECTED, 608: Outcome.REJECTED, 433: Outcome.REJECTED,
    480: Outcome.UNREACHABLE, 410: Outcome.UNREACHABLE, 301: Outcome.UNREACHABLE, 302: Outcome.UNREACHABLE,
    404: Outcome.BAD_NUMBER, 484: Outcome.BAD_NUMBER, 485: Outcome.BAD_NUMBER, 604: Outcome.BAD_NUMBER,
    414: Outcome.BAD_NUMBER, 416: Outcome.BAD_NUMBER,
    408: Outcome.CONGESTION,  # also what Asterisk says when the trunk does not answer at all
    500: Outcome.CONGESTION, 502: Outcome.CONGESTION, 503: Outcome.CONGESTION, 504: Outcome.CONGESTION,
    403: Outcome.FAILED, 401: Outcome.FAILED, 407: Outcome.FAILED, 402: Outcome.FAILED,
    400: Outcome.FAILED, 405: Outcome.FAILED, 406: Outcome.FAILED, 415: Outcome.FAILED, 420: Outcome.FAILED,
    421: Outcome.FAILED, 422: Outcome.FAILED, 423: Outcome.FAILED, 482: Outcome.FAILED, 483: Outcome.FAILED,
    488: Outcome.FAILED, 493: Outcome.FAILED, 501: Outcome.FAILED, 505: Outcome.FAILED, 513: Outcome.FAILED,
    580: Outcome.FAILED, 606: Outcome.FAILED,
}  # fmt: skip

Q850 = {
    1: Outcome.BAD_NUMBER, 28: Outcome.BAD_NUMBER,
    17: Outcome.BUSY,
    18: Outcome.NO_ANSWER, 19: Outcome.NO_ANSWER,
    21: Outcome.REJECTED,
    2: Outcome.UNREACHABLE, 3: Outcome.UNREACHABLE, 20: Outcome.UNREACHABLE, 22: Outcome.UNREACHABLE,
    27: Outcome.UNREACHABLE,
    34: Outcome.CONGESTION, 38: Outcome.CONGESTION, 41: Outcome.CONGESTION, 42: Outcome.CONGESTION,
    44: Outcome.CONGESTION, 47: Outcome.CONGESTION,
    29: Outcome.FAILED, 50: Outcome.FAILED, 52: Outcome.FAILED, 57: Outcome.FAILED, 58: Outcome.FAILED,
    65: Outcome.FAILED, 66: Outcome.FAILED, 69: Outcome.FAILED, 88: Outcome.FAILED,
}  # fmt: skip
"""16 (normal clearing), 26, 31, 102, 111 and 127 are given for anything and decide nothing."""

RING_TIMEOUT = 3
REASON = {5: Outcome.BUSY, 8: Outcome.CONGESTION}
"""``Reason`` of OriginateResponse: Asterisk's control frames, include/asterisk/frame.h."""


def outcome_of(
    *, answered: bool, heard: Amd | None, rang: bool, sip: int, cancelled: bool, reason: int | None, cause: int
) -> Outcome:
    """Apply the order above. ``sip`` and ``cause`` are 0, ``reason`` is None, where nothing was said."""
    if answered:
        return HEARD.get(heard, Outcome.ANSWERED) if heard else Outcome.ANSWERED
    if reason == RING_TIMEOUT:
        return Outcome.NO_ANSWER if rang else Outcome.UNREACHABLE
    if cancelled:
        return Outcome.CANCELLED
    if rang and sip in SIP_AFTER_RINGING:
        return SIP_AFTER_RINGING[sip]
    return SIP.get(sip) or Q850.get(cause) or REASON.get(reason or 0) or Outcome.FAILED


def sip_code(tech_cause: str) -> int:
    """The SIP status in a ``TechCause`` such as ``SIP 486 Busy Here``; 0 if there is none."""
    match = re.search(r"\b([1-6][0-9]{2})\b", tech_cause)
    return int(match[1]) if match else 0
