"""What a called party does, by number (``dialer.lab.behaviours``), in Twilio's words: status, SIP code, AnsweredBy."""

from __future__ import annotations

from dataclasses import dataclass

from dialer.lab.behaviours import behaviour_of


@dataclass(frozen=True, slots=True)
class Callee:
    """After ``after_s`` the call ends with ``status`` and ``sip``, or is answered where ``status`` is empty.

    ``rings``: a ringing tone comes first; ``talk_s``: the party hangs up so long after answering, None never;
    ``heard``: Twilio's AnsweredBy, ``heard_s`` after the answer; ``greets_s``: a machine's greeting and beep.
    """

    after_s: float
    status: str = ""
    sip: int = 200
    rings: bool = True
    talk_s: float | None = None
    heard: str = "human"
    heard_s: float = 0.6
    greets_s: float = 0.0


_BY_NAME = {
    "talk": Callee(0.2),
    "firm": Callee(0.2),
    "ring2": Callee(2),
    "ring3": Callee(3),
    "ring8": Callee(8),
    "brief": Callee(0.2, talk_s=6),
    "early": Callee(0.2, talk_s=1.5),
    "noanswer": Callee(9_999, "no-answer", 487),
    "busy": Callee(0.2, "busy", 486, rings=False),
    "rejected": Callee(1, "busy", 603),
    "unallocated": Callee(0.2, "failed", 404, rings=False),
    "congestion": Callee(0.2, "failed", 503, rings=False),
    "unreachable": Callee(0.2, "no-answer", 480, rings=False),
    "machine": Callee(1, talk_s=29, heard="machine_start", greets_s=8.5),
    "curt": Callee(1, talk_s=23, heard="machine_start", greets_s=2.5),
    "fax": Callee(0.2, talk_s=23, heard="fax"),
    "deadair": Callee(0.2, talk_s=60, heard="unknown"),
    "echo": Callee(0.2),
    "mute": Callee(0.2, heard="unknown"),
}
PHONE = Callee(0.1)
"""A phone of ours (client:, sip:): picks up by itself."""


DETECTION_S = 30.0
"""How long Twilio's detection listens, unless the request says otherwise."""


def detected(callee: Callee, mode: str, timeout_s: float = DETECTION_S) -> tuple[float, str]:
    """When after the answer detection tells, and what. ``DetectMessageEnd`` tells of a machine after its beep only."""
    if mode == "DetectMessageEnd" and callee.greets_s:
        found = callee.greets_s, "machine_end_beep"
    else:
        found = callee.heard_s, callee.heard
    return found if found[0] <= timeout_s else (timeout_s, "unknown")


def callee_of(to: str) -> Callee:
    """How ``to`` behaves."""
    return _BY_NAME[behaviour_of(to).name] if to.startswith("+") else PHONE
