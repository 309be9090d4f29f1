"""What Twilio said about a call that ended -> one of our outcomes.

Twilio knows four sad ends: busy, no-answer, failed, canceled. The SIP code that comes with the webhook says more; a
call whose last webhook was lost is asked after by REST, where there is no SIP code, and then the status decides alone
(docs/providers.md lists what is lost). May import ``dialer.rules.words`` and the table of SIP codes.
"""

from __future__ import annotations

from dialer.providers.asterisk.outcomes import SIP, SIP_AFTER_RINGING
from dialer.rules.words import Amd, Outcome

FINAL = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
STAGE = {"queued": 0, "initiated": 0, "ringing": 1, "in-progress": 2, **dict.fromkeys(FINAL, 3)}
"""A call only ever goes forward: a webhook that comes late changes nothing."""
HEARD = {
    "human": Amd.HUMAN,
    "fax": Amd.FAX,
    "unknown": Amd.UNSURE,
    "machine_start": Amd.MACHINE,
    "machine_end_beep": Amd.MACHINE,
    "machine_end_silence": Amd.MACHINE,
    "machine_end_other": Amd.MACHINE,
}
GREETED = frozenset({"machine_end_beep", "machine_end_silence", "machine_end_other"})
"""The greeting is over, and its beep if there was one: what is said now is recorded."""
HEARD_ENDS = {Amd.MACHINE: Outcome.MACHINE, Amd.FAX: Outcome.FAX}
BY_STATUS = {
    "completed": Outcome.ANSWERED,
    "busy": Outcome.BUSY,
    "no-answer": Outcome.NO_ANSWER,
    "failed": Outcome.FAILED,
    "canceled": Outcome.CANCELLED,
}
OUR_CANCEL = 487
"""What the far side answers when Twilio gave up ringing: it says nothing of its own."""


def outcome_of(
    status: str, sip: int, *, answered: bool, rang: bool, heard: Amd | None, cancelled: bool, given_up: bool
) -> Outcome:
    """The one outcome. ``cancelled``: we hung up; ``given_up``: it waited too long in Twilio's own queue."""
    if answered:
        return HEARD_ENDS.get(heard, Outcome.ANSWERED) if heard else Outcome.ANSWERED
    if given_up and status == "canceled":
        return Outcome.CONGESTION
    if cancelled:
        return Outcome.CANCELLED
    if status in ("busy", "failed", "no-answer") and sip and sip != OUR_CANCEL:
        if rang and sip in SIP_AFTER_RINGING:
            return SIP_AFTER_RINGING[sip]
        return SIP.get(sip) or BY_STATUS[status]
    return BY_STATUS[status]
